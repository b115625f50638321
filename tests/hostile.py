"""Markup that has got through filters of other sites, written anew, and what a page must not hold.

Besides those that every text meets (`tests/cms/discussions/vectors.py`): what passes one parser and
acts in another, what a filter forgets, what the site's own scripts and Wagtail's markup would take
for theirs, and what the plain marks of proposals (CommonMark) could turn into links.
"""

import re
from collections import Counter

from bleach._vendor import html5lib  # noqa: TID251 - only its parser, which reads as browsers do

from tests.cms.discussions.vectors import VECTORS

RICH = [
    # One parser closes what another keeps open.
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<b><noscript><!-- </noscript><img src=x onerror=alert(1) --></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--><script>alert(1)</script><!---->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php <img src=x onerror=alert(1)> ?>",
    "<?xml-stylesheet href=javascript:alert(1)?>",
    "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    "<svg><style><a title=\"</style><img src=x onerror=alert(1)>\"></style></svg>",
    "<svg></p><style><g title=\"</style><img src=x onerror=alert(1)>\">",
    "<svg><foreignObject><p><script>alert(1)</script></p></foreignObject></svg>",
    "<svg><desc><a href=javascript:alert(1)>x</a></desc></svg>",
    "<svg><set attributeName=href to=javascript:alert(1)><a id=x>y</a></svg>",
    "<svg><use href=data:image/svg+xml;base64,PHN2Zy8+#x></svg>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
    "<table><tr><td><svg></td><style><img src=x onerror=alert(1)></style></table>",
    "<table><a href=javascript:alert(1)><tr><td>x</table>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    "<select><iframe></select><script>alert(1)</script>",
    "<textarea><!--</textarea><img src=x onerror=alert(1)>-->",
    "<title><a href=\"</title><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
    "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<noembed><img title=\"</noembed><img src=x onerror=alert(1)>\"></noembed>",
    "<template><script>alert(1)</script></template><template shadowrootmode=open><img src=x onerror=alert(1)></template>",
    "<p><a title=\"<p><script>alert(1)</script>\">x</a>",
    "<a href=x><a href=y onclick=alert(1)>z</a></a>",
    "<p/onclick=alert(1)//>x</p/onclick=alert(1)>",
    "<p \x0conmouseover\x0c=\x0calert(1)>x</p>",
    "<p x='a'onmouseover='alert(1)'>x</p>",
    "<\x00p onclick=alert(1)>x", "<ſcript>alert(1)</ſcript>", "<ıframe src=x>",
    "<x:script xmlns:x=http://www.w3.org/1999/xhtml>alert(1)</x:script>",
    # Addresses that a program takes for others than a browser does.
    "<a href='&#1;javascript:alert(1)'>x</a>", "<a href='\x01\x02javascript:alert(1)'>x</a>",
    "<a href='&#x20;&#x0a;javascript:alert(1)'>x</a>", "<a href='\u2028javascript:alert(1)'>x</a>",
    "<a href='java&Tab;script&colon;alert(1)'>x</a>", "<a href='jav&NewLine;ascript:alert(1)'>x</a>",
    "<a href=&#0000106&#0000097&#0000118&#0000097&#0000115&#0000099&#0000114&#0000105&#0000112&#0000116&#0000058alert(1)>x</a>",
    "<a href=JaVaScRiPt&#58;alert(1)>x</a>", "<a href=javascript&#x3A&#x3B;alert(1)>x</a>",
    "<a href=view-source:javascript:alert(1)>x</a>", "<a href=blob:https://a.example/1>x</a>",
    "<a href=filesystem:https://a.example/1>x</a>", "<a href=feed:javascript:alert(1)>x</a>",
    "<a href=livescript:alert(1)>x</a>", "<a href=mocha:alert(1)>x</a>",
    "<a href='data:text/html;charset=utf-8;base64,PHNjcmlwdD4='>x</a>", "<a href=' data:,x'>x</a>",
    # What a list of forbidden attributes forgets.
    "<a href=/ ping=//evil.example target=_blank rel=opener download attributionsrc>x</a>",
    "<p onbeforetoggle=alert(1) popover onpointerrawupdate=alert(1) oncontentvisibilityautostatechange=alert(1)>x",
    "<p style='behavior:url(x);-moz-binding:url(x);background:url(//evil.example)'>x</p>",
    "<p contenteditable tabindex=0 accesskey=x autofocus draggable dir=rtl lang=x slot=x part=x is=x nonce=x>y",
    "<img srcset='x 1x, javascript:alert(1) 2x' lowsrc=javascript:alert(1) dynsrc=javascript:alert(1)>",
    "<video poster=javascript:alert(1)><source src=x onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1) controls></audio>",
    "<input type=image src=x onerror=alert(1) formaction=javascript:alert(1)>",
    "<button form=decision formaction=javascript:alert(1) name=decision value=take>x</button>",
    "<isindex type=image src=1 onerror=alert(1)>", "<keygen autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>", "<frameset onload=alert(1)><frame src=javascript:alert(1)>",
    "<body onload=alert(1) background=javascript:alert(1)>", "<html onclick=alert(1) manifest=//evil.example>",
    "<applet code=x archive=//evil.example></applet>", "<portal src=//evil.example></portal>",
    "<fencedframe></fencedframe><dialog open onclose=alert(1)>x</dialog>", "<plaintext>x",
    "<area href=javascript:alert(1)><map name=x><area shape=default href=//evil.example></map>",
    "<bgsound src=//evil.example><layer src=//evil.example></layer><ilayer src=//evil.example>",
    # Names by which the scripts of a page find their own elements.
    "<p id=contenu name=cookie class=container>x</p><a id=location name=body>x</a>",
    "<p id=proposal-tools data-prose data-html data-keep data-proposal>x</p>",
    "<img name=getElementById><form id=document name=forms><input name=attributes id=children></form>",
    "<p hx-get=/evil hx-on::load=alert(1) data-hx-get=/evil hx-swap-oob=true>x</p>",
    "<div data-controller=w-init data-action=click->w-init#ready data-w-init-event-value=x>x</div>",
    # Markup of the editor.
    "<a linktype=page id=1 href=javascript:alert(1)>x</a>", "<a linktype=evil id=1>x</a>",
    "<a linktype=page id='1\" onclick=\"alert(1)'>x</a>", "<a linktype=document id='1 or 1=1'>x</a>",
    "<a linktype=external href=javascript:alert(1)>x</a>", "<a linktype=anchor href='javascript:alert(1)'>x</a>",
    "<embed embedtype=image id=1 alt='\" onerror=\"alert(1)' format=left>",
    "<embed embedtype=media url=javascript:alert(1)>", "<del onclick=alert(1)>a</del><ins onclick=alert(1)>b</ins>",
    "<abbr title='\"><script>alert(1)</script>'>x</abbr>", "<abbr title='x' onmouseover=alert(1)>x</abbr>",
    # Plain marks.
    "[x](javascript:alert(1))", "[x](<javascript:alert(1)>)", "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x09;script:alert(1))", "[x](&#106;avascript:alert(1))", "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:alert(1))", "[x](https://a.example/\"onmouseover=alert(1)//)", "[x](/ \"\\\" onclick=\\\"alert(1)\")",
    "![x](javascript:alert(1))", "![x](https://a.example/x.png \"onerror=alert(1)\")", "<javascript:alert(1)>",
    "<https://a.example/\"onclick=alert(1)>", "[x][y]\n\n[y]: javascript:alert(1)", "[y]: <javascript:alert(1)>",
    "`<script>alert(1)</script>`", "    <script>alert(1)</script>", "```html\n<script>alert(1)</script>\n```",
    "[<img src=x onerror=alert(1)>](https://a.example/)", "**<script>**alert(1)**</script>**",
    "\\<script\\>alert(1)\\</script\\>", "&lt;img src=x onerror=alert(1)&gt;",
    "[1](https://a.example/) [REX-1\"><script>alert(1)</script>]", "{.x onclick=alert(1)}",
]  # fmt: skip
"""Own wording; the families are those of the OWASP and Cure53 collections."""
ALL = [*VECTORS, *RICH]

