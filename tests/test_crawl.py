"""Whoever goes wherever links lead meets what they may read, and not a word of anything else.

`tests/canaries.py` builds the world; the tables here say who may meet which of its words, on the
site and by mail. Whoever is named in neither may meet none.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from cms.following.delivery import deliver_events
from cms.following.models import Correspondent
from cms.following.sending import Run
from cms.freshness.sending import Run as FreshnessRun
from cms.proposals.models import Proposal
from search import indexing
from tests.canaries import ACCOUNTS, FOLLOWER, PROPOSER, UNCONFIRMED, Canaries, address, world
from tests.cms.editors import signed_in
from tests.crawling import crawl, heard
from tests.search.engines import own_engine
from tests.services.post_office import Clock, PostOffice

pytestmark = pytest.mark.django_db
CANARY = re.compile(r"canari\w+")
STARTS = (
    "/", "/sitemap.xml", "/robots.txt", "/modifications/", "/flux/modifications/", "/flux/retours-experience/",
    "/a-confirmer/", "/propositions/", "/suivi/", "/gestion/", "/recherche/?q=titre", "/recherche/?q=corps",
    "/recherche/suggestions/?q=titre", "/retours-experience/?q=corps", "/discussion/personnes/?q=a",
)  # fmt: skip

VISITOR, PROPOSES, BASILE, ADELE, MONA = "visitor", "proposer", "basile", "adele", "mona"
"""Basile writes for another organization, Adele for that of the pages; Mona moderates."""
SIGNED_IN = {BASILE, ADELE, MONA}
EDITORS = {ADELE, MONA}
PARTIES = {PROPOSES, *EDITORS}
MAY_MEET = {
    # Pages
    "canaribrouillon": EDITORS,
    "canarienregistre": EDITORS,
    "canariautosauvegarde": set(),
    "canarireecrit": EDITORS,
    "canaricommentaire": EDITORS,
    "canariretire": EDITORS,
    "canariconnexion": SIGNED_IN,
    "canarigroupe": EDITORS,
    "canarilien": EDITORS,
    "canarimotdepasse": EDITORS,
    "canarisecret": {MONA},
    "canarienrelecture": EDITORS,
    "canarirenvoye": EDITORS,
    "canarimotderelecture": EDITORS,
    "canariversion": EDITORS,
    "canarimotifversion": set(),
    # Proposals
    "canariconfirmertexte": set(),
    "canariconfirmernom": set(),
    "canariconfirmerraison": set(),
    "canariattendretexte": PARTIES,
    "canariattendrenom": PARTIES,
    "canariattendreraison": PARTIES,
    "canarideclinernom": PARTIES,
    "canarideclinerraison": PARTIES,
    "canarideclinertexte": PARTIES,
    "canariremarque": PARTIES,
    "canarireponse": PARTIES,
    "canaridecision": PARTIES,
    "canarirenoncertexte": PARTIES,
    "canarirenoncernom": PARTIES,
    "canarirenoncerraison": PARTIES,
    "canarimerci": PARTIES,
    # Discussions and freshness
    "canaridiscussion": SIGNED_IN,
    "canarifil": SIGNED_IN,
    "canaricitation": SIGNED_IN,
    "canaricache": {MONA},
    "canarimotifmessage": {MONA},
    "canarisupprime": set(),
    "canarifilretire": {MONA},
    "canarimotiffil": {MONA},
    "canarientrenous": {ADELE},
    "canarinote": EDITORS,
}
REACHED_BY_NO_LINK = {"canariversion"}
"""What a few may read and nothing leads to: the editor keeps what is withdrawn from readers."""
TOLD_BY_MAIL = {
    "canariconnexion": set(ACCOUNTS),
    "canarigroupe": {"alice", "adele", "noe", "root"},
    "canarimotdepasse": {"root"},
    "canarienrelecture": {"mona", "max"},
    "canarirenvoye": {"mona", "max", "alice"},
    "canarimotderelecture": {"alice"},
    "canarifil": set(ACCOUNTS),
    "canarientrenous": {"alice", "noe", "root"},
    "canariattendrenom": {"alice", "adele", "noe", "mona", "max"},
    "canarideclinernom": {"alice", "adele", "noe", "mona", "max"},
    "canarirenoncernom": {"alice", "adele", "noe", "mona", "max"},
}
"""Titles go to those who may read the page, names of proposers to those who decide."""


@pytest.fixture
def made(
    settings: Settings, tmp_path: Path, post: PostOffice, django_capture_on_commit_callbacks: Any
) -> Iterator[Canaries]:
    with own_engine(settings, tmp_path / "index"):
        with django_capture_on_commit_callbacks(execute=True):
            built = world()
        indexing.rebuild()
        yield built


class Reader:
    """Somebody who opens addresses, and what they met there that was not for everyone."""

    def __init__(self, made: Canaries, who: str) -> None:
        self.who = who
        self.client = signed_in(made.user(who)) if who in SIGNED_IN else Client()
        own = {
            BASILE: address(BASILE),
            ADELE: address(ADELE),
            MONA: address(MONA),
            PROPOSES: PROPOSER,
        }
        self.address = own.get(who, "")
        self.tokens = made.tokens()
        self.seen: dict[str, str] = {}
        self.met: set[str] = set()

    def hear(self, at: str, text: str) -> None:
        """Note every word met, and where those were that were not for them."""
        words = set(CANARY.findall(text))
        self.met |= words
        wrong = {word for word in words if not self.may_meet(word)}
        wrong |= {
            f"a link of {owner}"
            for token, owner in self.tokens.items()
            if owner != self.address and token in text
        }
        self.seen |= dict.fromkeys(wrong, at)

    def may_meet(self, word: str) -> bool:
        """Their own address, and what the table says."""
        if word == self.address.partition("@")[0]:
            return True
        return self.who in MAY_MEET.get(word, set())

    def crawl(self, *starts: str) -> list[str]:
        """Go wherever these lead; the addresses of what is not for everyone."""
        closed = []
        for at, response in crawl(self.client, starts):
            assert response.status_code < 500, at
            text = heard(response)
            self.hear(at, text)
            if CANARY.search(text):
                closed.append(at)
        return closed

    def open(self, addresses: list[str]) -> None:
        """Try what somebody else was led to."""
        for at in addresses:
            self.hear(at, heard(self.client.get(at)))


@pytest.mark.parametrize(
    ("who", "others"),
    [
        (VISITOR, []),
        (PROPOSES, []),
        (BASILE, [VISITOR]),
        (ADELE, [VISITOR, BASILE]),
        (MONA, [VISITOR, BASILE, ADELE]),
    ],
)
def test_readers_meet_what_they_may_read_and_nothing_else(
    made: Canaries, who: str, others: list[str]
) -> None:
    reader = Reader(made, who)
    closed = reader.crawl(*(_own_links() if who == PROPOSES else STARTS))
    assert not reader.seen
    expected = {word for word, readers in MAY_MEET.items() if who in readers}
    assert not expected - reader.met - REACHED_BY_NO_LINK
    for name in others:
        other = Reader(made, name)
        other.open(closed)
        assert not other.seen, name


def _own_links() -> list[str]:
    """The private pages of who proposed, which nothing else leads to."""
    proposer = Correspondent.objects.get(email=PROPOSER)
    mine = Proposal.objects.filter(proposer=proposer)
    return [f"/suivi/{proposer.token}/", *(f"/propositions/{each.token}/" for each in mine)]


def test_mails_hold_what_their_reader_may_read_and_nothing_else(
    made: Canaries, post: PostOffice
) -> None:
    deliver_events()
    clock = Clock()
    Run(clock)()
    FreshnessRun(clock)()
    tokens = made.tokens()
    wrong = []
    for recipients, message in post.messages:
        [to] = recipients
        name = to.partition("@")[0].removeprefix("canaricompte")
        parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
        text = " ".join([*map(str, message.values()), *parts])
        words = set(CANARY.findall(text)) - {to.partition("@")[0]}
        wrong += [(to, each) for each in words if name not in TOLD_BY_MAIL.get(each, set())]
        wrong += [(to, owner) for token, owner in tokens.items() if token in text and owner != to]
    assert not wrong
    assert {FOLLOWER, UNCONFIRMED, PROPOSER, *map(address, ACCOUNTS)} <= set(post.recipients)


def test_the_index_holds_none_of_these_words(made: Canaries) -> None:
    documents = list(indexing.all_documents(version=0))
    assert "visible" in repr(documents)
    assert not CANARY.findall(repr(documents))
    keys = {document.key for document in documents}
    assert indexing.get_backend().documents_digest().keys() == keys
