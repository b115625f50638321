"""Runs of words as HTML: what was removed and added is marked for the eye and said for the ear.

Everything is escaped, and links are never live: where one leads is said when it changed.
"""

from collections.abc import Iterable, Sequence

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.differences.blocks import BREAK, CELL
from cms.differences.words import Nature, Run, Token
from cms.typography import typeset

SHOWN_MARKS = frozenset({"b", "i", "q", "cite", "code", "sub", "sup"})
SHOWN_CHARACTERS = {ord(CELL): " │ "} | {
    ord(char): f"[U+{ord(char):04X}]"
    for char in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
}
"""Where cells begin; and what turns the direction of the words that follow, so that it deceives nobody."""
NOTHING = format_html_join("", "{}", ())


def both(runs: Iterable[Run]) -> SafeString:
    """Both versions in one text."""
    return _joined(_both(run) for run in runs)


def earlier(runs: Iterable[Run]) -> SafeString:
    """The earlier version, its removed words marked."""
    return _joined(_earlier(run) for run in runs)


def later(runs: Iterable[Run]) -> SafeString:
    """The later version, its added words marked."""
    return _joined(_later(run) for run in runs)


def as_it_was(runs: Iterable[Run]) -> SafeString:
    """The earlier version, nothing marked."""
    return _written([token for run in runs for token in run.before])


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    """Pieces of HTML one after the other."""
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _written(tokens: Sequence[Token]) -> SafeString:
    """Words with what marks them, links apart, in French typography."""
    pieces: list[tuple[list[str], list[str]]] = []
    space = ""
    for token in tokens:
        for text, style in token.spans:
            marks = [mark.tag for mark in style if mark.tag in SHOWN_MARKS]
            if pieces and pieces[-1][0] == marks:
                pieces[-1][1].extend((space, text))
            else:
                pieces += [([], [space]), (marks, [text])]
            space = ""
        space = token.space
    pieces.append(([], [space]))
    return _joined(_marked("".join(texts), marks) for marks, texts in pieces)


def _marked(text: str, marks: Sequence[str]) -> SafeString:
    """A text in one style."""
    *lines, last = typeset(text.translate(SHOWN_CHARACTERS)).split(BREAK)
    html = format_html_join("", "{}<br>", ((line,) for line in lines)) + escape(last)
    for tag in reversed(marks):
        html = format_html(f"<{tag}>{{}}</{tag}>", html)
    return html


def _removed(run: Run) -> SafeString:
    """Words that are no more."""
    if not run.before:
        return NOTHING
    lost = [target for target in run.targets_before if target not in run.targets_after]
    return _changed("del", _("supprimé : "), run.before, lost)


def _added(run: Run) -> SafeString:
    """Words that are new."""
    if not run.after:
        return NOTHING
    new = [target for target in run.targets_after if target not in run.targets_before]
    return _changed("ins", _("ajouté : "), run.after, new)


def _changed(tag: str, said: str, tokens: Sequence[Token], targets: Sequence[str]) -> SafeString:
    """Words marked as removed or added, for the eye and for the ear, with where they led."""
    label = _("sens : %(target)s") if "«" in "".join(targets)[:1] else _("lien : %(target)s")
    note = _note(label % {"target": ", ".join(targets)}) if targets else ""
    return format_html(
        '<{tag}><span class="visually-hidden">{said}</span>{words}{note}'
        '<span class="visually-hidden">{end}</span></{tag}>{space}',
        tag=tag,
        said=said,
        words=_written([*map(_seen, tokens[:-1]), _seen(tokens[-1]._replace(space=""))]),
        note=note,
        end=_(" (fin)"),
        space=tokens[-1].space,
    )


def _seen(token: Token) -> Token:
    """A line break that was added or removed has a sign of its own."""
    return token._replace(text=f"↵{BREAK}") if token.text == BREAK else token


def _restyled(run: Run, tokens: Sequence[Token], said: str) -> SafeString:
    """Words that only look otherwise or lead elsewhere."""
    return format_html('<span class="diff-restyled">{}</span>{}', _written(tokens), _note(said))


def _note(said: str) -> SafeString:
    """A remark among the words."""
    shown = said.translate(SHOWN_CHARACTERS)
    return format_html(' <span class="diff-note">[{}]</span>', shown) if said else NOTHING


def _restyling(run: Run) -> str:
    """What happened to the style of words."""
    before, after = ", ".join(run.targets_before), ", ".join(run.targets_after)
    if before == after:
        return _("mise en forme modifiée")
    if "«" in before[:1] + after[:1]:
        return _("sens d’une abréviation : %(before)s → %(after)s") % {
            "before": before or "∅",
            "after": after or "∅",
        }
    if before and after:
        return _("lien modifié : %(before)s → %(after)s") % {"before": before, "after": after}
    if after:
        return _("lien ajouté : %(target)s") % {"target": after}
    return _("lien retiré : %(target)s") % {"target": before}


def _both(run: Run) -> SafeString:
    """A run in one column."""
    if run.nature == Nature.REPLACED:
        return _removed(run) + _added(run)
    return _later(run)


def _earlier(run: Run) -> SafeString:
    """A run in the earlier column."""
    if run.nature == Nature.REPLACED:
        return _removed(run)
    if run.nature == Nature.RESTYLED:
        return _restyled(run, run.before, "")
    return _written(run.before)


def _later(run: Run) -> SafeString:
    """A run in the later column."""
    if run.nature == Nature.REPLACED:
        return _added(run)
    if run.nature == Nature.RESTYLED:
        return _restyled(run, run.after, _restyling(run))
    return _written(run.after)
