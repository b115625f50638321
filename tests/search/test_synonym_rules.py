"""Synonym rules: what is refused, what the glossary implies, what is in force and how soon."""

import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from cms.models import GlossaryTerm
from search import memory, rules
from search.curation import rule_text
from search.models import LoadedSynonym, SynonymRule
from search.rules import KeptRule, active_rules, derived_rules, in_force
from search.synonyms import Rule
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def checked(left: str, right: str, **fields: object) -> SynonymRule:
    """A rule as the form saves it."""
    rule = SynonymRule(left=left, right=right, **fields)
    rule.full_clean()
    rule.save()
    return rule


def refusal(left: str, right: str) -> str:
    """Why such a rule is refused."""
    with pytest.raises(ValidationError) as refused:
        SynonymRule(left=left, right=right).full_clean()
    return " ".join(refused.value.messages)


def written(rule: Rule) -> str:
    return f"{rule.left} {'=' if rule.two_way else '>'} {rule.right}"


def in_force_now() -> set[str]:
    return {written(rule) for rule in active_rules()}


# --- What a rule may be


def test_what_is_kept_is_readable_text_in_one_line() -> None:
    rule = checked(" \u200bopen\u00a0\n data\x00", "donne\u0301es ouvertes", note="  a\n b ")
    assert (rule.left, rule.right, rule.note) == ("open data", "données ouvertes", "a b")


@pytest.mark.parametrize("side", ["", "   ", "\u200b\x00", "…", "-- !", "😀", "é"])
def test_a_side_without_words_is_refused(side: str) -> None:
    assert refusal(side, "données")
    assert refusal("données", side)


@pytest.mark.parametrize("side", ["le", "Pour les", "d'un", "À la"])
def test_a_side_of_stop_words_alone_is_refused(side: str) -> None:
    assert "mots courants" in refusal(side, "éclairage public")
    assert "mots courants" in refusal("éclairage public", side)


def test_a_side_is_an_expression_and_not_a_sentence() -> None:
    checked("LRN", "un deux trois quatre cinq six")
    assert "trop long" in refusal("LRN", "alpha bravo charlie delta echo foxtrot golf")
    assert "trop long" in refusal("LRN", "mot " * 9)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Données", "donnees"),
        ("la donnée", "des données"),
        ("TÉLÉRELÈVE", "télérelevé"),
        ("l'eau", "eau"),
        ("œuvre", "oeuvre"),
        ("gouvernance de la donnée", "gouvernance des données"),
    ],
)
def test_what_the_search_already_takes_for_the_same_is_refused(left: str, right: str) -> None:
    assert "déjà les mêmes mots" in refusal(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("REX", "retour d'expérience"), ("Retour d’Expérience", "rex"), ("retour expérience", "Rex")],
)
def test_two_expressions_have_one_rule_whatever_its_direction(left: str, right: str) -> None:
    kept = checked("REX", "retour d'expérience", is_two_way=False)
    assert str(kept) in refusal(left, right)
    kept.note = "se modifie"
    kept.full_clean()


def test_the_database_is_the_last_to_refuse_a_twin() -> None:
    SynonymRule.objects.create(left="REX", right="retour d'expérience")
    with pytest.raises(IntegrityError), transaction.atomic():
        SynonymRule.objects.create(left="retour d'expérience", right="rex")


# --- What the glossary implies


def test_acronyms_and_other_forms_lead_to_their_term_and_back() -> None:
    found = derived_rules([("Objets connectés", "IoT", "internet des objets\nobjet connecté\n")])
    assert set(map(written, found)) == {
        "IoT = Objets connectés",
        "internet des objets = Objets connectés",
    }


def test_a_short_acronym_is_not_searched_for_its_term() -> None:
    found = derived_rules([("Éclairage public", "EP", "")])
    assert list(map(written, found)) == ["EP > Éclairage public"]


def test_an_acronym_of_two_terms_leads_to_both_and_is_searched_for_neither() -> None:
    terms = [("Data Governance Act", "DGA", ""), ("Directeur général adjoint", "DGA", "")]
    assert set(map(written, derived_rules(terms))) == {
        "DGA > Data Governance Act",
        "DGA > Directeur général adjoint",
    }


def test_forms_that_could_not_be_rules_are_left_aside() -> None:
    assert (
        derived_rules([("Moissonnage", "", "mot " * 9), ("…", "ABC", ""), ("Le", "ABC", "")]) == ()
    )


def test_the_team_has_the_last_word_over_the_glossary() -> None:
    glossary = [Rule("IoT", "objets connectés"), Rule("BAL", "base adresse locale")]
    kept = [
        KeptRule("iot", "Objets connectés", is_two_way=False, is_active=True),
        KeptRule("base adresse locale", "BAL", is_two_way=True, is_active=False),
    ]
    assert in_force(kept, glossary) == (Rule("iot", "Objets connectés", False),)


# --- What is in force


def test_rules_follow_every_change_of_the_team_and_of_the_glossary() -> None:
    assert in_force_now() == set()
    rule = checked("REX", "retour d'expérience")
    assert in_force_now() == {"REX = retour d'expérience"}
    rule.is_two_way = False
    rule.save()
    assert in_force_now() == {"REX > retour d'expérience"}
    term = GlossaryTerm.objects.create(term="Point d'apport volontaire", acronym="PAV")
    assert in_force_now() == {"REX > retour d'expérience", "PAV = Point d'apport volontaire"}
    rule.is_active = False
    rule.save()
    term.delete()
    assert in_force_now() == set()


