"""Nothing that somebody contributes becomes markup that acts, wherever it is shown.

The same story is told twice: once with plain words, once with hostile ones. Whatever the second
telling has that the first has nothing like was made of what was contributed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from casestudies.models import CaseStudyPage
from cms.discussions import writing
from cms.discussions.body import clean_line, clean_text
from cms.following.delivery import deliver_events
from cms.following.sending import Run
from cms.freshness.models import Confirmation, Freshness, Verdict
from cms.models import PublishedVersion, User
from cms.proposals import acts
from cms.proposals.models import Proposal, Remark
from tests.cms.editors import Editors, editors, signed_in
from tests.cms.following.followers import account, visitor
from tests.cms.proposals.proposing import proposal, send
from tests.hostile import ALL, Shape, chunks
from tests.services.post_office import PostOffice

pytestmark = pytest.mark.django_db
PLAIN = [("mot " * len(text))[: len(text)].strip() or "mot" for text in ALL]
"""Words of the same number and lengths."""


@dataclass
class Story:
    """One telling, and every page on which it was shown."""

    texts: list[str]
    post: PostOffice
    people: Editors = field(default_factory=editors)
    shown: dict[str, str] = field(default_factory=dict)

    def see(self, place: str, response: Any, status: int = 200) -> None:
        assert response.status_code == status, (place, response.status_code)
        self.shown[place] = response.content.decode()

    def get(self, client: Client, place: str, *query: str) -> None:
        for each in query or ("",):
            self.see(place + each, client.get(place + each))

    def fields(self, limit: int) -> list[str]:
        return chunks(self.texts, limit)


def proposals(story: Story) -> None:
    """A visitor proposes; those who decide remark, err, and take it."""
    people = story.people
    page = _case(people, "Capteurs", "<p>Nous avons posé dix capteurs.</p>")
    rich = "\n".join(f"<p>Un ajout {text}</p>" for text in story.texts)
    marks = "\n\n".join(f"Un ajout {text}" for text in story.texts)
    texts = {"html-approach": rich, "texte-results": marks, "texte-title": story.fields(250)[0]}
    texts["texte-summary"] = story.fields(250)[1]
    client = Client()
    reasons, names = story.fields(900), story.fields(110)
    preview = send(client, page, texts, reason=reasons[0], name="Camille", voir="1", envoyer="")
    story.see("the changes before they are sent", preview)
    refused = send(client, page, texts, reason=reasons[1], name=f"@{names[0]}", email=names[1])
    story.see("the editor with what was wrong", refused)
    long = {"html-results": f"{rich * 40}"[:210_000]}
    story.see("the editor with a text too long", send(client, page, {**texts, **long}, email="x"))
    assert send(client, page, texts, reason=reasons[0], name="Camille").status_code == 302
    made = Proposal.objects.latest("pk")
    acts.confirm(made, timezone.now())
    _remarks(story, made, names)
    private = f"/propositions/{made.token}/"
    story.see(
        "a reply too long",
        client.post(f"{private}agir/", {"action": "reply", "text": reasons[0] * 3}), 422,
    )  # fmt: skip
    story.get(client, f"{private}modifier/")
    mona = signed_in(people.mona)
    for rank, (name, reason) in enumerate(zip(names, reasons * len(names), strict=False)):
        other = proposal(page, f"x{rank}@ville.fr", name, approach="<p>Nous.</p>")
        Proposal.objects.filter(pk=other.pk).update(reason=reason, page_title=name)
    story.get(mona, "/propositions/")
    story.get(mona, "/gestion/")
    examination = f"/propositions/{made.pk}/"
    typed = {"round": "x", "word": reasons[0], "text": reasons[1], "change": names[0]}
    story.see("an answer that cannot be read", mona.post(examination, typed), 422)
    story.see(
        "a decision that cannot be", mona.post(examination, {**typed, "decision": "take"}), 422
    )
    edited = CaseStudyPage.objects.get(pk=page.pk)
    edited.approach = "<p>Nous avons posé vingt capteurs.</p>"
    edited.save_revision(user=people.alice).publish()
    taking = {"decision": "take", "round": made.round, "word": reasons[-1]}
    story.see("what cannot be merged", mona.post(examination, taking), 409)
    acts.take(
        made, people.mona, chosen=None, seen_round=made.round, word=reasons[-1], accepted=_digest(mona, made)
    )  # fmt: skip
    PublishedVersion.objects.filter(page=page).update(credited=" ".join(names)[:300])
    story.get(client, private)
    story.get(mona, examination)
    page = CaseStudyPage.objects.get(pk=page.pk)
    assert page.results
    address = page.get_url()
    story.get(client, address, "", "historique/", "historique/3/", "historique/2/3/")
    story.get(client, f"{address}historique/2/3/", "?vue=colonnes")
    story.get(client, address, "citer/", "pages-liees/", "proposer/")


def _digest(client: Client, made: Proposal) -> str:
    """What whoever accepts the difficulties of a proposal has seen."""
    response = client.post(f"/propositions/{made.pk}/", {"decision": "take", "round": made.round})
    digest: str = response.context["merging"].digest
    return digest


def _remarks(story: Story, made: Proposal, names: list[str]) -> None:
    """As the database would hold them had they been written past the forms."""
    said = story.fields(2000)
    Remark.objects.bulk_create(
        Remark(proposal=made, round=1, change=1 + rank % 2, name=name, quoted=name * 2, text=text)
        for rank, (name, text) in enumerate(zip(names, said * len(names), strict=False))
    )


def versions(story: Story) -> None:
    """Titles and summaries of versions, wherever publications are told."""
    people, titles = story.people, story.fields(190)
    page = _case(people, "Vannes", "<p>Une vanne.</p>")
    follower = visitor("camille@ville.fr", f"page:{page.pk}")
    account(people.basile, f"page:{page.pk}")
    first = PublishedVersion.objects.get(page=page)
    for rank, title in enumerate(titles, start=2):
        first.pk, first.number = None, rank
        first.title, first.summary, first.credited = title, titles[-rank % len(titles)], title
        first.author_name = first.organisation_name = first.approved_by_name = title
        first.published_at = timezone.now()
        first.save(force_insert=True)
    for title in titles[:2]:
        page.title = page.summary = page.change_summary = clean_line(title)
        page.save_revision(user=people.alice).publish()
    story.post.messages.clear()
    deliver_events()
    Run()()
    for recipients, message in story.post.messages:
        html = message.get_body(("html",))
        assert html is not None
        story.shown[f"the mail for {recipients[0]}"] = html.get_content()
    address, client = page.get_url(), Client()
    story.get(client, address, "", "historique/", "citer/")
    story.get(client, "/modifications/")
    story.get(client, f"{people.antony.get_url()}contributions/")
    story.get(client, f"/suivi/{follower.token}/")
    story.get(signed_in(people.basile), "/suivi/")
    story.get(client, "/a-confirmer/")
    story.get(client, f"/suivre/?sujet=page:{page.pk}")
    for rank, text in enumerate(story.fields(1500)):
        story.see(f"topic {rank}", client.get("/suivre/", {"sujet": text}), 404)


def _entries(feed: bytes) -> list[str]:
    """The parts of a feed's entries that its readers take for HTML."""
    tree = ElementTree.fromstring(feed)  # noqa: S314 - our own
    return [part.text or "" for part in tree.iter() if part.get("type") == "html"]


