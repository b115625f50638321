"""The synonym rules that searches follow now: the team's own, then those that the glossary implies.

An edit needs no restart: see `search.memory`. Must not decide what a rule finds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cms.models import GlossaryTerm
from search.analysis import words_of
from search.memory import Memory
from search.models import SynonymRule
from search.models.synonyms import pair_of, refusal_of_side, stems_of
from search.synonyms import Rule

SHORT_ACRONYM = 2
"""Letters of an acronym that, written in running text, is most often another word."""


@dataclass(frozen=True)
class KeptRule:
    """A rule as the team wrote it, saved or not."""

    left: str
    right: str
    is_two_way: bool
    is_active: bool
    pk: int | None = None

    @classmethod
    def of(cls, row: SynonymRule) -> "KeptRule":
        """What `row` says now, whether or not that was saved."""
        return cls(row.left, row.right, row.is_two_way, row.is_active, row.pk)

    @property
    def rule(self) -> Rule:
        """What the search follows."""
        return Rule(self.left, self.right, self.is_two_way)


Terms = tuple[tuple[str, str, str], ...]
"""Of each term of the glossary: itself, its acronym, its other forms by line."""


def active_rules() -> tuple[Rule, ...]:
    """The rules in force; the very same object for as long as nothing changed."""
    return MEMORY.value()


def kept_rules() -> tuple[KeptRule, ...]:
    """The team's rules, in force or not."""
    columns = ("left", "right", "is_two_way", "is_active", "pk")
    return tuple(KeptRule(*row) for row in SynonymRule.objects.values_list(*columns))


def in_force(kept: Iterable[KeptRule], derived: Iterable[Rule]) -> tuple[Rule, ...]:
    """The team's active rules, and the glossary's on which the team says nothing.

    A rule that the team put out of service also silences the glossary's about the same words.
    """
    kept = tuple(kept)
    decided = {pair_of(rule.left, rule.right) for rule in kept}
    own = [rule.rule for rule in kept if rule.is_active]
    return (*own, *(rule for rule in derived if pair_of(rule.left, rule.right) not in decided))


def glossary_terms() -> Terms:
    """What rules are derived from."""
    columns = ("term", "acronym", "variants")
    return tuple(GlossaryTerm.objects.order_by("slug").values_list(*columns))


def glossary_rules() -> tuple[Rule, ...]:
    """What acronyms and other forms of the glossary's terms imply."""
    return derived_rules(glossary_terms())


def derived_rules(terms: Sequence[tuple[str, str, str]]) -> tuple[Rule, ...]:
    """Rules between each term and its other forms.

    A form that differs from the term by its endings alone needs no rule. An acronym of two letters,
    or one that two terms share, leads to its terms but is not searched for them.
    """
    owners: dict[tuple[str, ...], set[str]] = {}
    for term, form in forms(terms):
        owners.setdefault(words_of(form), set()).add(term)
    rules: dict[str, Rule] = {}
    for term, form in forms(terms):
        if refusal_of_side(form) or refusal_of_side(term) or stems_of(form) == stems_of(term):
            continue
        is_clear = len(owners[words_of(form)]) == 1 and not is_short_acronym(form)
        rules.setdefault(pair_of(form, term), Rule(form, term, is_clear))
    return tuple(rules.values())


def forms(terms: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Each term with each of its other forms."""
    for term, acronym, variants in terms:
        for form in (acronym, *variants.splitlines()):
            if form.strip():
                yield term, form.strip()


def is_short_acronym(form: str) -> bool:
    """Whether `form` is so short that texts use it for something else."""
    words = words_of(form)
    return len(words) == 1 and len(words[0]) <= SHORT_ACRONYM


MEMORY = Memory(
    "rules",
    read=lambda: (kept_rules(), glossary_terms()),
    make=lambda read: in_force(read[0], derived_rules(read[1])),
)
