"""Words that look like somebody's data are never kept; the words of the field are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.report.privacy import MAX_KEPT, may_be_kept


@pytest.mark.parametrize(
    "text",
    [
        "éclairage public",
        "data.gouv.fr",
        "comment financer un poste data dans une petite commune ?",
        "plan 2024-2026",
        "2019 2020 2021",
        "commune 86194",
        "75013",
        "1 000 000 habitants",
        "loi n° 2016-1321",
        "RN 138 de Rouen",
        "capteurs LoRaWAN EU868",
        "ISO 37120",
        "places de parking",
        "le chemin de l'eau",
        '"exact phrase" -exclusion theme:mobilite',
        "ville de moins de 10 000 habitants",
        "m2 de toiture",
        "mairie 3.0",
    ],
)
def test_words_of_the_field_are_kept(text: str) -> None:
    assert may_be_kept(text)


@pytest.mark.parametrize(
    "text",
    [
        "camille.martin@example.org",
        "écrire à CAMILLE＠EXAMPLE.ORG",
        "@camille",
        "06 12 34 56 78",
        "0612345678",
        "+33 (0)6-12-34-56-78",
        "06.12.34.56.78 camille",
        "tel ０６１２３４５６７８",
        "née le 12/05/1984",
        "1 85 05 78 006 084 36",
        "FR76 3000 6000 0112 3456 7890 189",
        "nl91abna0417164300",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        "4970 1012 3456 7890",
        "46.58261, 0.34348",
        "https://example.org/?token=1",
        "www.example.org",
        "example.org/dossier/12",
        "192.168.1.12",
        "AB-123-CD",
        "ab123cd",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "Mme Durand",
        "M. Dupont",
        "monsieur dupont déchets",
        "12 bis rue des Lilas",
        "3, allée des Tilleuls",
        "mot " * 40,
    ],
)
def test_what_looks_like_somebody_s_data_is_not_kept(text: str) -> None:
    assert not may_be_kept(text)


@settings(deadline=None)
@given(
    st.text(alphabet="abc éè", max_size=20),
    st.lists(st.sampled_from("0123456789"), min_size=9, max_size=14),
    st.sampled_from(["", " ", ".", "-", "/", " - ", ", "]),
)
def test_long_runs_of_digits_are_never_kept_however_they_are_parted(
    around: str, digits: list[str], separator: str
) -> None:
    run = separator.join(digits)
    assert not may_be_kept(f"{around} {run} {around}")


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_judged_and_long_ones_are_refused(text: str) -> None:
    kept = may_be_kept(text)
    assert isinstance(kept, bool)
    if len(text) > MAX_KEPT or "@" in text or "://" in text:
        assert not kept