PROSE = {
    "p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "b", "em", "i", "a", "blockquote", "sup", "sub", "q", "cite",
    "abbr", "code", "hr", "table", "caption", "thead", "tbody", "tr", "th", "td", "ins", "del", "mark", "span", "details",
    "summary", "div",
}  # fmt: skip
"""What texts may hold as they are read or compared."""
PROSE_ATTRIBUTES = {("a", "href"), ("abbr", "title"), ("th", "scope")}
LEADING = {
    "href", "src", "action", "formaction", "xlink:href", "poster", "data", "srcset", "ping", "background", "manifest",
    "cite", "longdesc", "code", "archive",
}  # fmt: skip
HARMLESS = re.compile(r"(https?|mailto|tel):|(?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
"""Leads to the web, to somebody, or within the site: what comes before its colon is no scheme."""
INVISIBLE = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f\u3000\ufeff]"
)


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """(name, attributes) of all that a browser would make of `html`."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        if isinstance(element.tag, str):
            name = element.tag.rpartition("}")[2]
            attributes = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
            found.append((name, attributes))
    return found


class Shape:
    """What a page is made of when nobody attacks it: the measure of those that somebody did."""

    def __init__(self, html: str) -> None:
        found = elements(html)
        self.names = {name for name, _attributes in found} | PROSE
        self.attributes = PROSE_ATTRIBUTES | {
            (name, key) for name, attributes in found for key in attributes
        }
        self.active = _active(found)

    def strange(self, html: str) -> list[str]:
        """What a page of the same kind holds that this one has nothing like."""
        found = elements(html)
        wrong = [f"<{name}>" for name, _attributes in found if name not in self.names]
        for name, attributes in found:
            for key, value in attributes.items():
                leads = key in LEADING and not HARMLESS.match(INVISIBLE.sub("", value))
                if leads or key.startswith("on") or (name, key) not in self.attributes:
                    wrong.append(f"<{name} {key}={value!r}>")
        more = _active(found) - self.active
        return wrong + [f"one more {each}" for each in more]


def _active(found: list[tuple[str, dict[str, str]]]) -> Counter[str]:
    """Elements that only the site's own templates may write, by what they load."""
    return Counter(
        f"<{name} {attributes.get('src', attributes.get('href', '')).partition('?')[0]}>"
        for name, attributes in found
        if name
        in {"script", "style", "link", "meta", "base", "iframe", "object", "embed", "template"}
    )


def chunks(texts: list[str], limit: int) -> list[str]:
    """`texts` one after the other in as few texts of `limit` characters as hold them."""
    made = [""]
    for text in texts:
        joined = f"{made[-1]} {text}".strip()
        if len(joined) <= limit:
            made[-1] = joined
        else:
            made.append(text[:limit])
    return made
