"""The schema itself: valid, closed, in step with the models, and its refusals in French."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from casestudies import enums
from casestudies.interchange.form import SECTIONS, canonical
from casestudies.interchange.schema import SCHEMA_FILE, faults, field_name
from casestudies.models import CaseEvent, CaseIndicator, CaseObstacle, CaseSource, CaseStudyPage
from casestudies.models.case_study import SECTIONS as MODEL_SECTIONS
from tests.casestudies.worlds import CASE_FILES, case

SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
PROPERTIES = SCHEMA["properties"]
DEFINITIONS = SCHEMA["$defs"]


def said(data: Any) -> list[str]:
    return [f"{field_name(path)}: {message}" for path, message in faults(data)]


def test_the_schema_is_one_and_names_no_host() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"].startswith("urn:")


def test_every_field_is_described() -> None:
    for properties in [
        PROPERTIES,
        *(d["properties"] for d in DEFINITIONS.values() if "properties" in d),
    ]:
        for name, schema in properties.items():
            assert schema.get("description"), name


def test_objects_are_closed() -> None:
    objects = [SCHEMA, PROPERTIES["sections"], PROPERTIES["brief"]]
    objects += [d for d in DEFINITIONS.values() if d.get("type") == "object"]
    assert all(item["additionalProperties"] is False for item in objects)


@pytest.mark.parametrize(
    ("schema", "choices"),
    [
        (PROPERTIES["kind"], enums.Kind),
        (PROPERTIES["step"], enums.Step),
        (PROPERTIES["status"], enums.Status),
        (PROPERTIES["licence"], enums.Licence),
        (PROPERTIES["reliability"], enums.Reliability),
        (DEFINITIONS["event"]["properties"]["kind"], enums.EventKind),
        (DEFINITIONS["indicator"]["properties"]["nature"], enums.IndicatorNature),
        (DEFINITIONS["partner"]["properties"]["role"], enums.PartnerRole),
    ],
)
def test_closed_lists_are_those_of_the_models(schema: dict[str, Any], choices: Any) -> None:
    assert {value for value in schema["enum"] if value is not None} == set(choices.values)


@pytest.mark.parametrize(
    ("model", "column", "schema"),
    [
        (CaseStudyPage, "summary", PROPERTIES["summary"]),
        (CaseStudyPage, "done", PROPERTIES["brief"]["properties"]["done"]),
        (CaseStudyPage, "cost_perimeter", DEFINITIONS["cost"]["properties"]["perimeter"]),
        (CaseEvent, "when", DEFINITIONS["event"]["properties"]["when"]),
        (CaseEvent, "text", DEFINITIONS["event"]["properties"]["text"]),
        (CaseObstacle, "observed", DEFINITIONS["obstacle"]["properties"]["observed"]),
        (CaseObstacle, "response", DEFINITIONS["obstacle"]["properties"]["response"]),
        (CaseIndicator, "label", DEFINITIONS["indicator"]["properties"]["label"]),
        (CaseIndicator, "value", DEFINITIONS["indicator"]["properties"]["value"]),
        (CaseIndicator, "unit", DEFINITIONS["indicator"]["properties"]["unit"]),
        (CaseSource, "title", DEFINITIONS["source"]["properties"]["title"]),
        (CaseSource, "publisher", DEFINITIONS["source"]["properties"]["publisher"]),
        (CaseSource, "url", DEFINITIONS["address"]),
    ],
)
def test_lengths_are_those_of_the_columns(model: Any, column: str, schema: dict[str, Any]) -> None:
    assert schema["maxLength"] == model._meta.get_field(column).max_length


def test_sections_are_those_of_the_model() -> None:
    assert tuple(name for name, _label in MODEL_SECTIONS) == SECTIONS
    assert set(PROPERTIES["sections"]["properties"]) == set(SECTIONS)


def test_the_canonical_form_has_every_field_of_the_schema() -> None:
    assert set(canonical(case())) == set(PROPERTIES)
    assert faults(canonical(case())) == []


@pytest.mark.parametrize("file", CASE_FILES, ids=lambda file: file.stem)
def test_the_cases_of_the_demonstration_fit(file: Any) -> None:
    assert faults(json.loads(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (case(slug=None), "slug: absent ; attendu : fin de l'adresse"),
        (case(slug="Été"), "slug: trouvé « Été » ; attendu : minuscules sans accents"),
        (case(slug="abc\n"), "slug: trouvé « abc\\n » ; attendu : une seule ligne"),
        (case(kind="fiche"), "kind: trouvé « fiche » ; attendu : experience-report ou case-study"),
        (case(title="x" * 121), "title: 121 signes ; attendu : 120 au plus"),
        (case(title=""), "title: vide ; attendu :"),
        (case(title="a\nb"), "title: trouvé « a\\nb » ; attendu : une seule ligne"),
        (case(title=12), "title: trouvé 12 ; attendu : un texte entre guillemets"),
        (case(summary="x" * 501), "summary: 501 signes ; attendu : 500 au plus"),
        (case(themes=[]), "themes: vide ; attendu : thèmes stables"),
        (case(themes=["a", "a"]), "themes: « a » y est deux fois"),
        (case(territories=["86194"]), "territories[1]: trouvé « 86194 » ; attendu : insee:86194"),
        (case(sections={}), "sections: vide"),
        (
            case(sections={"approach": "", "contexte": "x"}),
            "sections.contexte: champ inconnu ; vouliez-vous dire « context »",
        ),
        (case(theme=["a"]), "theme: champ inconnu ; vouliez-vous dire « themes »"),
        (case(xyzzy=1), "xyzzy: champ inconnu ; attendu : number, slug"),
        (case(number=0), "number: trouvé 0 ; attendu : au moins 1"),
        (case(number="6"), "number: trouvé « 6 » ; attendu : un nombre entier ou null"),
        (case(validated="oui"), "validated: trouvé « oui » ; attendu : true ou false"),
        (case(started="04/09/2018"), "started: trouvé « 04/09/2018 »"),
        (case(partners=[3]), "partners[1]: trouvé 3 ; attendu : un texte ou un objet"),
        (case(partners=[{"slug": "a", "role": "chef"}]), "partners[1].role: trouvé « chef »"),
        (case(obstacles=[{"observed": "x"}]), "obstacles[1].id: absent"),
        (case(cost="cher"), "cost: trouvé « cher » ; attendu : null ou un objet"),
        (case(cost={"amount": -1}), "cost.amount: trouvé -1 ; attendu : au moins 0"),
        (
            case(cost={"amount": 1, "currency": "FRF"}),
            "cost.currency: trouvé « FRF » ; attendu : EUR ou CHF",
        ),
        (case(timeline=[{"kind": "jalon", "text": "x"}]), "timeline[1].kind: trouvé « jalon »"),
        (case(timeline=[{"kind": "milestone"}]), "timeline[1].text: absent"),
        (
            case(timeline=[{"kind": "milestone", "text": "x", "date": "hier"}]),
            "timeline[1].date: trouvé « hier » ; attendu : AAAA",
        ),
        (
            case(indicators=[{"label": "x", "value": 3, "nature": "measured"}]),
            "indicators[1].value: trouvé 3",
        ),
        (
            case(sources=[{"title": "x", "url": "ftp://x"}]),
            "sources[1].url: trouvé « ftp://x » ; attendu : adresse complète",
        ),
        (case(tags=["x"] * 21), "tags: 21 éléments ; attendu : 20 au plus"),
        ([], "trouvé [] ; attendu : un objet { … }"),
        (None, "trouvé null ; attendu : un objet { … }"),
    ],
)
def test_a_refusal_says_where_what_was_found_and_what_was_expected(
    data: Any, expected: str
) -> None:
    found = said(data)
    assert any(expected in message for message in found), found


def test_all_the_faults_of_a_case_are_said_at_once() -> None:
    assert len(said(case(slug="É", kind="x", title=None, themes="a", xyzzy=1))) == 5
