"""Reads typed words and operators into items; whatever is malformed is read as plain words.

    "exact phrase"   -excluded   one OR other   field:value   field:"several words"   begin*

Knows no engine, no database and no vocabulary: what a field's value means is found out later.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from search.analysis import MAX_TERMS, fold, typed_words, words_of
from search.facets import BY_PARAMETER

MIN_PREFIX = 2
DATES = ("avant", "apres")
ALIASES = {"lieu": "territoire", "mot-cle": "tag", "motcle": "tag"}
PARTNER = "partenaire"
FIELDS = frozenset({*BY_PARAMETER, *DATES, *ALIASES, PARTNER})
"""What may stand before a colon, folded."""

_QUOTES = str.maketrans({"«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "＂": '"'})
_TOKEN = re.compile(
    r"""
      (?P<field>-?[^\W\d_][\w-]{1,20}):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))
    | (?P<sign>-?)"(?P<phrase>[^"]*)"
    | (?P<word>[^\s"]+)
    | "
    """,
    re.X,
)


class Kind(Enum):
    """What an item is."""

    WORDS = "words"
    """Plain words in a row."""
    PHRASE = "phrase"
    PREFIX = "prefix"
    FIELD = "field"
    EITHER = "either"
    """Any of its options."""


@dataclass(frozen=True)
class Item:
    """One part of what was typed."""

    kind: Kind
    words: tuple[str, ...] = ()
    """Folded; elided articles are left out."""
    typed: tuple[str, ...] = ()
    """The same words as they were typed."""
    excluded: bool = False
    parameter: str = ""
    """Of a field: the facet's parameter, a date's name, or `partenaire`."""
    values: tuple[str, ...] = ()
    """Of a field: what was asked, as typed."""
    options: tuple["Item", ...] = ()


def parse(text: str) -> tuple[Item, ...]:
    """The items of `text`, in order. Never raises; words beyond `MAX_TERMS` are dropped."""
    items = _merged(_either(_tokens(text)))
    return tuple(_bounded(items))


def _tokens(text: str) -> list[Item | str]:
    """Items, and the word OR where it stands for itself."""
    found: list[Item | str] = []
    quoted = text.translate(_QUOTES)
    for match in _TOKEN.finditer(quoted):
        if match["field"] is not None:
            found += _field(match)
        elif match["phrase"] is not None:
            found += _phrase(match["phrase"], bool(match["sign"]))
        elif match["word"] is not None:
            found += _word(match["word"])
    return found


def _field(match: re.Match[str]) -> list[Item | str]:
    name = fold(match["field"].lstrip("-"))
    value = match["quoted"] if match["quoted"] is not None else match["value"]
    if not _is_field(name, value):
        return [*_plain(match["field"].lstrip("-")), *_plain(value)]
    excluded = match["field"].startswith("-")
    parameter = ALIASES.get(name, name)
    return [Item(Kind.FIELD, excluded=excluded, parameter=parameter, values=(value.strip(),))]


def _is_field(name: str, value: str) -> bool:
    if name in DATES:
        return day_number(value) is not None
    return name in FIELDS and bool(words_of(value))


def day_number(text: str) -> int | None:
    """ "2019", "2019-01" and "2019-01-31" as 20190101, 20190101 and 20190131; None for anything else."""
    parts = text.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        return None
    year, month, day = (int(part) for part in (*parts, "1", "1")[:3])
    if len(parts[0]) != 4 or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    return year * 10_000 + month * 100 + day


def _phrase(text: str, excluded: bool) -> list[Item | str]:
    words = words_of(text)
    return [Item(Kind.PHRASE, words, words, excluded)] if words else []


def _word(token: str) -> list[Item | str]:
    if token in {"OR", "OU", "|", "||"}:
        return ["OR"]
    if token in {"AND", "ET", "&&"}:
        return []
    excluded = len(token) > 1 and token[0] == "-" and token[1].isalnum()
    bare = token[1:] if excluded else token
    words = words_of(bare)
    if bare.endswith("*") and len(words) == 1 and len(words[0]) >= MIN_PREFIX:
        return [Item(Kind.PREFIX, words, words, excluded)]
    if excluded:
        kind = Kind.WORDS if len(words) == 1 else Kind.PHRASE
        return [Item(kind, words, words, True)] if words else []
    return _plain(bare)


def _plain(text: str) -> list[Item | str]:
    """One item a word, so that OR takes only its neighbor."""
    return [Item(Kind.WORDS, (fold(typed),), (typed,)) for typed in typed_words(text)]


def _either(tokens: list[Item | str]) -> list[Item]:
    """Join what stands around OR; an OR without two neighbors is a word that tells nothing."""
    found: list[Item] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        if isinstance(token, Item):
            found.append(token)
        elif found and isinstance(following, Item) and _joins(found[-1], following):
            found.append(_joined(found.pop(), following))
            position += 1
        position += 1
    return found


def _joins(left: Item, right: Item) -> bool:
    if left.excluded or right.excluded:
        return False
    if Kind.FIELD in {left.kind, right.kind}:
        return left.kind is right.kind and left.parameter == right.parameter not in DATES
    return True


def _joined(left: Item, right: Item) -> Item:
    if left.kind is Kind.FIELD:
        return replace(left, values=(*left.values, *right.values))
    options = left.options if left.kind is Kind.EITHER else (left,)
    return Item(Kind.EITHER, options=(*options, right))


def _merged(items: list[Item]) -> list[Item]:
    """Plain words in a row as one item, so that what they mean together can be seen."""
    merged: list[Item] = []
    for item in items:
        last = merged[-1] if merged else None
        if last and _is_plain(last) and _is_plain(item):
            merged[-1] = replace(
                last, words=(*last.words, *item.words), typed=(*last.typed, *item.typed)
            )
        else:
            merged.append(item)
    return merged


def _is_plain(item: Item) -> bool:
    return item.kind is Kind.WORDS and not item.excluded


def _bounded(items: list[Item]) -> Iterable[Item]:
    left = MAX_TERMS
    for item in items:
        if left <= 0:
            return
        if item.kind is Kind.EITHER:
            options = item.options[:left]
            left -= len(options)
            yield replace(item, options=options)
        else:
            kept = item.words[:left]
            left -= max(len(kept), 1)
            yield replace(item, words=kept, typed=item.typed[: len(kept)])
