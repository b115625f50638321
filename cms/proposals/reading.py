"""A proposal as it is read: what it started from, what it wishes, what differs, and how it merges."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from cms.differences import Comparison, Conflict, Kind, Part, apply, compare, sections, summary
from cms.differences.rendering import Section, ShownConflict, shown_conflict
from cms.models import BasePage
from cms.proposals.models import Proposal
from cms.proposals.texts import parts_of, values, with_texts

MAX_QUOTED = 200
MAX_LOOKED_AT = 50


def kept(parts: Iterable[Part]) -> list[list[str]]:
    """Parts as a proposal keeps them: their order counts."""
    return [[part.name, part.label, part.kind.value, part.value] for part in parts]


def read(rows: Iterable[list[str]]) -> list[Part]:
    """Parts as a proposal kept them."""
    return [Part(name, label, Kind(kind), value) for name, label, kind, value in rows]


@dataclass(frozen=True)
class Merging:
    """A page's texts with what is taken of a proposal, and what could not be taken."""

    before: list[Part]
    after: list[Part]
    conflicts: tuple[Conflict, ...]
    lost: tuple[str, ...]
    """Labels of texts that were changed by the proposal and are no longer in the page."""

    @property
    def is_clean(self) -> bool:
        """Whether all of it could be taken."""
        return not self.conflicts and not self.lost

    @cached_property
    def digest(self) -> str:
        """Tells these difficulties from others: who accepts them has read them."""
        told = [(each.part.name, each.base, each.ours, each.theirs) for each in self.conflicts]
        return sha256(repr((told, self.lost)).encode()).hexdigest()[:32]

    @property
    def shown(self) -> list[ShownConflict]:
        """The conflicts, ready for a template."""
        return [shown_conflict(each) for each in self.conflicts]


class Reading:
    """One proposal."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.before = read(proposal.base_texts)
        self.after = with_texts(self.before, proposal.texts)

    @cached_property
    def comparison(self) -> Comparison:
        """What it changes; the numbers of its changes never change within a round."""
        return compare(self.before, self.after)

    @cached_property
    def sections(self) -> list[Section]:
        """The texts that it changes, ready for a template."""
        return [section for section in sections(self.comparison) if section.is_changed]

    @property
    def summary(self) -> str:
        """All of it in one line."""
        return summary(self.comparison)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of its changes."""
        return self.comparison.numbers

    def words_of(self, number: int) -> str:
        """The words that a change is recognized by."""
        for difference in self.comparison.differences:
            for change in difference.changes:
                item = change.after or change.before
                if change.number == number and item is not None:
                    return item.text[:MAX_QUOTED]
        return ""

    def merged(self, kind: type[BasePage], content: Any, chosen: Collection[int] | None) -> Merging:
        """The texts in `content` (of a revision or version) with the chosen changes, or all."""
        ours = parts_of(kind, content)
        names = {part.name for part in ours}
        result = apply(self.before, ours, self.after, chosen)
        lost = [
            difference.part.label
            for difference in self.comparison.changed
            if difference.part.name not in names
            and (chosen is None or any(each.number in chosen for each in difference.changes))
        ]
        after = [part for part in result.parts if part.name in names]
        conflicts = tuple(each for each in result.conflicts if each.part.name in names)
        return Merging(ours, after, conflicts, tuple(lost))

    def is_taken_up(self, kind: type[BasePage], content: Any) -> bool:
        """Whether `content` holds anything of what was taken: not, where a draft was thrown away.

        A change is not there when it could be taken as if it never had been; one that somebody has
        rewritten since counts as taken up.
        """
        chosen = self.proposal.chosen or sorted(self.numbers)
        return any(
            values(merging.before) == values(merging.after)
            for number in chosen[:MAX_LOOKED_AT]
            for merging in [self.merged(kind, content, {number})]
        )
