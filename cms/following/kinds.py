"""What can happen, and how each kind of event is told and to whom."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cms.following.models import Event


@dataclass(frozen=True)
class Told:
    """What is told of an event: a sentence, where it leads, and a word of whoever did it."""

    text: str
    url: str
    """A path of this site."""
    note: str = ""


class Kind(ABC):
    """One kind of event. Everything is read when it is told: an event holds references only."""

    name: str
    for_accounts = False
    """Whether only those who have an account may be told."""

    def direct(self, event: Event) -> Iterable[int]:
        """Ids of the correspondents it concerns by name, whatever they follow."""
        return ()

    def topics(self, event: Event) -> Iterable[str]:
        """The topics whose followers are told."""
        return ()

    @abstractmethod
    def tell(self, events: Sequence[Event]) -> Mapping[int, Told]:
        """What is told of each of `events`, by their id; nothing of those that are no longer so.

        Who may read an event's page is checked apart. A bounded number of queries for all.
        """


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of event known; called once, by its application."""
    _kinds[kind.name] = kind


def kind_of(event: Event) -> Kind | None:
    """The kind of an event; None when what declared it is no longer installed."""
    return _kinds.get(event.kind)
