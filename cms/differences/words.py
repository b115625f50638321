"""What changed between two texts, in whole words, as a person would tell it.

Spaces go with the word before them, and no-break ones or a curly apostrophe make no other word. A
few words that two rewritten passages happen to share are part of the rewriting.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator, Sequence
from enum import StrEnum
from itertools import accumulate, groupby
from typing import NamedTuple

from cms.differences.blocks import BREAK, CELL, Span, Style
from cms.differences.subsequences import Common, common_runs

SHORT = 3
"""Letters up to which a word is met anywhere: de, la, et, par…"""
MAX_COINCIDENCE = 2
"""Longer words that two rewritten passages may share by chance, among at most MAX_SHARED."""
MAX_SHARED = 8
MORE_THAN_CHANCE = 3
"""How much more each rewritten passage must weigh than longer words that they share."""
SENTENCE_ENDS = frozenset({".", "!", "?", "…", BREAK})

TOKEN = re.compile(
    r"""(
    \d{1,3} (?: [ \u00a0\u202f] \d{3} )+ (?! \w )
    | \d+ (?: [.,] \d+ )* (?! \w )
    | \w [\w\u0300-\u036f]* (?: [-\u2010\u2011] \w [\w\u0300-\u036f]* )* (?: ['\u2019] (?= \w ) )?
    | [\U0001f1e6-\U0001f1ff]{2}
    | . (?: [\u0300-\u036f\u20d0-\u20ff\ufe0e\ufe0f\U0001f3fb-\U0001f3ff] | \u200d \S )*
    )( [^\S\n\t]* )""",
    re.X | re.S,
)
WORDLIKE = re.compile(r"\w")


class Token(NamedTuple):
    """A word, number or sign, with the space that follows it.

    `parts` are its letters by style when they have more than one, as in CO₂.
    """

    text: str
    space: str
    style: Style
    parts: tuple[Span, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """How it is written, without its space."""
        return self.parts or (Span(self.text, self.style),)

    @property
    def key(self) -> str:
        """The text as readers tell it from another."""
        if self.text.isascii():
            return self.text
        return self.text.replace("\u2019", "'").replace("\u00a0", " ").replace("\u202f", " ")

    @property
    def is_word(self) -> bool:
        """Whether it counts as a word."""
        return bool(WORDLIKE.match(self.text))

    @property
    def weight(self) -> int:
        """How much it says: nothing for a sign, little for a short word."""
        if not self.is_word:
            return 0
        return len(self.text) if len(self.text) > SHORT else 1

    def is_styled_as(self, other: "Token") -> bool:
        """Whether its letters are marked as those of a token that reads the same."""
        if not self.parts and not other.parts:
            return self.style == other.style
        one, two = ([(len(text), style) for text, style in each.spans] for each in (self, other))
        return one == two


def tokens(spans: Sequence[Span]) -> list[Token]:
    """The tokens of a text; nothing of it is lost."""
    text = "".join(span.text for span in spans)
    ends = list(accumulate(len(span.text) for span in spans))
    found = []
    rank = 0
    for match in TOKEN.finditer(text):
        start, end = match.span(1)
        while ends[rank] <= start:
            rank += 1
        word, space = match.groups()
        style = spans[rank].style
        if end <= ends[rank]:
            found.append(Token(word, space, style))
        else:
            found.append(Token(word, space, style, tuple(_parts(match, spans, ends))))
    return found


def _parts(match: re.Match[str], spans: Sequence[Span], ends: Sequence[int]) -> Iterator[Span]:
    """The letters of a word by style; `ends` is where each span ends."""
    start, end = match.span(1)
    rank = bisect_right(ends, start)
    while start < end:
        stop = min(end, ends[rank])
        yield Span(match.string[start:stop], spans[rank].style)
        start, rank = stop, rank + 1


class Nature(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    REPLACED = "replaced"
    RESTYLED = "restyled"


class Run(NamedTuple):
    """Words before and after; either is empty where words were only added or removed."""

    nature: Nature
    before: tuple[Token, ...]
    after: tuple[Token, ...]

    @property
    def targets_before(self) -> tuple[str, ...]:
        """Where its links led."""
        return _targets(self.before)

    @property
    def targets_after(self) -> tuple[str, ...]:
        """Where its links lead."""
        return _targets(self.after)


def _targets(side: Sequence[Token]) -> tuple[str, ...]:
    """What some words do not show, each once: targets of links, what abbreviations stand for."""
    found = (span.unseen for token in side if token.style or token.parts for span in token.spans)
    return tuple(dict.fromkeys(target for target in found if target))


class Replacement(NamedTuple):
    """Ranks of the tokens that were replaced, and of those that replace them."""

    before: int
    before_end: int
    after: int
    after_end: int


def difference(before: Sequence[Token], after: Sequence[Token]) -> list[Run]:
    """Two texts as runs of the same, replaced and restyled words."""
    runs: list[Run] = []
    old = new = 0
    for change in [
        *replacements(before, after, lambda token: token.key),
        Replacement(len(before), len(before), len(after), len(after)),
    ]:
        runs += _same_words(before[old : change.before], after[new : change.after])
        old, new = change.before_end, change.after_end
        replaced = tuple(before[change.before : old]), tuple(after[change.after : new])
        if any(replaced):
            runs.append(Run(Nature.REPLACED, *replaced))
    return runs


def _same_words(before: Sequence[Token], after: Sequence[Token]) -> Iterator[Run]:
    """Words that stayed, parted by whether their style did."""
    pairs = zip(before, after, strict=True)
    for is_same, group in groupby(pairs, lambda pair: pair[0].is_styled_as(pair[1])):
        olds, news = zip(*group, strict=True)
        yield Run(Nature.SAME if is_same else Nature.RESTYLED, olds, news)


def replacements(
    before: Sequence[Token], after: Sequence[Token], identity: Callable[[Token], Hashable]
) -> list[Replacement]:
    """What was rewritten between two texts, in order.

    Of texts too long to compare, all that stands between what they begin and end with in common.
    """
    keys = [[identity(token) for token in side] for side in (before, after)]
    found: list[Replacement] = []
    old = new = 0
    for run in [*common_runs(*keys), Common(len(before), len(after), 0)]:
        if run.before > old or run.after > new:
            found.append(Replacement(old, run.before, new, run.after))
        old, new = run.before + run.size, run.after + run.size
    return _absorbed(_slid(found, (before, after), keys), before, after)


def _slid(
    found: Sequence[Replacement],
    sides: tuple[Sequence[Token], Sequence[Token]],
    keys: Sequence[Sequence[Hashable]],
) -> list[Replacement]:
    """Words only added or only removed, placed at the start of a sentence where that is the same.

    Between "A. B." and "A. C. B.", "C." was added rather than ". C".
    """
    slid: list[Replacement] = []
    for rank, change in enumerate(found):
        before, before_end, after, after_end = change
        if before < before_end and after < after_end:
            slid.append(change)
            continue
        side, start, end = (0, before, before_end) if after == after_end else (1, after, after_end)
        back = after - slid[-1].after_end if slid else after
        forth = (found[rank + 1].after if rank + 1 < len(found) else len(keys[1])) - after_end
        offsets = _offsets(keys[side], start, end, range(-back, forth + 1))
        offset = next(
            (
                each
                for each in offsets
                if start + each == 0 or sides[side][start + each - 1].text in SENTENCE_ENDS
            ),
            0,
        )
        slid.append(Replacement(*(position + offset for position in change)))
    return slid


def _offsets(keys: Sequence[Hashable], start: int, end: int, room: range) -> Iterator[int]:
    """By how much a stretch of words may slide, within `room`, and the change read the same."""
    yield 0
    offset = 0
    while offset > room.start and keys[start + offset - 1] == keys[end + offset - 1]:
        offset -= 1
        yield offset
    offset = 0
    while offset < room.stop - 1 and keys[start + offset] == keys[end + offset]:
        offset += 1
        yield offset


def _absorbed(
    found: Sequence[Replacement], before: Sequence[Token], after: Sequence[Token]
) -> list[Replacement]:
    """Replacements, joined over what they share by chance."""
    if len(found) < 2:
        return list(found)
    sums = [[0, *accumulate(token.weight for token in side)] for side in (before, after)]

    def weight(change: Replacement) -> int:
        return max(
            sums[0][change.before_end] - sums[0][change.before],
            sums[1][change.after_end] - sums[1][change.after],
        )

    joined: list[Replacement] = []
    for change in found:
        joined.append(change)
        while len(joined) > 1:
            last, this = joined[-2:]
            lightest = min(weight(last), weight(this))
            if not _is_coincidence(before[last.before_end : this.before], lightest):
                break
            joined[-2:] = [Replacement(last.before, this.before_end, last.after, this.after_end)]
    return joined


def _is_coincidence(shared: Sequence[Token], lightest: int) -> bool:
    """Whether words between two replacements weigh too little to have been kept on purpose."""
    if len(shared) > MAX_SHARED or any(token.text in {BREAK, CELL} for token in shared):
        return False
    long_words = sum(token.weight > 1 for token in shared)
    weight = sum(token.weight for token in shared) * (MORE_THAN_CHANCE if long_words else 1)
    return long_words <= MAX_COINCIDENCE and weight <= lightest
