"""The import law binds what import-linter cannot see: templates, migrations, string references."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ["cms", "casestudies", "search", "datacites"]
FRAME = re.compile(r'"(?:base|error_base|includes/[\w/]+|robots)\.(?:html|txt)"')


def above(room: str) -> list[str]:
    """The rooms that `room` must not know."""
    return ROOMS[ROOMS.index(room) + 1 :]


def folder(room: str) -> Path:
    return ROOT / "site" / room if room == "datacites" else ROOT / room


@pytest.mark.parametrize("room", ROOMS[:-1])
def test_templates_name_no_room_above(room: str) -> None:
    faults = []
    for template in (folder(room) / "templates").rglob("*.html"):
        for tag in re.findall(r"{%[^%]*%}", template.read_text()):
            for other in above(room):
                if re.search(rf"""["']{other}[/:]""", tag):
                    faults.append(f"{template.relative_to(ROOT)}: {tag}")
    assert not faults


@pytest.mark.parametrize("room", ROOMS[:-1])
def test_migrations_depend_on_no_room_above(room: str) -> None:
    faults = []
    for migration in (folder(room) / "migrations").glob("0*.py"):
        text = migration.read_text()
        faults += [
            f"{migration.name}: {other}"
            for other in above(room)
            if re.search(rf"""\(["']{other}["'],""", text)
        ]
    assert not faults


@pytest.mark.parametrize("room", ROOMS[:-1])
def test_strings_name_no_model_or_address_above(room: str) -> None:
    faults = []
    for module in folder(room).rglob("*.py"):
        if "migrations" in module.parts:
            continue
        for other in above(room):
            if re.search(rf"""["']{other}[.:][\w.]+["']""", module.read_text()):
                faults.append(f"{module.relative_to(ROOT)}: {other}")
    assert not faults


def test_site_is_a_source_root_and_never_a_package() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()


def test_no_template_marks_text_as_safe() -> None:
    faults = []
    for room in ["cms", "casestudies", "search"]:
        for template in (folder(room) / "templates").rglob("*.html"):
            text = template.read_text()
            if re.search(r"\|\s*safe\b|autoescape off|\|\s*richtext|\|\s*safeseq", text):
                faults.append(str(template.relative_to(ROOT)))
    assert not faults


def test_only_named_modules_mark_text_as_safe() -> None:
    allowed = {
        "cms/differences/inline.py",
        "cms/templatetags/gestion.py",
        "cms/templatetags/wiki.py",
        "search/results.py",
        "search/templatetags/facet_boxes.py",
    }
    found = {
        str(module.relative_to(ROOT))
        for room in ROOMS
        for module in folder(room).rglob("*.py")
        if re.search(r"\bmark_safe\(|SafeString\(", module.read_text())
    }
    assert found <= allowed


def test_templates_hold_no_inline_style_or_script() -> None:
    faults = []
    for source in [
        ROOT / "site" / "templates",
        *(folder(room) / "templates" for room in ROOMS[:-1]),
    ]:
        for template in source.rglob("*.html"):
            text = template.read_text()
            if re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text):
                faults.append(str(template.relative_to(ROOT)))
    assert not faults
