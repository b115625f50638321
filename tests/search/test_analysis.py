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
    ours = analysis.tantivy_analyzers()[analyzer].analyze(text)
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
    ("text", "terms"),
    [
        ("L'eau et l’air", ("eau", "air")),
        ("Éclairage ÉCLAIRAGE eclairage", ("eclairage",)),
        ("de la", ("de", "la")),
        ("porte-à-porte", ("porte",)),
        ("...", ()),
        ("aujourd’hui", ("aujourd'hui",)),
    ],
)
def test_terms_of_a_query(text: str, terms: tuple[str, ...]) -> None:
    assert analysis.query_terms(text) == terms


def test_how_many_words_must_be_found() -> None:
    assert [analysis.required_terms(count) for count in range(8)] == [0, 1, 2, 2, 3, 4, 5, 5]
