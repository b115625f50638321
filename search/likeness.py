"""How much two territories resemble one another, and why, in words a reader can check.

Pure: no query, no request. It compares situations and never says that a territory does better. What
is not known of one of the two is left out of the comparison; areas are in no reference file of this
site, so density is not compared.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies.enums import PopulationBand, TerritoryKind
from casestudies.models.territories import NATURES
from casestudies.reference.distance import Center, in_words, kilometers
from cms.typography import number

KIND, NATURE, POPULATION, BAND = 30.0, 12.0, 34.0, 6.0
EPCI, DEPARTEMENT, REGION, DISTANCE = 4.0, 4.0, 6.0, 4.0
"""What each likeness weighs; together they make a hundred."""

FAR: Final = 300.0
"""Kilometers from which the distance counts no more."""
NEIGHBOR: Final = 60.0
"""Kilometers up to which two territories are said to be neighbors."""
TENFOLD: Final = math.log(10)
"""A population ten times greater, or smaller, resembles no more than any other."""

CLOSE_KINDS: Final[Mapping[tuple[str, str], float]] = {
    (TerritoryKind.EPCI, TerritoryKind.EPT): 0.8,
    (TerritoryKind.COMMUNE, TerritoryKind.EPCI): 0.3,
    (TerritoryKind.COMMUNE, TerritoryKind.EPT): 0.3,
    (TerritoryKind.DEPARTEMENT, TerritoryKind.REGION): 0.3,
    (TerritoryKind.DEPARTEMENT, TerritoryKind.CANTON): 0.5,
}
"""How close two different levels are; any others have nothing in common."""

RANKS: Final = ("CC", "CA", "CU", "METRO", "MET69")
"""Natures of intercommunalités, from the fewest competences that the law gives to the most."""
OWN_LAW: Final = {"siren:200054781", "siren:200054807"}
"""Métropoles of Paris and Aix-Marseille: their competences are set by articles of their own."""

LIKE_YOURS: Final = {
    TerritoryKind.COMMUNE: gettext_lazy("Commune comme la vôtre"),
    TerritoryKind.EPT: gettext_lazy("Établissement public territorial comme le vôtre"),
    TerritoryKind.DEPARTEMENT: gettext_lazy("Département comme le vôtre"),
    TerritoryKind.REGION: gettext_lazy("Région comme la vôtre"),
    TerritoryKind.CANTON: gettext_lazy("Canton comme le vôtre"),
    TerritoryKind.COUNTRY: gettext_lazy("Pays entier, comme le vôtre"),
}
INSIDE: Final = {
    "CC": gettext_lazy("membre d'une communauté de communes, comme vous"),
    "CA": gettext_lazy("membre d'une communauté d'agglomération, comme vous"),
    "CU": gettext_lazy("membre d'une communauté urbaine, comme vous"),
    "METRO": gettext_lazy("membre d'une métropole, comme vous"),
    "MET69": gettext_lazy("membre de la métropole de Lyon, comme vous"),
}


class Profile(NamedTuple):
    """What is compared of a territory. Containers are keys: only whether they are the same counts."""

    key: int
    code: str
    kind: str
    nature: str = ""
    population: int | None = None
    epci: int | None = None
    epci_nature: str = ""
    ept: int | None = None
    departement: int | None = None
    region: int | None = None
    center: Center | None = None
    """Its own; none is borrowed from what contains it."""

    @property
    def containers(self) -> set[int | None]:
        """Keys of the territories that contain it."""
        return {self.epci, self.ept, self.departement, self.region} - {self.key}


def score(mine: Profile, other: Profile) -> float:
    """From 0 to 100, only ever used to put the most alike first.

    It is asked of every territory that has a case: each term is cheap.
    """
    total = KIND * kinds_alike(mine.kind, other.kind) + NATURE * natures_alike(mine, other)
    if mine.population and other.population:
        times = abs(math.log(other.population / mine.population))
        total += POPULATION * max(0.0, 1 - times / TENFOLD)
        total += BAND * (PopulationBand.of(mine.population) == PopulationBand.of(other.population))
    total += EPCI * same(mine.epci, other.epci)
    total += DEPARTEMENT * same(mine.departement, other.departement)
    total += REGION * same(mine.region, other.region)
    if mine.center and other.center:
        total += DISTANCE * max(0.0, 1 - kilometers(mine.center, other.center) / FAR)
    return total


def same(one: int | None, other: int | None) -> bool:
    """Whether both are known, and the same."""
    return one is not None and one == other


def kinds_alike(one: str, other: str) -> float:
    """1 for the same level, less for close ones, 0 for others."""
    if one == other:
        return 1.0
    return CLOSE_KINDS.get((one, other)) or CLOSE_KINDS.get((other, one), 0.0)


def natures_alike(mine: Profile, other: Profile) -> float:
    """Whether the law gives both the same competences, as far as their natures tell.

    Intercommunalités are compared by their own nature; communes by that of the one they belong to,
    which exercises a part of their competences.
    """
    if mine.kind != other.kind:
        return 0.0
    if mine.kind == TerritoryKind.EPCI:
        return ranks_alike(mine.nature, other.nature)
    if mine.kind == TerritoryKind.COMMUNE:
        return ranks_alike(mine.epci_nature, other.epci_nature)
    return 1.0


def ranks_alike(one: str, other: str) -> float:
    """1 for the same nature, half for the nearest one, 0 for others and for what is not known."""
    if one not in RANKS or other not in RANKS:
        return 0.0
    apart = abs(RANKS.index(one) - RANKS.index(other))
    return 1.0 if not apart else 0.5 if apart == 1 else 0.0


def why(mine: Profile, other: Profile) -> str:
    """What the two have in common and where they differ, as one line that begins with a capital."""
    line = ", ".join(reasons(mine, other))
    return line[:1].upper() + line[1:]


def reasons(mine: Profile, other: Profile) -> Iterator[str]:
    """The same, one by one, the most telling first."""
    yield from level_in_words(mine, other)
    yield from population_in_words(mine.population, other.population)
    yield from place_in_words(mine, other)
    if mine.center and other.center:
        distance = kilometers(mine.center, other.center)
        if 1 <= distance <= NEIGHBOR:
            yield in_words(distance)


def level_in_words(mine: Profile, other: Profile) -> Iterator[str]:
    """The level of the other territory beside the reader's, and what that gives both."""
    if other.kind == mine.kind == TerritoryKind.EPCI:
        if other.nature != mine.nature or other.nature not in RANKS:
            yield str(NATURES.get(other.nature, TerritoryKind.EPCI.label))
            return
        yield _("%(nature)s comme la vôtre") % {"nature": NATURES[other.nature]}
        if not OWN_LAW & {mine.code, other.code}:
            yield _("compétences obligatoires comparables")
        return
    if other.kind != mine.kind:
        yield str(NATURES.get(other.nature) or TerritoryKind(other.kind).label)
        return
    yield str(LIKE_YOURS[TerritoryKind(other.kind)])
    shares_nature = other.epci_nature == mine.epci_nature and mine.epci_nature in INSIDE
    if other.kind == TerritoryKind.COMMUNE and shares_nature and not same(mine.epci, other.epci):
        yield str(INSIDE[mine.epci_nature])


def population_in_words(mine: int | None, other: int | None) -> Iterator[str]:
    """How many inhabitants the other has, against the reader's."""
    if not other:
        yield _("nombre d'habitants non connu")
    elif not mine:
        yield _("%(theirs)s habitants") % {"theirs": number(other)}
    else:
        shown = {"theirs": number(other), "mine": number(mine)}
        yield _("%(theirs)s habitants contre %(mine)s") % shown


def place_in_words(mine: Profile, other: Profile) -> Iterator[str]:
    """The nearest territory that both belong to, or that one of them is."""
    if other.key in mine.containers:
        yield _("dont vous faites partie")
    elif mine.key in other.containers:
        yield _("dans votre territoire")
    elif same(mine.epci, other.epci):
        yield _("même intercommunalité")
    elif same(mine.departement, other.departement):
        yield _("même département")
    elif same(mine.region, other.region):
        yield _("même région")