def discussions(story: Story) -> None:
    """Threads about a page, and what was typed and could not be sent."""
    people = story.people
    page = _case(people, "Bornes", "<p>Une borne.</p>")
    titles, passages, words = story.fields(120), story.fields(600), story.fields(4900)
    User.objects.filter(pk=people.basile.pk).update(first_name=titles[0], last_name=titles[1])
    people.basile.refresh_from_db()
    for rank, title in enumerate(titles):
        writing.open_thread(
            page,
            people.basile,
            body=clean_text(f"{rank} {words[rank % len(words)]}"),
            title=clean_line(title) if rank % 2 else "",
            quote=clean_text(passages[rank % len(passages)]),
        )
    address = f"{page.get_url()}discussion/"
    client, mona = signed_in(people.basile), signed_in(people.mona)
    story.get(client, address, "", *(f"{number}/" for number in range(1, len(words) + 6)))
    story.get(client, address, "1/1/modifier/", "1/1/supprimer/")
    story.get(mona, address, "2/retirer/", "2/1/retirer/")
    reason = mona.post(f"{address}2/1/retirer/", {"reason": titles[0] * 4})
    story.see("a reason too long", reason)
    writing.hide(page.threads.get(number=3), people.mona, passages[0][:300])
    story.get(mona, f"{address}3/")
    cache.clear()
    long = {
        "body": words[0] * 2,
        "title": titles[0] * 2,
        "quote": passages[0] * 2,
        "anchor": titles[0],
    }
    story.see("a message too long", client.post(address, long))
    story.see("a passage", client.get(address, {"citer": passages[0], "ancre": titles[0]}))
    story.get(signed_in(people.alice), "/gestion/")


