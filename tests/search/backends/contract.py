"""What every search engine must do alike. Each engine's test module subclasses `BackendContract`."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from search.backends.base import IndexOutdated, SearchBackend, SearchUnavailable
from search.documents import CaseDocument
from search.query import MAX_PAGE, SearchQuery
from search.results import SearchResults
from tests.search.factories import make_document

POITIERS = ("insee:86194", "siren:200069854", "dep:86", "reg:75")
CHATELLERAULT = ("insee:86066", "siren:248600413", "dep:86", "reg:75")
RENNES = ("insee:35238", "siren:243500139", "dep:35", "reg:53")


class Interrupted(Exception):
    """What stops a rebuild in a test."""


class BackendContract:
    """Behavior common to all engines, on documents that need no database."""

    @pytest.fixture
    def backend(self) -> Iterator[SearchBackend]:
        """An engine without any index."""
        raise NotImplementedError

    @pytest.fixture
    def engine(self, backend: SearchBackend) -> SearchBackend:
        """An engine with an empty index."""
        backend.rebuild([])
        return backend

    def fill(self, engine: SearchBackend, *documents: CaseDocument) -> None:
        """Store documents and make them searchable."""
        assert engine.index(documents) == {}
        engine.refresh()

    def search(self, engine: SearchBackend, querystring: str = "") -> SearchResults:
        """Answer the query of a URL."""
        return engine.search(SearchQuery.from_querydict(QueryDict(querystring)))

    def found(self, engine: SearchBackend, querystring: str = "") -> list[int]:
        """The pages that a URL finds, in order."""
        return [hit.page_id for hit in self.search(engine, querystring).hits]

    # --- Words

    @pytest.mark.parametrize(
        ("title", "words"),
        [
            ("Des capteurs pour la ville", "capteur"),
            ("Un capteur", "capteurs"),
            ("Réseaux de chaleur", "réseau"),
            ("Les communes rurales", "commune rurale"),
            ("L'éclairage public", "ÉCLAIRAGE"),
            ("L'éclairage public", "eclairages publics"),
            ("L’éclairage public", "d’éclairage"),
            ("L’eau", "d'eau"),
            ("Ce qu’écoutent les habitants", "écoutent"),
            ("Eau et données", "l'eau"),
            ("Éléphants", "elephant"),
            ("Cœur de ville", "coeur"),
            ("Coeur de ville", "cœur"),
            ("Rendez-vous en Seine-et-Marne", "seine marne"),
            ("Porte à porte", "porte-à-porte"),
            ("Publié sur data.gouv.fr", "gouv"),
            ("Un fichier open_data", "data"),
            ("L'an 2019,2020", "2020"),
            ("Un poste à 20\u202f000 €", "000"),
            ("Le village connecté à 20 000 €", "connectés"),
            ("Aujourd’hui la donnée", "aujourd'hui"),
            ("Un texte d\u00e9compos\u0065\u0301", "décomposé"),
        ],
    )
    def test_words_are_found_as_they_are_meant(
        self, engine: SearchBackend, title: str, words: str
    ) -> None:
        self.fill(engine, make_document(1, title), make_document(2, "Tout à fait étranger"))
        assert self.found(engine, url(q=words)) == [1]

    def test_every_field_is_searched(self, engine: SearchBackend) -> None:
        fields = ("title", "summary", "names", "results", "lessons", "body")
        self.fill(
            engine,
            *(make_document(i, **{"title": "X", f: "oxygène"}) for i, f in enumerate(fields, 1)),
        )
        assert sorted(self.found(engine, "q=oxygène")) == [1, 2, 3, 4, 5, 6]

    def test_a_title_weighs_more_than_a_passing_mention(self, engine: SearchBackend) -> None:
        self.fill(
            engine,
            make_document(
                1, "La voirie", body="Un mot sur les capteurs, parmi bien d'autres choses dites."
            ),
            make_document(
                2, "Des capteurs en ville", body="Un récit parmi bien d'autres choses dites."
            ),
            make_document(
                3, "Un autre", summary="Trois capteurs.", body="Parmi bien d'autres choses dites."
            ),
        )
        assert self.found(engine, "q=capteurs") == [2, 3, 1]

    def test_two_words_are_both_needed_and_many_mostly(self, engine: SearchBackend) -> None:
        self.fill(
            engine,
            make_document(1, "Capteurs de bruit", body="rue école mairie"),
            make_document(2, "Capteurs de pluie", body="rue"),
        )
        assert self.found(engine, "q=capteurs+bruit") == [1]
        assert self.found(engine, "q=capteurs+bruit+rue+ecole+absent") == [1]

    def test_stop_words_do_not_narrow(self, engine: SearchBackend) -> None:
        self.fill(engine, make_document(1, "Compteurs communicants"))
        assert self.found(engine, "q=les+compteurs+dans+la+commune+communicants") == [1]

    def test_only_stop_words_are_still_words(self, engine: SearchBackend) -> None:
        self.fill(engine, make_document(1, "Pour tous"), make_document(2, "Capteurs"))
        assert self.found(engine, "q=pour+tous") == [1]

    @pytest.mark.parametrize(
        "text", ["...", "'", '"', "(", "AND", "[* TO *]", "title:", "~", "/.*/", "😀"]
    )
    def test_signs_are_not_syntax(self, engine: SearchBackend, text: str) -> None:
        self.fill(engine, make_document(1, "Capteurs"))
        assert self.found(engine, url(q=text)) == []

    # --- Facets

    @pytest.fixture
    def library(self, engine: SearchBackend) -> SearchBackend:
        """Four cases that differ by their facets."""
        self.fill(
            engine,
            make_document(
                1,
                "Capteurs d'eau",
                domains=["eau"],
                step="service",
                territories=POITIERS,
                tags="a b",
            ),
            make_document(
                2,
                "Capteurs d'air",
                domains=["air", "eau"],
                step="culture",
                territories=CHATELLERAULT,
            ),
            make_document(
                3, "Capteurs de rue", domains=["rue"], step="service", territories=RENNES
            ),
            make_document(
                4, "Un atelier", domains=["eau"], step="culture", territories=RENNES, tags="é/&"
            ),
        )
        return engine

    @pytest.mark.parametrize(
        ("querystring", "expected"),
        [
            ("domaine=eau", {1, 2, 4}),
            ("domaine=air&domaine=rue", {2, 3}),
            ("domaine=eau&etape=culture", {2, 4}),
            ("domaine=air&domaine=rue&etape=service", {3}),
            ("territoire=insee:86194", {1}),
            ("territoire=siren:200069854", {1}),
            ("territoire=dep:86", {1, 2}),
            ("territoire=reg:75&territoire=insee:35238", {1, 2, 3, 4}),
            ("territoire=reg:75&domaine=air", {2}),
            ("q=capteurs&domaine=eau", {1, 2}),
            ("tag=a+b", {1}),
            ("tag=%C3%A9/%26", {4}),
            ("domaine=inconnu", set()),
            ("domaine=EAU", set()),
        ],
    )
    def test_values_are_or_within_a_facet_and_facets_are_and(
        self, library: SearchBackend, querystring: str, expected: set[int]
    ) -> None:
        assert set(self.found(library, querystring)) == expected

    def test_counts_leave_out_the_choice_made_in_their_own_facet(
        self, library: SearchBackend
    ) -> None:
        counts = self.search(library, "domaine=air&etape=culture").counts
        assert counts["domaine"] == {"air": 1, "eau": 2}
        assert counts["etape"] == {"culture": 1}
        assert counts["territoire"] == {
            "insee:86066": 1, "siren:248600413": 1, "dep:86": 1, "reg:75": 1
        }  # fmt: skip

    def test_counts_follow_the_words(self, library: SearchBackend) -> None:
        counts = self.search(library, "q=capteurs").counts
        assert counts["domaine"] == {"eau": 2, "air": 1, "rue": 1}
        assert counts["territoire"]["dep:86"] == 2

    def test_a_count_is_what_choosing_the_value_finds(self, library: SearchBackend) -> None:
        counts = self.search(library, "domaine=eau").counts
        for parameter in ("etape", "territoire", "tag"):
            for value, count in counts[parameter].items():
                query = url(domaine="eau", **{parameter: value})
                assert self.search(library, query).total == count

    def test_only_the_most_frequent_values_are_counted_on_request_and_exactly(
        self, engine: SearchBackend
    ) -> None:
        self.fill(
            engine,
            *(make_document(number, tags=["partout", f"ici-{number}"]) for number in range(1, 40)),
        )
        few = engine.search(SearchQuery(counted=1))
        assert few.counts["tag"] == {"partout": 39}
        none = engine.search(SearchQuery(counted=0))
        assert (none.total, none.counts) == (39, {})

    def test_counts_of_nothing_are_empty(self, library: SearchBackend) -> None:
        results = self.search(library, "q=introuvable")
        assert results.total == 0
        assert not any(results.counts.values())

    def test_a_value_is_counted_once_per_case_and_never_cut(self, engine: SearchBackend) -> None:
        self.fill(
            engine, *(make_document(i, tags=[f"mot-{i}", f"autre-{i}"]) for i in range(1, 401))
        )
        counts = self.search(engine).counts["tag"]
        assert len(counts) == 800
        assert set(counts.values()) == {1}

    # --- Order and pages

    def test_orders(self, engine: SearchBackend) -> None:
        self.fill(
            engine,
            make_document(1, "Écoles et bus"),
            make_document(2, "« Zones » bus bus"),
            make_document(3, "economie de bus"),
            make_document(4, "Bus"),
        )
        assert self.found(engine, "tri=titre") == [4, 1, 3, 2]
        assert self.found(engine, "tri=recent") == [4, 3, 2, 1]
        assert self.found(engine) == [4, 3, 2, 1]
        assert self.found(engine, "q=bus&tri=titre") == [4, 1, 3, 2]
        assert self.found(engine, "q=bus")[0] in {2, 4}

    def test_pages_follow_one_another_without_loss(self, engine: SearchBackend) -> None:
        self.fill(engine, *(make_document(i, "Même titre") for i in range(1, 46)))
        for order in ("", "&tri=titre", "&q=titre"):
            pages = [self.found(engine, f"page={number}{order}") for number in (1, 2, 3)]
            assert [len(page) for page in pages] == [20, 20, 5]
            assert len({page_id for page in pages for page_id in page}) == 45

    @pytest.mark.parametrize("page", [3, 4, MAX_PAGE, 10**9])
    def test_a_page_too_far_is_the_last(self, engine: SearchBackend, page: int) -> None:
        self.fill(engine, *(make_document(i) for i in range(1, 46)))
        results = self.search(engine, f"page={page}")
        assert (results.page, len(results.hits), results.total, results.page_count) == (3, 5, 45, 3)

    def test_a_page_of_nothing_is_the_first(self, engine: SearchBackend) -> None:
        results = self.search(engine, "page=7")
        assert (results.page, results.hits, results.page_count) == (1, (), 1)

    # --- Highlights

    def test_found_words_are_marked(self, engine: SearchBackend) -> None:
        self.fill(
            engine,
            make_document(
                1, "« L’éclairage public » !", summary="Éclairer mieux. Éclairages neufs."
            ),
        )
        (hit,) = self.search(engine, "q=éclairages").hits
        # Only spaces differ from the title: they are those of French typography.
        assert " ".join(hit.title_html.split()) == "« L’<mark>éclairage</mark> public » !"
        assert "<mark>Éclairages</mark> neufs" in hit.excerpt_html

    def test_an_excerpt_comes_from_where_the_word_is(self, engine: SearchBackend) -> None:
        body = "Rien à dire. " * 60 + "Les hirondelles sont revenues. " + "Rien à dire. " * 60
        self.fill(engine, make_document(1, "Titre", summary="Résumé.", body=body))
        (hit,) = self.search(engine, "q=hirondelle").hits
        assert "<mark>hirondelles</mark>" in hit.excerpt_html
        assert len(hit.excerpt_html) < 400

    def test_nothing_is_marked_without_words(self, engine: SearchBackend) -> None:
        self.fill(engine, make_document(1, "Un & <b>titre</b>", summary="Un résumé"))
        (hit,) = self.search(engine).hits
        assert hit.title_html == "Un &amp; &lt;b&gt;titre&lt;/b&gt;"
        assert hit.excerpt_html == ""

    @pytest.mark.parametrize(
        "hostile",
        [
            "<script>alert(1)</script> capteurs",
            "capteurs <img src=x onerror=alert(1)>",
            "</mark><svg onload=alert(1)> capteurs",
            "\ue000<b>\ue001 capteurs \ue000",
            "&lt;script&gt; capteurs \" ' &",
            "<mark>capteurs</mark>",
        ],
    )
    def test_markup_in_texts_is_shown_as_text(self, engine: SearchBackend, hostile: str) -> None:
        self.fill(engine, make_document(1, hostile, summary=hostile, names=hostile, body=hostile))
        (hit,) = self.search(engine, "q=capteurs").hits
        for html in (hit.title_html, hit.excerpt_html):
            assert html.count("<mark>capteurs</mark>") == 1
            left = html.replace("<mark>", "").replace("</mark>", "")
            assert "<" not in left
            assert "\ue000" not in left

    # --- Writing

    def test_a_document_stored_again_replaces_itself(self, engine: SearchBackend) -> None:
        self.fill(engine, make_document(1, "Ancien"))
        self.fill(engine, make_document(1, "Nouveau", version=2))
        assert self.found(engine, "q=nouveau") == [1]
        assert self.found(engine, "q=ancien") == []
        assert self.search(engine).total == 1

    def test_an_older_reading_never_replaces_a_newer_one(self, engine: SearchBackend) -> None:
        self.fill(engine, make_document(1, "Nouveau", version=9))
        self.fill(engine, make_document(1, "Ancien", version=8))
        assert self.found(engine, "q=nouveau") == [1]
        assert engine.delete([1], version=8) == {}
        engine.refresh()
        assert self.found(engine) == [1]

    def test_the_same_version_may_be_sent_again(self, engine: SearchBackend) -> None:
        for _ in range(2):
            self.fill(engine, make_document(1, version=5), make_document(2, version=5))
        assert engine.delete([1], version=5) == {}
        assert engine.delete([1], version=5) == {}
        engine.refresh()
        assert self.found(engine) == [2]

    def test_what_is_absent_may_be_deleted(self, engine: SearchBackend) -> None:
        assert engine.delete([404], version=1) == {}

    def test_a_digest_tells_what_is_stored(self, engine: SearchBackend) -> None:
        documents = [make_document(1, "Un"), make_document(2, "Deux", tags="x")]
        self.fill(engine, *documents)
        assert engine.documents_digest() == {doc.key: doc.content_hash for doc in documents}

    # --- Rebuilding

    def test_without_an_index_search_says_so(self, backend: SearchBackend) -> None:
        assert not backend.is_current()
        assert not backend.health().available
        with pytest.raises(SearchUnavailable):
            self.search(backend)
        with pytest.raises(IndexOutdated):
            backend.index([make_document(1)])
        with pytest.raises(IndexOutdated):
            backend.delete([1], version=1)

    def test_a_rebuild_replaces_everything(self, engine: SearchBackend) -> None:
        self.fill(engine, make_document(1, "Fantôme"))
        assert engine.rebuild([make_document(2, "Vivant", version=2), make_document(3)]) == 2
        assert set(self.found(engine)) == {2, 3}
        health = engine.health()
        assert (health.available, health.current, health.documents) == (True, True, 2)

    def test_searches_are_answered_while_rebuilding(self, engine: SearchBackend) -> None:
        self.fill(engine, make_document(1, "Ancien"))
        seen = []

        def documents() -> Iterator[CaseDocument]:
            for page_id in range(10, 30):
                seen.append(tuple(self.found(engine)))
                yield make_document(page_id)

        engine.rebuild(documents())
        assert set(seen) == {(1,)}
        assert self.search(engine).total == 20

    def test_a_rebuild_that_fails_changes_nothing(self, engine: SearchBackend) -> None:
        self.fill(engine, make_document(1, "Ancien"))

        def documents() -> Iterator[CaseDocument]:
            yield make_document(2)
            raise Interrupted

        with pytest.raises(Interrupted):
            engine.rebuild(documents())
        assert self.found(engine) == [1]
        self.fill(engine, make_document(3))
        assert self.found(engine) == [3, 1]


def url(**values: str) -> str:
    """A URL's query written from plain words."""
    return urlencode(values)
