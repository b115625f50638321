"""What is suggested while a reader types: a few named things of each kind, and where they lead.

Names come from the database; without an engine, all but cases and parts of the guide still answers.
Nothing here may depend on who asks: answers are kept by caches.
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from casestudies.models import CaseTerritory
from cms.models import PartnerKind, PartnerPage
from cms.typography import typeset
from search.labels import library_url
from search.place_suggestions import PlaceFound, places
from search.query import SearchQuery
from search.term_suggestions import Term, TermKind, is_named, terms
from search.title_suggestions import TitleFound, titles, titles_holding
from search.typed import INSIDE, Typed, key_of

MOST = 10
"""Suggestions of one answer: nobody reads more."""
FEW = 3
"""Below this many, words are looked for inside names too."""

EVERYTHING, LIBRARY = "tout", "bibliotheque"
TERRITORY, ALIKE = "territoire", "semblables"

Shown = tuple[Any, Any, str]
"""Kind, detail and address of a suggestion."""


@dataclass(frozen=True)
class Option:
    """One suggestion. In `text`, what stands at odd places is what was typed."""

    text: tuple[str, ...]
    kind: str
    detail: str
    url: str


@dataclass(frozen=True)
class Group:
    """Suggestions of one kind."""

    label: str
    options: tuple[Option, ...]


def suggestions(text: str, scope: str = EVERYTHING) -> tuple[Group, ...]:
    """At most `MOST` suggestions for an unfinished text, by kind, each kind having its share.

    `scope` says what for: everything, the library (values of its facets then), a territory, or the
    territory whose likes are looked for.
    """
    typed = Typed.read(text)
    if not typed.words:
        return ()
    finder = Finder(typed, scope)
    found = finder.found()
    all_found = [thing for things in found.values() for thing in things]
    is_named = any(map(finder.is_exact, all_found))
    if len(all_found) < FEW and not is_named and typed.longest >= INSIDE:
        finder.inside = True
        for label, more in finder.found().items():
            found[label] += [thing for thing in more if thing not in found[label]]
    kept = shares({label: len(things) for label, things in found.items()})
    named_first = sorted(kept, key=lambda label: not finder.is_exact(found[label][0]))
    return tuple(
        Group(typeset(label), tuple(finder.options(found[label][: kept[label]])))
        for label in named_first
    )


def shares(found: dict[str, int]) -> dict[str, int]:
    """How many of each kind to show: `MOST` in all, given one by one in turn."""
    kept = dict.fromkeys((label for label, total in found.items() if total), 0)
    left = min(MOST, sum(found.values()))
    while left:
        for label in [label for label in kept if kept[label] < found[label]][:left]:
            kept[label] += 1
            left -= 1
    return kept


@dataclass
class Finder:
    """Looks for what is typed among everything that has a name, for one kind of field."""

    typed: Typed
    scope: str
    inside: bool = False

    def found(self) -> dict[str, list[Any]]:
        """What is named so by the label of its group, in the order in which groups are shown."""
        territories: dict[str, list[Any]] = {_("Territoires"): self.territories()}
        if self.scope in {TERRITORY, ALIKE}:
            return territories
        pages = (titles_holding if self.inside else titles)(self.typed, MOST)
        found: dict[str, list[Any]] = {
            _("Retours d'expérience"): pages["case"],
            **territories,
            _("Thèmes et domaines"): self.terms(TermKind.THEME, TermKind.DOMAIN),
        }
        if self.scope != LIBRARY:
            found |= {_("Guide"): pages["guide"], _("Glossaire"): self.terms(TermKind.GLOSSARY)}
        return {**found, _("Partenaires"): pages["partner"]}

    def territories(self) -> list[PlaceFound]:
        """Territories; parts inside their names are noise to who looks for anything else."""
        if self.inside and self.scope not in {TERRITORY, ALIKE}:
            return []
        return places(self.typed, MOST, inside=self.inside)

    def terms(self, *kinds: TermKind) -> list[Term]:
        """Values of small vocabularies."""
        return terms(self.typed, frozenset(kinds), inside=self.inside)

    def is_exact(self, thing: Any) -> bool:
        """Whether the whole name of `thing` was typed."""
        if isinstance(thing, PlaceFound):
            return thing.is_exact
        if isinstance(thing, Term):
            return is_named(thing, self.typed)
        return key_of(thing.name) == self.typed.key

    # --- How what was found is shown

    def options(self, things: list[Any]) -> list[Option]:
        """Things of one group as they are shown, and where they lead."""
        if isinstance(things[0], PlaceFound):
            shown = self.describe_places(things)
        elif isinstance(things[0], Term):
            shown = self.describe_terms(things)
        else:
            shown = self.describe_pages(things)
        return [
            Option(
                self.typed.mark(typeset(thing.name), inside=self.inside),
                typeset(str(kind)),
                typeset(str(detail)),
                url,
            )
            for thing, (kind, detail, url) in zip(things, shown, strict=True)
        ]

    def chosen(self, parameter: str, value: str, page_url: str) -> str:
        """Where a value leads: to its cases from the library, to its page from elsewhere."""
        if self.scope == ALIKE:
            return f"{reverse('search:alike')}?{urlencode({parameter: value})}"
        if self.scope == LIBRARY or not page_url:
            return library_url(SearchQuery(values={parameter: (value,)}))
        return page_url

    def describe_places(self, found: list[PlaceFound]) -> list[Shown]:
        """Territories, each with what tells it from those of the same name."""
        return [
            (
                place.kind,
                place.detail,
                self.chosen("territoire", place.territory.code, place.territory.get_absolute_url()),
            )
            for place in found
        ]

    def describe_terms(self, found: list[Term]) -> list[Shown]:
        """Themes and domains, which have cases; terms of the glossary with their other form."""
        kinds = {TermKind.THEME: _("Thème"), TermKind.DOMAIN: _("Domaine")}
        return [
            (_("Définition"), term.other_form(self.typed), term.page_url)
            if term.kind is TermKind.GLOSSARY
            else (kinds[term.kind], "", self.chosen(term.kind, term.identifier, term.page_url))
            for term in found
        ]

    def describe_pages(self, found: list[TitleFound]) -> list[Shown]:
        """Cases with where they took place, parts of the guide with their chapter, partners."""
        ids = [title.page.pk for title in found]
        if found[0].kind == "case":
            where = main_places(ids)
            return [(_("Fiche"), where.get(one.page.pk, ""), address(one)) for one in found]
        if found[0].kind == "partner":
            kinds = dict(PartnerPage.objects.filter(pk__in=ids).values_list("pk", "kind"))
            return [
                (
                    _("Partenaire"),
                    PartnerKind(kinds[one.page.pk]).label if kinds.get(one.page.pk) else "",
                    self.chosen("organisation", one.page.slug, address(one)),
                )
                for one in found
            ]
        return [
            (_("Partie du guide"), one.page.title, address(one))
            if one.anchor
            else (_("Chapitre du guide"), "", address(one))
            for one in found
        ]


def main_places(case_ids: list[int]) -> dict[int, str]:
    """The main territory of each case, with its département if it is a commune."""
    links = CaseTerritory.objects.filter(page_id__in=case_ids).order_by("-sort_order")
    return {
        link.page_id: str(link.territory) for link in links.select_related("territory__departement")
    }


def address(found: TitleFound) -> str:
    """Where a page, or its part, is read."""
    url = found.page.get_url() or ""
    return f"{url}#{found.anchor}" if found.anchor else url
