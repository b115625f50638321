"""How much each thing that is found weighs: the numbers that both engines rank by.

Changes here are decided by `search_evaluate`; nothing but numbers may stand here.
"""

TEXT_FIELDS: dict[str, float] = {
    "title": 6,
    "summary": 3,
    "names": 2.5,
    "results": 1.5,
    "lessons": 1.5,
    "body": 1,
}
"""Fields of a case in which words are searched, and how much a word found there weighs."""

PASSAGE_FIELDS: dict[str, float] = {"heading": 5, "passage_title": 2, "passage": 1}
"""The same for passages of other pages and documents."""

TIE_BREAKER = 0.2
"""What a word found in other fields than its best one adds."""
EXACT_BONUS = 1.2
"""A word found exactly as typed rather than by its stem."""

TWO_WAY_WEIGHT = 0.85
ONE_WAY_WEIGHT = 0.7
CORRECTION_WEIGHT = 0.9
INFLECTION_WEIGHT = 0.95
"""A form of the word that the stemmer takes for another."""
RELATIVE_WEIGHT = 0.6
"""A word of its family."""
PREFIX_WEIGHT = 3.0
"""A beginning of a word has no rarity of its own: it weighs as much as a word of middling rarity."""

NEAR_SLOP = 2
"""How far from the next each word of a synonym may stand, short words between them included."""
PAIR_SLOP = 2
PAIR_WEIGHT = 0.6
"""What two words asked side by side add when they are found side by side, per weight of the field."""
MAX_PAIRS = 6

PLACE_ITSELF = 300.0
"""A case of the very place named in the text: however good the others are, it comes before them."""
PLACE_WITHIN = 280.0
"""A case of something inside the place."""
PLACE_AROUND = 150.0
"""A case of an intercommunality that contains the place."""
PLACE_NAMED = 0.0
"""A case that only names the place."""

COMPLETENESS = 0.12
"""What each of the four quarters of a complete case adds."""
FRESHNESS: tuple[tuple[int, float], ...] = ((365, 0.25), (3 * 365, 0.15))
"""Days since publication, and what a case younger than that adds."""

FIRST_STEP = 10_000.0
"""Between two cases whose order was decided elsewhere; more than words can make up for."""

ALIKE: dict[str, float] = {
    "themes": 1.0,
    "domains": 2.0,
    "obstacles": 1.5,
    "capacities": 0.5,
    "sharing_models": 1.0,
    "tags": 1.5,
    "population": 0.5,
}
"""What two cases that share a value of a field have in common, each value."""

LUCENE_SCALE = 1 / 2.2
"""Lucene leaves a constant factor (k1 + 1) out of BM25 that Tantivy keeps; constants follow it."""
