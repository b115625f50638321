"""What the value of an operator names: `theme:cyber` the theme whose label begins so.

Reads vocabularies; must not know an engine.
"""

from collections.abc import Mapping

from django.db.models import Q

from casestudies.models import CaseStudyTag, Territory, TerritoryFormerCode
from cms.models import PartnerPage
from cms.visibility import visible_to
from search.analysis import fold, stem, words_of
from search.labels import Labels
from search.places import recognize
from search.syntax import PARTNER

MAX_NAMED = 20


def resolve(parameter: str, asked: str, closed: Mapping[str, Labels]) -> list[str]:
    """Identifiers of the values that `asked` names; none when nothing is called so."""
    if parameter == "territoire":
        return _territories(asked)
    if parameter in {"organisation", PARTNER}:
        return _partners(asked)
    if parameter == "tag":
        found = CaseStudyTag.objects.filter(Q(slug=asked) | Q(name__iexact=asked))
        return list(found.values_list("slug", flat=True)[:MAX_NAMED])
    return _values(asked, closed[parameter])


def _values(asked: str, labels: Labels) -> list[str]:
    """Of a closed vocabulary: the identifier, else the whole label, else labels with all the words."""
    wanted = fold(asked)
    exact = [value for value in labels if fold(value) == wanted]
    exact = exact or [value for value, label in labels.items() if fold(label[0]) == wanted]
    if exact:
        return exact
    words = words_of(asked)
    return [value for value, label in labels.items() if _has_all(words, label[0])][:MAX_NAMED]


def _has_all(words: tuple[str, ...], label: str) -> bool:
    named = words_of(label)
    stems = {stem(word) for word in named}
    return all(
        stem(word) in stems or any(other.startswith(word) for other in named) for word in words
    )


def _territories(asked: str) -> list[str]:
    code = asked.strip()
    known = Territory.objects.filter(code=code).values_list("code", flat=True)
    former = TerritoryFormerCode.objects.filter(code=code).values_list("territory__code", flat=True)
    if found := [*known[:1], *former[:1]]:
        return found[:1]
    # Written as the value of an operator, a name is meant for a place whatever its case.
    named = recognize([word.capitalize() for word in asked.split()])
    if not named:
        return []
    return [named[0].territory.code, *(other.code for other in named[0].others)]


def _partners(asked: str) -> list[str]:
    wanted = words_of(asked)
    partners = visible_to(PartnerPage.objects.all()).values_list("slug", "title")
    exact = [slug for slug, title in partners if slug == asked or fold(title) == fold(asked)]
    return exact or [slug for slug, title in partners if _has_all(wanted, title)][:MAX_NAMED]
