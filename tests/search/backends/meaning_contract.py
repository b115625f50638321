"""What every engine must make of the same meaning: operators, wordings, places, passages, words."""

from collections.abc import Iterator

import pytest

from search.backends.base import SearchBackend
from search.meaning import Form, Leaning, Meaning, Place, Wording, read
from search.query import SearchQuery
from search.synonyms import Rule, SynonymIndex
from tests.search.factories import make_document, make_passage


class MeaningContract:
    """Behavior common to all engines beyond plain words, on documents that need no database."""

    @pytest.fixture
    def backend(self) -> Iterator[SearchBackend]:
        """An engine without any index."""
        raise NotImplementedError

    @pytest.fixture
    def engine(self, backend: SearchBackend) -> SearchBackend:
        """Cases on light, water and sensors, and passages of a guide."""
        backend.rebuild(
            [
                make_document(
                    1,
                    "Éclairage public intelligent",
                    summary="Un marché global de performance.",
                    themes=["strategie"],
                    territories=["insee:86194", "siren:200069854", "dep:86"],
                    places=["insee:86194"],
                    started=20150301,
                    participants=["poitiers", "une-entreprise"],
                ),
                make_document(
                    2,
                    "Fuites d'eau",
                    body="Les capteurs de l'éclairage servent aussi au réseau d'eau, à Poitiers.",
                    themes=["services"],
                    territories=["insee:35238", "dep:35"],
                    places=["insee:35238"],
                    started=20190901,
                    participants=["rennes"],
                ),
                make_document(
                    3,
                    "Réseau de capteurs",
                    body="Objets connectés et données ouvertes : l'éclairage n'en est pas.",
                    themes=["strategie"],
                    territories=["siren:200069854", "dep:86"],
                    places=["siren:200069854"],
                ),
                make_document(4, "Former les élus", body="Des formations mutualisées."),
                make_passage(10, "Acheter autrement", "Le marché global et ses clauses.", order=1),
                make_passage(
                    10, "Les clauses", "Clause de réversibilité.", order=2, anchor="s-clauses"
                ),
                make_passage(11, "Marché global", "Un contrat unique.", unit="glossary"),
                make_passage(12, "Ville d'Air", "Marché <b>global</b>.", unit="partner"),
            ]
        )
        backend.refresh()
        return backend

    def found(self, engine: SearchBackend, text: str, *rules: Rule) -> list[int]:
        """The cases that a text finds, in order."""
        meaning = read(text, SynonymIndex(rules))
        return [hit.page_id for hit in engine.search(SearchQuery(text), meaning).hits]

    def ordered(self, engine: SearchBackend, meaning: Meaning) -> list[int]:
        """The cases that a meaning finds, in order."""
        return [hit.page_id for hit in engine.search(SearchQuery(""), meaning).hits]

    # --- Operators

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('"éclairage public"', {1}),
            ('"ECLAIRAGE PUBLIC"', {1}),
            ('"public éclairage"', set()),
            ('"marché global de performance"', {1}),
            ('"marché de performance"', set()),
            ("« réseau d’eau »", {2}),
            ('"réseau eau"', {2}),
            ("éclairage -capteurs", {1}),
            ("éclairage -eau", {1, 3}),
            ('éclairage -"réseau d\'eau"', {1, 3}),
            ("-éclairage", {4}),
            ("fuites OR intelligent", {1, 2}),
            ("fuites OU élus", {2, 4}),
            ('fuites OR "éclairage public" OR élus', {1, 2, 4}),
            ("capteurs fuites OR connectés", {2, 3}),
            ("capt*", {2, 3}),
            ("éclair*", {1, 2, 3}),
            ("ecl* -capt*", {1}),
            ("avant:2018", {1}),
            ("apres:2019", {2}),
            ("après:2015-03-01 avant:2019-09", {1}),
            ("apres:2015-03-02", {2}),
            ("apres:2019 avant:2015", set()),
            ("éclairage apres:2019", {2}),
            ("theme:strategie", {1, 3}),
            ("éclairage theme:strategie", {1, 3}),
            ("éclairage -theme:strategie", {2}),
            ("theme:strategie OR theme:services", {1, 2, 3}),
            ("partenaire:une-entreprise", {1}),
            ("éclairage -éclairage", set()),
            ("theme:strategie -theme:strategie", set()),
        ],
    )
    def test_operators_narrow(self, engine: SearchBackend, text: str, expected: set[int]) -> None:
        assert set(self.found(engine, text)) == expected

    @pytest.mark.parametrize(
        "text",
        ['"', '""', "-", "--", "OR", "a OR", "OR a", '"a', "theme:", ":", "-:", "*", "a*", '-"',
         "inconnu:eau", "avant:hier", "apres:9999-99", "x" * 200, "(a AND (b OR", "a\\", "~5", "[1 TO 2]"],
    )  # fmt: skip
    def test_malformed_operators_are_words(self, engine: SearchBackend, text: str) -> None:
        self.found(engine, text)
        engine.find_passages(read(text))

    # --- Wordings

    def test_synonyms_go_both_ways_or_one(self, engine: SearchBackend) -> None:
        both = Rule("IoT", "objets connectés")
        assert self.found(engine, "iot", both) == [3]
        one_way = Rule("lampadaire", "éclairage public", two_way=False)
        assert self.found(engine, "lampadaires", one_way) == [1]
        assert self.found(engine, "lampadaires éclairage", one_way)[0] == 1
        assert self.found(engine, "éclairage public", one_way) == [1]

    def test_what_was_typed_ranks_above_its_synonyms(self, engine: SearchBackend) -> None:
        rule = Rule("éclairage", "capteurs")
        assert self.found(engine, "éclairage", rule)[0] == 1

    def test_forms_that_the_stemmer_parts_are_found(self, engine: SearchBackend) -> None:
        assert self.found(engine, "former un élu") == [4]
        assert self.found(engine, "formation mutualisée") == [4]

    def test_words_asked_side_by_side_tell_more_when_they_stand_so(
        self, backend: SearchBackend
    ) -> None:
        filler = "Un texte de même longueur pour tous."
        backend.rebuild(
            [
                make_document(1, body=f"Plan de ville. Un climat. {filler}"),
                make_document(2, body=f"Un plan climat de ville. {filler}"),
                make_document(3, body=f"Climat. Ville. Le plan. {filler}"),
            ]
        )
        backend.refresh()
        assert self.found(backend, "plan climat")[0] == 2

    # --- Places and leanings

    def test_a_place_is_itself_then_what_it_is_part_of(self, engine: SearchBackend) -> None:
        poitiers = Place(
            ("insee:86194",), ("siren:200069854",), (Wording(("poitiers",), Form.TOGETHER),)
        )
        meaning = read("éclairage")
        assert self.ordered(engine, Meaning(places=(poitiers,))) == [1, 3, 2]
        both = Meaning(
            concepts=meaning.concepts, minimum=1, asked=meaning.asked, places=(poitiers,)
        )
        assert self.ordered(engine, both) == [1, 3, 2]

    def test_leanings_order_by_their_weight(self, engine: SearchBackend) -> None:
        leaning = (Leaning("themes", "services", 1.0), Leaning("themes", "strategie", 0.4))
        found = self.ordered(engine, Meaning(leanings=leaning))
        assert found[0] == 2
        assert set(found) == {1, 2, 3}

    def test_complete_and_fresh_cases_come_first_among_equals(self, backend: SearchBackend) -> None:
        backend.rebuild([make_document(i, "Capteurs", quarters=i) for i in (1, 4, 2, 3)])
        backend.refresh()
        assert self.found(backend, "capteurs") == [4, 3, 2, 1]

    # --- Passages

    def test_passages_are_found_by_unit(self, engine: SearchBackend) -> None:
        found = engine.find_passages(read("marché global"))
        assert found.counts == {"guide": 1, "glossary": 1, "partner": 1}
        assert found.total == 3
        assert found.hits[0].unit == "glossary"
        only = engine.find_passages(read("marché global"), units=("guide", "partner"))
        assert (only.total, {hit.page_id for hit in only.hits}) == (2, {10, 12})
        assert only.counts == found.counts
        rest = engine.find_passages(read("marché global"), start=1, limit=1)
        assert [hit.page_id for hit in rest.hits] == [found.hits[1].page_id]

    def test_a_passage_has_its_place_and_marked_words(self, engine: SearchBackend) -> None:
        hit = engine.find_passages(read("réversibilité")).hits[0]
        assert (hit.page_id, hit.anchor, hit.heading) == (10, "s-clauses", "Les clauses")
        assert "<mark>réversibilité</mark>" in hit.excerpt_html
        partner = engine.find_passages(read("marché"), units=("partner",)).hits[0]
        assert "&lt;b&gt;" in partner.excerpt_html

    def test_what_only_cases_have_finds_no_passage(self, engine: SearchBackend) -> None:
        for text in ("theme:strategie", "marché theme:strategie", "marché apres:2001", "", "..."):
            assert engine.find_passages(read(text)).total == 0

    def test_passages_are_never_cases(self, engine: SearchBackend) -> None:
        results = engine.search(SearchQuery(""))
        assert {hit.page_id for hit in results.hits} == {1, 2, 3, 4}
        assert results.total == 4

    def test_passages_of_a_page_are_replaced_together(self, engine: SearchBackend) -> None:
        engine.index([make_passage(10, "Acheter", "Un seul texte.", order=1, version=2)])
        engine.refresh()
        assert engine.find_passages(read("clauses")).total == 0
        assert set(engine.documents_digest()) >= {"10#1", "11#1"}
        assert "10#2" not in engine.documents_digest()
        engine.index([make_passage(10, "Vieux", order=3, version=1)])
        engine.delete([11], version=5)
        engine.refresh()
        assert not {"10#3", "11#1"} & set(engine.documents_digest())

    # --- Titles being typed

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (["eclai"], [1]),
            (["public", "ecl"], [1]),
            (["capt"], [3]),
            (["reseau", "de", "capteurs"], [3]),
            (["clau"], [10]),
            (["marche", "glo"], [11]),
            (["absent"], []),
            ([], []),
        ],
    )
    def test_titles_are_suggested_while_they_are_typed(
        self, engine: SearchBackend, words: list[str], expected: list[int]
    ) -> None:
        assert [title.page_id for title in engine.suggest(words, 5)] == expected

    # --- Words

    def test_only_words_that_nothing_holds_have_look_alikes(self, engine: SearchBackend) -> None:
        similar = engine.similar_words(["eclairge", "eclairages", "capteur", "zzzz", "ecl"])
        assert set(similar) == {"eclairge", "zzzz", "ecl"}
        assert similar["eclairge"]["eclairage"] == 3
        assert not similar["zzzz"]
        assert not similar["ecl"]
        assert engine.similar_words([]) == {}

    # --- Related

    def test_a_case_is_related_to_those_it_resembles(self, engine: SearchBackend) -> None:
        related = engine.related(1, 3)
        assert 1 not in related
        assert related[0] in {2, 3}
        assert not {10, 11, 12} & set(related)
        assert engine.related(99, 3) == ()
        assert engine.related(10, 3) == ()