def test_reading_the_rules_again_costs_nothing_while_they_are_fresh() -> None:
    checked("REX", "retour d'expérience")
    first = active_rules()
    with CaptureQueriesContext(connection) as queries:
        assert active_rules() is first
    assert len(queries) == 0


def test_what_another_process_writes_is_seen_within_two_seconds(monkeypatch) -> None:
    """Another process sends no signal here: what it wrote is seen when the stamp has expired."""
    checked("REX", "retour d'expérience")
    assert len(active_rules()) == 1
    SynonymRule.objects.update(is_active=False)
    assert len(active_rules()) == 1, "within the second, the rules of the moment before may serve"
    assert memory.FRESH_FOR <= 1
    later = time.time() + 1.1
    monkeypatch.setattr("time.time", lambda: later)
    assert active_rules() == ()


def test_with_a_shared_cache_a_process_that_lags_behind_reads_again(monkeypatch) -> None:
    checked("REX", "retour d'expérience")
    active_rules()
    monkeypatch.setattr(rules.MEMORY, "_kept", ("what this process read a while ago", ()))
    assert len(active_rules()) == 1


def test_the_same_rules_stay_the_same_object_when_they_are_read_again() -> None:
    checked("REX", "retour d'expérience")
    first = active_rules()
    rules.MEMORY.forget()
    assert active_rules() is first


# --- Rules as text


def test_text_gives_rules_with_their_notes_and_says_which_lines_do_not() -> None:
    checked("REX", "retour d'expérience")
    reading = rule_text.read_text(
        "# sigles\n\nPAV = point d'apport volontaire  # bornes\nEP > éclairage public\n"
        "retour d'expérience = rex\nrien ici\nle = eau\nPAV > Point d’apport volontaire\n"
    )
    assert [(str(rule), rule.note) for rule in reading.rules] == [
        ("PAV = point d'apport volontaire", "bornes"),
        ("EP > éclairage public", ""),
    ]
    assert reading.known == 2
    assert [fault.number for fault in reading.faults] == [6, 7]


def test_text_that_was_written_reads_back_to_the_same_rules() -> None:
    checked("REX", "retour d'expérience", note="le plus cherché")
    checked("EP", "éclairage public", is_two_way=False)
    checked("AMI", "appel à manifestation d'intérêt", is_active=False)
    text = "\n".join(rule_text.written(SynonymRule.objects.all()))
    SynonymRule.objects.all().delete()
    rows = rule_text.read_text(text).rules
    assert {(str(row), row.note) for row in rows} == {
        ("REX = retour d'expérience", "le plus cherché"),
        ("EP > éclairage public", ""),
    }
    assert "# AMI = appel à manifestation d'intérêt" in text


def test_a_text_of_endless_lines_is_cut() -> None:
    reading = rule_text.read_text("x\n" * (rule_text.MAX_LINES + 50))
    assert len(reading.faults) == rule_text.MAX_LINES + 1


def test_imported_rules_begin_their_history() -> None:
    user = make_user()
    reading = rule_text.read_text("PAV = point d'apport volontaire")
    assert rule_text.add(reading.rules, user) == 1
    assert ModelLogEntry.objects.get(action="wagtail.create").user == user
    assert in_force_now() == {"PAV = point d'apport volontaire"}


# --- The reference file


def load(path: Path, *lines: str) -> None:
    path.write_text("\n".join(lines), encoding="utf-8")
    call_command("load_synonyms", str(path), verbosity=0)


def test_the_reference_file_is_taken_whole_and_only_once(capsys) -> None:
    call_command("load_synonyms")
    count = SynonymRule.objects.count()
    assert f"{count} ajoutés" in capsys.readouterr().out
    assert count > 200
    for rule in SynonymRule.objects.all():
        rule.full_clean()
    call_command("load_synonyms")
    assert "0 ajoutés" in capsys.readouterr().out
    assert SynonymRule.objects.count() == count == LoadedSynonym.objects.count()


def test_what_the_team_changed_or_deleted_does_not_come_back(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    load(file, "REX = retour d'expérience", "EP > éclairage public", "PAV = borne")
    SynonymRule.objects.get(left="REX").delete()
    kept = SynonymRule.objects.get(left="EP")
    kept.right, kept.is_active = "éclairage", False
    kept.full_clean()
    kept.save()
    load(file, "REX > retour d'expérience", "EP = éclairage public", "IoT = objets connectés")
    assert set(map(str, SynonymRule.objects.all())) == {
        "EP > éclairage",
        "PAV = borne",
        "IoT = objets connectés",
    }


def test_a_rule_that_the_team_had_before_the_file_is_left_as_it_is(tmp_path: Path) -> None:
    checked("éclairage public", "EP", is_two_way=False, note="à nous")
    load(tmp_path / "synonyms.txt", "EP = éclairage public")
    assert [rule.note for rule in SynonymRule.objects.all()] == ["à nous"]


def test_a_file_with_a_line_that_is_no_rule_adds_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="2: rien"):
        load(tmp_path / "synonyms.txt", "REX = retour d'expérience", "rien")
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        call_command("load_synonyms", str(tmp_path / "absent.txt"))
    assert not SynonymRule.objects.exists()
