"""Reading files of cases: every fault has its line, nothing raises."""

import json
from pathlib import Path

import pytest

from casestudies.interchange.reading import MAX_LINE, read, read_content


def messages(content: bytes, *, is_document: bool = False) -> list[str]:
    _records, problems = read_content(content, "cas.jsonl", is_document=is_document)
    return [str(problem) for problem in problems]


def test_each_line_is_a_record_and_blank_lines_count() -> None:
    records, problems = read_content(b'{"a": 1}\r\n\n  \n{"a": 2}\n', "cas.jsonl")
    assert [(record.line, record.data) for record in records] == [(1, {"a": 1}), (4, {"a": 2})]
    assert problems == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b'{"a": 1}\n{"a": \xff}',
            "cas.jsonl:2: le texte n'est pas en UTF-8 (octet 0xff, position 7)",
        ),
        (
            b'{"a": 1}\n\n{"a" 1}',
            "cas.jsonl:3: JSON illisible à la colonne 6 : un deux-points manque",
        ),
        (b'{"a": 1, "a": 2}', "cas.jsonl:1: le champ « a » est écrit deux fois"),
        (b'{"a": NaN}', "cas.jsonl:1: NaN n'est pas un nombre"),
        (b'{"a": 1e999}', "cas.jsonl:1: le nombre 1e999 est trop grand"),
        (b'{"a": "\\ud800"}', "cas.jsonl:1: caractère interdit U+D800 dans « \\ud800 »"),
        (b'{"a": "x\\u0000"}', "cas.jsonl:1: caractère interdit U+0000 dans « x\\u0000 »"),
        (b'{"a": "' + b"9" * 10 + b'"} {}', "du texte suit la fin de l'objet"),
        (b"[" * 30 + b"]" * 30, "plus de 20 niveaux"),
        (b"[" * 100_000, "démesuré"),
        (b'{"a": ' + b"9" * 5000 + b"}", "démesuré"),
        (b'"' + b"a" * MAX_LINE + b'"', "ligne trop longue"),
        (b"", "cas.jsonl:1: le fichier est vide"),
        (b" \n \n", "cas.jsonl:1: le fichier est vide"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(content: bytes, expected: str) -> None:
    found = messages(content)
    assert len(found) == 1
    assert expected in found[0]


def test_every_bad_line_is_reported_and_the_good_ones_are_read() -> None:
    records, problems = read_content(b'{\n{"a": 1}\n}\n', "cas.jsonl")
    assert [record.line for record in records] == [2]
    assert [problem.line for problem in problems] == [1, 3]


def test_a_mark_of_byte_order_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "cas.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"a": 1}\n')
    records, problems = read(file)
    assert (len(records), problems) == (1, [])


def test_a_json_file_holds_one_object_or_an_array_whose_items_have_their_line(
    tmp_path: Path,
) -> None:
    one, many, empty = tmp_path / "un.json", tmp_path / "deux.json", tmp_path / "rien.json"
    one.write_text(json.dumps({"a": 1}, indent=2))
    many.write_text('[\n  {\n    "a": 1\n  },\n\n  {"a": 2}, 3\n]\n')
    empty.write_text("[]")
    assert [(record.line, record.data) for record in read(one)[0]] == [(1, {"a": 1})]
    assert [record.line for record in read(many)[0]] == [2, 6, 6]
    assert "le fichier est vide" in str(read(empty)[1][0])


def test_the_line_of_an_error_in_a_json_file_is_that_of_the_error(tmp_path: Path) -> None:
    file = tmp_path / "cas.json"
    file.write_text('{\n  "a": 1,\n  "b" 2\n}\n')
    assert [problem.line for problem in read(file)[1]] == [3]
    file.write_bytes(b'{\n  "a": "\xe9"\n}\n')
    assert [problem.line for problem in read(file)[1]] == [2]


def test_json_lines_under_a_json_name_are_read_as_lines(tmp_path: Path) -> None:
    file = tmp_path / "cas.json"
    file.write_text('{"a": 1}\n{"a": 2}\n')
    assert [record.line for record in read(file)[0]] == [1, 2]


def test_a_folder_gives_its_json_files_in_order(tmp_path: Path) -> None:
    assert "aucun fichier .json" in str(read(tmp_path)[1][0])
    (tmp_path / "b.json").write_text('{"a": 2}')
    (tmp_path / "a.json").write_text('{"a": 1}')
    (tmp_path / "lisez-moi.txt").write_text("non")
    records, _problems = read(tmp_path)
    assert [record.data["a"] for record in records] == [1, 2]
    assert records[0].origin.endswith("a.json")


def test_a_file_that_is_not_there_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    records, problems = read(tmp_path / "absent.jsonl")
    assert records == []
    assert "fichier illisible" in str(problems[0])
