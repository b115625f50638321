"""Words are cut, folded and stemmed alike by both engines."""

import pytest

from search import analysis
from search.backends.elasticsearch import ElasticsearchBackend, index_body

TEXTS = [
    "L’éclairage public d’Antony, c'est l'affaire de tous",
    "Aujourd’hui, les prud'hommes et l'entr'ouvert",
    "qu'écoute-t-on lorsqu’il pleut ? jusqu'à quand",
    "Publié sur data.gouv.fr/fr : open_data, 3,5 % ; 20\u202f000 € en 2019-2020 (REX-06)",
    "Cœur de ville, œuvre, ÆSIR, straße, ÉTÉ, naïveté, ça, où, à",
    "collectivités collectivité déployer déployé deploye généralisation généraliser",
    "capteurs sonores mutualisés intercommunalité intercommunalités gouvernances",
    "journaux travaux réseaux égaux nationaux communal communaux hôpitaux",
]


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("analyzer", [analysis.STEMMED, analysis.EXACT])
def test_both_engines_make_the_same_words(elasticsearch_url: str, text: str, analyzer: str) -> None:
    given = analysis.without_elisions(text) if analyzer == analysis.EXACT else text
    ours = analysis.tantivy_analyzers()[analyzer].analyze(given)
    assert ours == elasticsearch_tokens(elasticsearch_url, analyzer, text)


def elasticsearch_tokens(url: str, analyzer: str, text: str) -> list[str]:
    """What the analyzer of a new index makes of `text`, without creating the index."""
    definitions = index_body()["settings"]["analysis"]
    parts = definitions["analyzer"][analyzer]
    answer = ElasticsearchBackend(url, "test").writer.indices.analyze(
        text=text,
        tokenizer=parts["tokenizer"],
        char_filter=[definitions["char_filter"][name] for name in parts["char_filter"]],
        filter=[definitions["filter"].get(name, name) for name in parts["filter"]],
    )
    return [token["token"] for token in answer["tokens"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L'eau et l’air", ("eau", "et", "air")),
        ("Éclairage ÉCLAIRAGE", ("eclairage", "eclairage")),
        ("porte-à-porte", ("porte", "a", "porte")),
        ("...", ()),
        ("aujourd’hui", ("aujourd'hui",)),
    ],
)
def test_words_are_folded_and_lose_their_articles(text: str, words: tuple[str, ...]) -> None:
    assert analysis.words_of(text) == words


def test_words_keep_their_spelling_when_it_is_wanted() -> None:
    assert analysis.typed_words("L'Île-de-France, d’Éric") == ["Île", "de", "France", "Éric"]


def test_two_forms_of_a_word_have_one_stem() -> None:
    assert analysis.stem("capteurs") == analysis.stem("capteur")
    assert analysis.stem("pour") == "pour"


def test_elisions_take_no_place_between_words() -> None:
    assert analysis.without_elisions("retour d'expérience de l’eau") == "retour expérience de eau"