def freshness(story: Story) -> None:
    """Words left about a page, and names beside them."""
    people = story.people
    page = _case(people, "Pompes", "<p>Une pompe.</p>")
    notes, client = story.fields(300), signed_in(people.adele)
    late = timezone.localdate()
    for start in range(0, len(notes), 10):
        Confirmation.objects.all().delete()
        Confirmation.objects.bulk_create(
            Confirmation(
                page=page, version=1, verdict=Verdict.TO_REVIEW, note=note, by_name=note[:200],
                organisation_name=note[:255],
            )
            for note in notes[start : start + 10]
        )  # fmt: skip
        name = notes[start][:200]
        Freshness.objects.filter(page_id=page.pk).update(
            due_on=late, to_review_since=timezone.now(), by_name=name, organisation_name=name
        )
        for rank, place in enumerate(("", "confirmer/", "historique/")):
            story.see(f"freshness {start} {rank}", client.get(page.get_url() + place))
        story.see(f"the desk {start}", client.get("/gestion/"))
        story.see(f"the list {start}", client.get("/a-confirmer/"))
    typed = {"reponse": "x", "note": notes[0] * 2, "vu": notes[0], "date": ""}
    story.see("a date that is none", client.post(f"{page.get_url()}confirmer/", typed))
    del typed["date"]
    story.see("a word too long", client.post(f"{page.get_url()}confirmer/", typed))
    query = {"partenaire": notes[0], "page": notes[1]}
    for place in ("/a-confirmer/", "/modifications/"):
        story.see(f"{place} narrowed", client.get(place, query))


def _case(people: Editors, title: str, text: str) -> CaseStudyPage:
    page = people.case(title, people.alice)
    page.approach = text
    page.save_revision(user=people.alice).publish()
    return CaseStudyPage.objects.get(pk=page.pk)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers of a test come from one place and write a lot."""
    monkeypatch.setattr("cms.mailing.limits.Limit.allows", lambda limit, who: True)


@pytest.mark.parametrize("tell", [proposals, versions, discussions, freshness])
def test_hostile_words_are_shown_as_plain_ones_are(
    tell: Callable[[Story], None], post: PostOffice
) -> None:
    with transaction.atomic():
        plain = Story(PLAIN, post)
        tell(plain)
        transaction.set_rollback(True)
    hostile = Story(ALL, post)
    tell(hostile)
    shapes = [Shape(html) for html in plain.shown.values()]
    assert len(shapes) == len(hostile.shown)
    wrong = {
        place: strange[:3]
        for shape, (place, html) in zip(shapes, hostile.shown.items(), strict=True)
        if (strange := shape.strange(html))
    }
    assert not wrong


def test_feeds_give_words_and_no_markup() -> None:
    page = _case(editors(), "Vannes", "<p>Une vanne.</p>")
    version = PublishedVersion.objects.get(page=page)
    for rank, text in enumerate(chunks(ALL, 190)[:30], start=2):
        version.pk, version.number = None, rank
        version.title = version.summary = version.author_name = text
        version.save(force_insert=True)
    plain = Shape("Un mot")
    feed = Client().get("/flux/modifications/").content
    assert feed.count(b"<entry>") > 10
    entries = _entries(feed)
    assert not [strange for text in entries if (strange := plain.strange(text))]
