"""The names of territories in memory, compared with what the database finds."""

import random

import pytest
from django.db.models import F, Q

from casestudies.enums import TerritoryKind
from casestudies.models import Territory
from casestudies.reference.names import name_key
from search.gazetteer import DEPARTEMENT, GAZETTEER, Row
from search.typed import Typed

pytestmark = pytest.mark.django_db

PARTS = [
    "saint",
    "saint denis",
    "rochelle",
    "la",
    "le",
    "roche",
    "sur",
    "yon",
    "st",
    "ville",
    "a",
    "x",
]


@pytest.fixture
def places() -> None:
    """Four départements with two hundred communes whose names are made of the same few words."""
    chance = random.Random(4)
    departements = [
        Territory.objects.create(
            code=f"dep:{code}",
            name=name,
            search_key=name_key(name),
            kind=TerritoryKind.DEPARTEMENT,
            population=population,
        )
        for code, name, population in (
            ("86", "Vienne", 436_000), ("2A", "Corse-du-Sud", 160_000),
            ("17", "Charente-Maritime", 650_000), ("974", "La Réunion", None),
        )
    ]  # fmt: skip
    for number in range(200):
        name = " ".join(chance.choices(PARTS, k=chance.randint(1, 3)))
        Territory.objects.create(
            code=f"insee:{number:05d}",
            name=name,
            search_key=name_key(name),
            kind=TerritoryKind.COMMUNE,
            population=chance.choice([None, 0, 12, 12, 3_000, 90_000]),
            departement=chance.choice([None, *departements]),
        )
    GAZETTEER.forget()


def from_the_database(typed: Typed, limit: int, inside: bool) -> list[Row]:
    """The same question in SQL: the exact names, then the first others."""
    wanted = Q()
    for rank, word in enumerate(typed.words):
        one = Q()
        for reading in word:
            one |= holds("search_key", reading, inside)
            if rank:
                one |= holds("departement__search_key", reading, False)
                if DEPARTEMENT.fullmatch(reading):
                    one |= Q(departement__code__startswith=f"dep:{reading.upper()}")
        wanted &= one
    order = (F("population").desc(nulls_last=True), "pk")
    columns = ("pk", "search_key", "population")
    rows = Territory.objects.order_by(*order).values_list(*columns)
    exact, likely = rows.filter(search_key=typed.key), rows.filter(wanted)[:limit]
    return list(dict.fromkeys([*exact, *likely]))


def holds(field: str, word: str, inside: bool) -> Q:
    """Whether a word of a name begins so, or holds it."""
    if inside:
        return Q(**{f"{field}__contains": word})
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_what_is_found_is_what_the_database_finds(places: None, seed: int, inside: bool) -> None:
    chance = random.Random(seed)
    endings = ["86", "2a", "17", "974", "vienne", "vie", "corse", "reunion", "sud", "9"]
    for _time in range(12):
        words = chance.choices(PARTS, k=chance.randint(1, 2)) + chance.choices(endings, k=1)
        text = " ".join(words[: chance.randint(1, len(words))])[: chance.randint(2, 20)]
        typed = Typed.read(text)
        if typed.words:
            found = GAZETTEER.value().named(typed, 15, inside=inside)
            assert found == from_the_database(typed, 15, inside), text


def test_a_new_territory_is_found_at_once(places: None) -> None:
    typed = Typed.read("neuville")
    assert GAZETTEER.value().named(typed, 5) == []
    made = Territory.objects.create(
        code="insee:90001", name="Neuville", search_key="neuville", kind=TerritoryKind.COMMUNE
    )
    assert GAZETTEER.value().named(typed, 5) == [(made.pk, "neuville", None)]


def test_no_territory_at_all_is_no_error() -> None:
    Territory.objects.all().delete()
    GAZETTEER.forget()
    assert GAZETTEER.value().named(Typed.read("lyon"), 5) == []
