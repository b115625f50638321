"""What validation refuses, what it warns of, what it keeps; and that nothing makes it raise."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casestudies.interchange.problems import Record
from casestudies.interchange.reading import read_content
from casestudies.interchange.validation import Validation, validate
from casestudies.interchange.writing import prepare
from cms.sanitization import MAX_LENGTH
from tests.casestudies.worlds import case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
SOURCE = {"title": "Une page", "url": "https://example.org/page"}


def check(*cases: Any, create_partners: bool = False) -> Validation:
    records = [Record("cas.jsonl", line, data) for line, data in enumerate(cases, start=1)]
    return validate(records, create_partners=create_partners)


def errors(*cases: Any) -> list[str]:
    return [str(problem) for problem in check(*cases).errors]


def warnings(*cases: Any) -> list[str]:
    return [str(problem) for problem in check(*cases).warnings]


def test_a_minimal_case_is_valid_and_is_completed() -> None:
    result = check(case())
    assert (result.errors, result.warnings) == ([], [])
    data = result.cases[0].data
    assert (data["licence"], data["validated"], data["language"], data["cost"]) == (
        "lo-2.0",
        False,
        "fr",
        None,
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            case(organisation="inconnue"),
            "organisation: trouvé « inconnue » ; attendu : un partenaire de l'annuaire",
        ),
        (case(partners=["inconnue"]), "partners[1]: trouvé « inconnue »"),
        (case(partners=["grand-poitiers"]), "partners[1]: « grand-poitiers » publie déjà le cas"),
        (
            case(partners=["ville-de-poitiers"] * 2),
            "partners[2]: « ville-de-poitiers » y est deux fois",
        ),
        (case(territories=["insee:00000"]), "territories[1]: trouvé « insee:00000 »"),
        (case(themes=["strategie-gouvernanc"]), "vouliez-vous dire « strategie-gouvernance » ?"),
        (case(domains=["mobilité"]), "domains[1]: trouvé « mobilité »"),
        (
            case(capacities=["x"]),
            "capacities[1]: trouvé « x » ; attendu : manageriale, politique ou technique",
        ),
        (case(sharing_models=["x"]), "sharing_models[1]: trouvé « x »"),
        (case(obstacles=["x"]), "obstacles[1]: trouvé « x »"),
        (case(obstacles=[{"id": "x"}]), "obstacles[1].id: trouvé « x »"),
        (case(tags=["!!"]), "tags[1]: trouvé « !! » ; attendu : au moins une lettre"),
        (case(started="2018-13"), "started: trouvé « 2018-13 » ; attendu : une date du calendrier"),
        (case(started="2019", ended="2018-12-31"), "ended: 2018-12-31 vient avant le début, 2019"),
        (case(started="2019-05", ended="2019-04-30"), "ended: 2019-04-30 vient avant le début"),
        (case(cost={"amount": 1.005}), "cost.amount: trouvé 1.005 ; attendu : deux décimales"),
        (
            case(cost={"amount": 1, "source": "https://exa mple"}),
            "cost.source: trouvé « https://exa mple »",
        ),
        (
            case(sources=[SOURCE], sections={"data": "<p>Oui [2].</p>"}),
            "sections.data: trouvé [2] ; attendu : un appel de [1] à [1]",
        ),
        (
            case(sections={"data": "<p>Oui [1].</p>"}),
            "sections.data: trouvé [1] ; attendu : une liste de sources",
        ),
        (
            case(timeline=[{"kind": "milestone", "text": "x [0]"}], sources=[SOURCE]),
            "timeline[1].text: trouvé [0]",
        ),
        (
            case(timeline=[{"kind": "milestone", "text": "x", "date": "2018-02-30"}]),
            "timeline[1].date: trouvé « 2018-02-30 »",
        ),
        (
            case(timeline=[{"kind": "milestone", "text": "x", "capacity": "y"}]),
            "timeline[1].capacity: trouvé « y »",
        ),
        (
            case(timeline=[{"kind": "milestone", "text": "x", "obstacle": "y"}]),
            "timeline[1].obstacle: trouvé « y »",
        ),
        (case(timeline=[{"kind": "milestone", "text": "  "}]), "timeline[1].text: vide"),
        (case(title="   "), "title: vide"),
        (
            case(sources=[{**SOURCE, "consulted": "2026-00"}]),
            "sources[1].consulted: trouvé « 2026-00 »",
        ),
        (
            case(sections={"data": "<p> </p><script>x</script>"}),
            "sections.data: vide une fois nettoyé",
        ),
        (
            case(sections={"data": "<" * (MAX_LENGTH // 2)}),
            "sections.data: trop long une fois nettoyé",
        ),
        (
            case(published_at="hier"),
            "published_at: trouvé « hier » ; attendu : une date et une heure",
        ),
        (case(published_at="2026-01-01T00:00:00"), "published_at: trouvé"),
        (case(published_at="2999-01-01T00:00:00Z"), "attendu : une date passée"),
        (
            case(published_at="2025-02-01T00:00:00Z", updated_at="2025-01-01T00:00:00Z"),
            "updated_at: vient avant published_at",
        ),
    ],
)
def test_an_error_has_its_line_its_field_what_was_found_and_expected(
    data: Any, expected: str
) -> None:
    found = errors(case(slug="un-autre"), data)
    assert len(found) == 1, found
    assert found[0].startswith("cas.jsonl:2: ")
    assert expected in found[0]


def test_errors_of_every_kind_and_every_line_come_together() -> None:
    found = errors(case(title=3, themes=["x"]), 5, case(slug="b", organisation="x"), case(slug="c"))
    assert [message.split(":")[1] for message in found] == ["1", "1", "2", "3"]


def test_a_slug_is_given_once_by_organisation_and_a_number_once() -> None:
    assert "slug: « capteurs-dans-les-ecoles » est déjà à cas.jsonl:1" in errors(case(), case())[0]
    assert errors(case(), case(organisation="ville-de-poitiers")) == []
    assert "number: 6 est déjà à cas.jsonl:1" in errors(case(number=6), case(slug="b", number=6))[0]


def test_a_former_code_leads_to_todays_territory() -> None:
    result = check(case(territories=["insee:86999", "insee:86194"]))
    assert result.cases[0].data["territories"] == ["insee:86194"]
    assert "ancien code insee:86999, remplacé par insee:86194 (Poitiers)" in str(result.warnings[0])


def test_unknown_partners_are_to_be_created_when_asked() -> None:
    result = check(
        case(organisation="neuve", partners=["aussi-neuve", "ville-de-poitiers"]),
        create_partners=True,
    )
    assert result.errors == []
    assert result.new_partners == ["neuve", "aussi-neuve"]


def test_html_is_cleaned_and_what_is_removed_is_said() -> None:
    html = '<p onclick="x()" data-block-key="a1b2">Oui &amp; non<script>alert(1)</script></p><a linktype="page" id="3">là</a>'
    result = check(case(sections={"data": html}))
    assert result.cases[0].data["sections"]["data"] == "<p>Oui &amp; non</p><a>là</a>"
    said = str(result.warnings[0])
    assert said.startswith("cas.jsonl:1: sections.data: retiré au nettoyage :")
    assert all(piece in said for piece in ("<script>", "<p onclick>", "<a linktype>"))
    assert "data-block-key" not in said


def test_clean_html_gives_no_warning() -> None:
    html = "<p>L'« été » &amp; l’hiver,<br> 1 &lt; 2 <a href='https://example.org/?a=1&amp;b=2'>ici</a></p>"
    assert warnings(case(sections={"data": html})) == []


def test_a_figure_whose_source_is_not_listed_is_a_warning() -> None:
    figure = {
        "label": "x",
        "value": "3",
        "nature": "measured",
        "source": "https://example.org/ailleurs",
    }
    result = check(case(indicators=[figure], sources=[SOURCE]))
    assert result.errors == []
    assert "indicators[1].source" in str(result.warnings[0])


def test_tags_join_those_that_differ_by_case_or_accents() -> None:
    result = check(
        case(tags=["Éclairage", "éclairage", " LoRa "]), case(slug="b", tags=["eclairage", "lora"])
    )
    assert [valid.data["tags"] for valid in result.cases] == [
        ["Éclairage", "LoRa"],
        ["Éclairage", "LoRa"],
    ]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = [
    *case(), "number", "partners", "domains", "obstacles", "tags", "started", "ended", "cost", "brief",
    "timeline", "indicators", "sources", "published_at", "step", "language", "validated",
]  # fmt: skip
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(data=values)
def test_any_json_value_gives_errors_and_never_a_traceback(data: Any) -> None:
    assert check(data).errors


@quick
@given(changes=st.dictionaries(st.sampled_from(NAMES), values, min_size=1, max_size=4))
def test_a_case_with_anything_in_its_fields_never_gives_a_traceback(
    changes: dict[str, Any],
) -> None:
    result = check({**case(), **changes})
    for problem in result.errors + result.warnings:
        str(problem).encode("utf-8")
    prepare(result)


@quick
@given(
    content=st.binary(max_size=200)
    | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_read_without_a_traceback(content: bytes) -> None:
    for is_document in (True, False):
        records, problems = read_content(content, "cas.jsonl", is_document=is_document)
        assert records or problems
        result = validate(records)
        assert problems or result.errors


@quick
@given(html=st.text(alphabet="<>/!-[]&;=\"' apscriptonlk1\n", max_size=60))
def test_any_markup_is_cleaned_once_and_for_all(html: str) -> None:
    result = check(case(sections={"data": html or "x", "approach": "<p>Oui</p>"}))
    for valid in result.cases:
        again = check(json.loads(json.dumps(valid.data)))
        assert again.cases[0].data == valid.data
        assert again.warnings == []
