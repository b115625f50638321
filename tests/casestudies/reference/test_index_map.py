"""The map of all cases: right counts, and names that never cover one another."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from casestudies.reference.france import Box, load_map
from casestudies.reference.index_map import IndexMap, Place, index_map, radius

POITIERS = Place("insee:86194", "Poitiers", 2, "/a/", 46.5826, 0.3435, "dep:86")
GRAND_POITIERS = Place("siren:200069854", "Grand Poitiers", 3, "/b/", 46.5826, 0.3435, "dep:86")
RENNES = Place("insee:35238", "Rennes", 4, "/c/", 48.1120, -1.6743, "dep:35")
GENEVA = Place("iso:CH-GE", "Genève", 1, "/d/", 46.2044, 6.1432)
SAINT_DENIS = Place("insee:97411", "Saint-Denis", 1, "/e/", -20.8823, 55.4504, "dep:974")
UNKNOWN = Place("insee:35315", "Saint-Sulpice-la-Forêt", 1, "/f/", departement="dep:35")

place_lists = st.lists(
    st.builds(
        Place,
        code=st.uuids().map(str),
        name=st.text("abcdefghij -", min_size=1, max_size=30),
        count=st.integers(1, 40),
        latitude=st.floats(42.0, 51.0),
        longitude=st.floats(-4.5, 8.0),
    ),
    max_size=40,
)


def drawn(*places: Place, **options: int) -> IndexMap:
    return index_map(places, **options)  # type: ignore[arg-type]


def test_places_at_the_same_point_share_a_spot() -> None:
    spot = drawn(POITIERS, GRAND_POITIERS).spots[0]
    assert spot.places == (GRAND_POITIERS, POITIERS)
    assert (spot.count, spot.name) == (5, "Grand Poitiers")


def test_departements_are_counted_and_shaded() -> None:
    shapes = {shape.number: shape for shape in drawn(POITIERS, RENNES, UNKNOWN).departements}
    assert len(shapes) == 96
    assert (shapes["35"].count, shapes["35"].level) == (5, 4)
    assert (shapes["86"].count, shapes["86"].level) == (2, 2)
    assert (shapes["01"].count, shapes["01"].level) == (0, 0)


def test_given_counts_win() -> None:
    found = index_map([POITIERS, GRAND_POITIERS], {"dep:86": 4})
    shapes = {shape.number: shape for shape in found.departements}
    assert (shapes["86"].count, shapes["86"].level) == (4, 4)


def test_geneva_overseas_and_unlocated_places() -> None:
    found = drawn(GENEVA, SAINT_DENIS, UNKNOWN)
    assert {spot.name for spot in found.spots} == {"Genève", "Saint-Denis"}
    assert [inset.code for inset in found.insets] == ["974"]
    assert found.elsewhere == (UNKNOWN,)


def test_without_places_the_map_is_plain() -> None:
    found = drawn()
    assert found.spots == found.labels == found.insets == found.elsewhere == ()
    assert {shape.level for shape in found.departements} == {0}


def test_the_most_important_names_come_first_and_the_limit_holds() -> None:
    assert [label.text for label in drawn(GENEVA, RENNES, labels=1).labels] == ["Rennes"]
    assert drawn(GENEVA, RENNES, labels=0).labels == ()


def test_a_small_drawing_has_fewer_names() -> None:
    places = [
        Place(str(i), f"Commune numéro {i}", 1, "", 43.5 + (i % 8) * 0.8, -1 + (i // 8) * 0.9)
        for i in range(56)
    ]
    small = index_map(places, width=240, labels=56)
    large = index_map(places, width=1200, labels=56)
    assert len(small.labels) < len(large.labels)
    assert len(small.spots) == len(large.spots)
    assert small.font_size > large.font_size


def test_the_surface_of_a_point_grows_with_its_count_within_bounds() -> None:
    sizes = [radius(count) for count in (0, 1, 2, 5, 10, 1_000)]
    assert sizes == sorted(sizes)
    assert sizes[0] == sizes[1]
    assert radius(1_000) == radius(100_000)


@settings(max_examples=60, deadline=None)
@given(place_lists, st.integers(200, 1400))
def test_names_never_cover_names_points_or_the_edge(places: list[Place], width: int) -> None:
    found = index_map(places, width=width)
    france = load_map()
    frame = Box(0, 0, france.width, france.height)
    for label in found.labels:
        assert frame.holds(label.box)
        assert found.spots[label.key].name == label.text
    for one, other in combinations(found.labels, 2):
        assert not one.box.meets(other.box)
    assert sum(spot.count for spot in found.spots) == sum(place.count for place in places)
