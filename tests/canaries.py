"""A world in which every text that not everyone may read holds a word of its own.

The words of a page, of a proposal, of a discussion, and those of moderators each begin with
`canari`, so that a single search tells whether a reader met any of them.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import Comment, Page, PageViewRestriction

from casestudies.models import CaseStudyPage
from cms.following.models import Correspondent, Follow
from cms.freshness.answers import answer
from cms.freshness.models import Freshness, Verdict
from cms.models import User
from cms.outlinks.models import ExternalLink
from cms.proposals import acts
from cms.proposals.models import Proposal
from tests.cms.discussions.talking import Talk
from tests.cms.editors import Editors, editors, signed_in
from tests.cms.following.followers import account, visitor
from tests.cms.proposals.proposing import send

PROPOSER = "canarivisiteurpropose@ville.example"
FOLLOWER = "canarivisiteurabonne@ville.example"
UNCONFIRMED = "canarivisiteurtimide@ville.example"
ACCOUNTS = ("alice", "adele", "basile", "mona", "max", "root", "noe")


def address(name: str) -> str:
    """The e-mail address of an account."""
    return f"canaricompte{name}@ville.example"


@dataclass
class Canaries:
    """The world, and what its tests ask of it."""

    people: Editors
    noe: User
    """Writes for Antony and gave no name."""
    pages: dict[str, CaseStudyPage] = field(default_factory=dict)

    def user(self, name: str) -> User:
        found: User = self.noe if name == "noe" else getattr(self.people, name)
        return found

    def tokens(self) -> dict[str, str]:
        """Every secret of a link, with the mailbox that alone may have it."""
        found = {str(each.token): each.address for each in Correspondent.objects.all()}
        for follow in Follow.objects.select_related("correspondent__user"):
            found[str(follow.token)] = follow.correspondent.address
        for proposal in Proposal.objects.select_related("proposer__user"):
            assert proposal.proposer
            found[str(proposal.token)] = proposal.proposer.address
        return found


def world() -> Canaries:
    """Build it; what its people would be told of is neither delivered nor mailed."""
    people = editors()
    noe = User.objects.create_user("noe@example.fr")
    noe.groups.add(people.antony.group)
    made = Canaries(people, noe)
    for name in ACCOUNTS:
        user = made.user(name)
        user.email = address(name)
        user.save()
    _pages(made)
    _follow(made)
    _review(made)
    _propose(made)
    _withdraw_a_version(made)
    _discuss(made)
    _doubt(made)
    return made


# --- Pages


def _page(made: Canaries, word: str, by: User | None = None) -> CaseStudyPage:
    """A draft that says `word` wherever it can."""
    author = by or made.people.alice
    page = made.people.case(f"Titre {word}", author, slug=f"page-{len(made.pages)}")
    _write(page, word)
    page.save_revision(user=author, log_action=True)
    made.pages[word] = page
    return page


def _write(page: CaseStudyPage, word: str, **more: str) -> None:
    page.title, page.summary = f"Titre {word}", f"Résumé {word}"
    page.approach = f"<p>Corps {word}</p>"
    page.lessons = f"<ol><li>Leçon {word}.</li></ol>"
    for name, value in more.items():
        setattr(page, name, value)


def _public(made: Canaries, word: str, by: User | None = None) -> CaseStudyPage:
    """The same, published twice: it has a history."""
    page = _page(made, word, by)
    for rank in range(2):
        page = CaseStudyPage.objects.get(pk=page.pk)
        page.results = f"<p>Effet {rank} {word}</p>"
        page.change_summary = f"Passage {rank} {word}"
        page.save_revision(user=by or made.people.alice).publish()
    made.pages[word] = CaseStudyPage.objects.get(pk=page.pk)
    return made.pages[word]


def _pages(made: Canaries) -> None:
    alice, antony = made.people.alice, made.people.antony
    _public(made, "visible")
    _public(made, "anonyme", made.noe)
    _page(made, "canaribrouillon")
    edited = _public(made, "modifiable")
    _write(edited, "canarienregistre", change_summary="Passage canarienregistre")
    edited.save_revision(user=alice, log_action=True)
    _write(edited, "canariautosauvegarde")
    latest = edited.save_revision(user=alice)
    _write(edited, "canarireecrit")
    edited.save_revision(user=alice, overwrite_revision=latest)
    Comment.objects.create(
        page=edited, user=alice, text="Mot canaricommentaire", contentpath="title"
    )
    for word in ("canariretire", "canariconnexion", "canarigroupe", "canarimotdepasse"):
        _public(made, word)
    made.pages["canariretire"].unpublish(user=made.people.mona)
    broken = made.pages["canarigroupe"]
    broken.results = '<p>Voir <a href="https://canarilien.example/">la source</a></p>'
    broken.save_revision(user=alice).publish()
    now = timezone.now()
    ExternalLink.objects.update(broken_since=now, failing_since=now, reason="nom")
    restrict = PageViewRestriction.objects.create
    restrict(page=made.pages["canariconnexion"], restriction_type="login")
    restrict(
        page=made.pages["canarimotdepasse"], restriction_type="password", password="canarisecret"
    )
    restrict(page=broken, restriction_type="groups").groups.add(antony.group)


def _review(made: Canaries) -> None:
    alice, mona = made.people.alice, made.people.mona
    waiting = _page(made, "canarienrelecture")
    waiting.get_workflow().start(waiting, alice)
    returned = _page(made, "canarirenvoye")
    state = returned.get_workflow().start(returned, alice).current_task_state
    state.task.specific.on_action(state, mona, "reject", comment="Mot canarimotderelecture")


def _withdraw_a_version(made: Canaries) -> None:
    page = _public(made, "versions")
    for word in ("canariversion", "ensuite"):
        _write(page, "versions", results=f"<p>Effet {word}</p>", change_summary=f"Passage {word}")
        page.save_revision(user=made.people.alice).publish()
    _sent(
        signed_in(made.people.mona).post(
            f"{page.get_url()}historique/3/retirer/", {"motif": "Motif canarimotifversion"}
        )
    )


# --- What is said about them


def _propose(made: Canaries) -> None:
    page = made.pages["visible"]

    def proposed(word: str, email: str = PROPOSER, *, is_confirmed: bool = True) -> Proposal:
        cache.clear()
        texts = {"html-approach": f"<p>Corps visible</p><p>Ajout {word}texte</p>"}
        _sent(send(Client(), page, texts, email=email, name=f"{word}nom", reason=f"{word}raison"))
        proposal = Proposal.objects.latest("pk")
        if is_confirmed:
            acts.confirm(proposal, timezone.now())
        return proposal

    mona = made.people.mona
    proposed("canariconfirmer", UNCONFIRMED, is_confirmed=False)
    proposed("canariattendre")
    declined = proposed("canaridecliner")
    acts.remark(declined, mona, "Mot canariremarque", None, 1, asks=True)
    acts.reply(declined, "Mot canarireponse")
    acts.decline(declined, mona, "Mot canaridecision", 1)
    withdrawn = proposed("canarirenoncer")
    acts.withdraw(withdrawn, timezone.now())
    taken = proposed("repris")
    acts.take(taken, mona, chosen=None, seen_round=1, word="Mot canarimerci")


def _discuss(made: Canaries) -> None:
    basile, mona = made.people.basile, made.people.mona
    talk = Talk(made.pages["visible"])
    thread = talk.open(
        basile, "Mot canaridiscussion", title="Titre canarifil", quote="Passage canaricitation"
    )
    talk.reply(basile, thread, "Mot canaricache")
    talk.post(mona, "1/2/retirer/", reason="Motif canarimotifmessage")
    talk.reply(basile, thread, "Mot canarisupprime")
    talk.reply(made.noe, thread, "Un mot sans nom")
    talk.post(basile, "1/3/supprimer/")
    talk.open(basile, "Mot canarifilretire", title="Titre canarifilretire")
    talk.post(mona, "2/retirer/", reason="Motif canarimotiffil")
    closed = Talk(made.pages["canarigroupe"])
    closed.open(made.people.adele, "Mot canarientrenous @basile.test", title="Fil canarientrenous")


def _doubt(made: Canaries) -> None:
    """A word about a page that is no longer exact; every page is late."""
    page = made.pages["visible"]
    late = timezone.localdate() - timedelta(days=1)
    Freshness.objects.update(due_on=late)
    answer(page, made.people.adele, Verdict.TO_REVIEW, "Mot canarinote", asked_for=late)


def _follow(made: Canaries) -> None:
    """Everybody follows all that there is, before most of it happens."""
    topics = [f"partner:{made.people.antony.pk}", f"theme:{made.people.theme.identifier}"]
    topics += [f"page:{page.pk}" for page in Page.objects.all()]
    visitor(FOLLOWER, *topics)
    for name in ACCOUNTS:
        account(made.user(name), *topics)
    Follow.objects.update(confirmed_at=timezone.now() - timedelta(days=1))


def _sent(response: Any) -> None:
    assert response.status_code == 302, response.content.decode()
