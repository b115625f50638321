"""How complete a case is, and what would help readers most.

The weights follow what peers say they look for first: how it was done, what it cost, what failed,
and the working documents.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Part:
    """Something a case may tell."""

    name: str
    weight: int
    advice: Any
    is_told: Callable[[Any], bool]


def _text(name: str, at_least: int = 1) -> Callable[[Any], bool]:
    return lambda case: len(getattr(case, name) or "") >= at_least


def _some(name: str) -> Callable[[Any], bool]:
    return lambda case: any(True for _ in getattr(case, name).all())


PARTS: tuple[Part, ...] = (
    Part(
        "approach",
        18,
        _("Racontez la démarche : c'est ce que les lecteurs cherchent d'abord."),
        _text("approach", 200),
    ),
    Part(
        "results", 14, _("Dites ce qui a changé, et ce qui n'a pas marché."), _text("results", 80)
    ),
    Part(
        "lessons",
        12,
        _("Laissez un ou deux enseignements à qui veut s'y mettre."),
        _text("lessons", 20),
    ),
    Part(
        "cost",
        10,
        _("Donnez un ordre de grandeur du coût, et ce qu'il comprend."),
        lambda case: case.cost_amount is not None,
    ),
    Part("context", 8, _("Dites d'où vous êtes partis."), _text("context", 80)),
    Part(
        "events",
        8,
        _("Datez trois ou quatre moments : le déclencheur, un obstacle, un résultat."),
        _some("events"),
    ),
    Part(
        "obstacles",
        8,
        _("Nommez un obstacle et ce que vous en avez fait."),
        _some("case_obstacles"),
    ),
    Part("indicators", 6, _("Ajoutez un chiffre mesuré."), _some("indicators")),
    Part("governance", 5, _("Dites qui porte et qui décide."), _text("governance", 40)),
    Part(
        "data",
        5,
        _("Dites quelles données servent, et à qui elles sont ouvertes."),
        _text("data", 40),
    ),
    Part(
        "brief",
        4,
        _("Résumez en trois lignes : fait, gagné, pas résolu."),
        lambda case: bool(case.done and case.gained and case.unsolved),
    ),
    Part(
        "sources",
        4,
        _("Ajoutez une source ou un document de travail."),
        lambda case: bool(case.extras) or _some("sources")(case),
    ),
    Part("domains", 3, _("Choisissez un domaine : la page sera trouvée par là."), _some("domains")),
    Part("step", 2, _("Dites à quelle étape vous êtes."), _text("step")),
    Part("status", 2, _("Dites où en est le projet."), _text("status")),
    Part("period", 1, _("Dites quand cela a commencé."), _text("started")),
)
TOTAL = sum(part.weight for part in PARTS)


@dataclass(frozen=True)
class Completeness:
    """The share of the account that is there, and the most useful things to add next."""

    percent: int
    told: int
    parts: int
    next_steps: tuple[Any, ...]

    @property
    def eighths(self) -> int:
        """0 to 8, for a scale of eight boxes."""
        return round(self.percent * 8 / 100)


def completeness_of(case: Any, advice: int = 3) -> Completeness:
    """Look through every part of `case`; `advice` bounds how many next steps are given."""
    missing = [part for part in PARTS if not part.is_told(case)]
    told = TOTAL - sum(part.weight for part in missing)
    by_weight = sorted(missing, key=lambda part: -part.weight)
    return Completeness(
        percent=round(100 * told / TOTAL),
        told=len(PARTS) - len(missing),
        parts=len(PARTS),
        next_steps=tuple(part.advice for part in by_weight[:advice]),
    )
