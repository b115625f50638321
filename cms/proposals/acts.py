"""What is done with a proposal: sent, confirmed, changed, answered, taken, declined, withdrawn.

Every act locks the proposal first and checks that it is still in the state its author saw.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.following.announcing import announce
from cms.following.models import Correspondent
from cms.following.rhythm import Rhythm
from cms.membership import is_moderator
from cms.models import BasePage, PublishedVersion, User
from cms.models.versions import public_name
from cms.proposals.events import ANSWERED, DECIDED, REPLIED, SENT
from cms.proposals.models import WAITING, Proposal, Remark, State
from cms.proposals.reading import Merging, Reading, kept
from cms.proposals.texts import Texts, values, write
from cms.sanitization import HtmlTooLong

SUMMARY_LIMIT = 200
TWIN_WITHIN = timedelta(minutes=10)
MAX_WAITING = 5
"""Proposals of one correspondent for one page that await a decision."""


class Refused(Exception):
    """An act that cannot be done; its text says why, to whoever asked."""


class Overtaken(Refused):
    """The proposal is no longer as it was shown."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "La proposition a changé depuis que vous l’avez ouverte. La voici telle qu’elle est maintenant."
            )
        )


class Contested(Refused):
    """Some of it cannot be merged: whoever decides must have seen what."""

    def __init__(self, merging: Merging) -> None:
        super().__init__(_("La page a changé depuis : une partie ne peut pas être reprise."))
        self.merging = merging


@dataclass(frozen=True)
class Taken:
    """What taking came to."""

    is_public: bool
    """Published at once."""
    is_submitted: bool = False
    """Sent to the review."""


# --- Its author


def draft(
    page: BasePage, base: PublishedVersion | None, parts: list[Any], texts: Texts, **given: Any
) -> Proposal:
    """A proposal that its author has still to confirm; nobody is told."""
    return Proposal.objects.create(
        page_id=page.pk,
        page_title=page.title,
        base=base,
        base_texts=kept(parts),
        texts=texts,
        **given,
    )


def twin(page: BasePage, proposer: Correspondent, texts: Texts, now: datetime) -> Proposal | None:
    """The same proposal by the same person a moment ago: a second click is not a second proposal."""
    recent = proposer.proposals.filter(page=page.pk, created_at__gt=now - TWIN_WITHIN)
    return next((each for each in recent if each.texts == texts), None)


@transaction.atomic
def send(proposal: Proposal, now: datetime) -> None:
    """Its author is known: those who decide are told. Doing it twice is fine."""
    locked = _locked(proposal)
    if locked.state != State.UNCONFIRMED:
        return
    locked.state, locked.sent_at = State.OPEN, now
    locked.save(update_fields=["state", "sent_at"])
    announce(SENT, by=locked.proposer, page=locked.page, subject_id=locked.pk)


@transaction.atomic
def confirm(proposal: Proposal, now: datetime) -> None:
    """Who has its link reads the mailbox it was sent to. Raises `Refused`."""
    if is_full(proposal.page, proposal.proposer):
        raise Refused(_("Cinq de vos propositions attendent déjà pour cette page."))
    theirs = Correspondent.objects.filter(proposals=proposal)
    theirs.filter(confirmed_at=None).update(confirmed_at=now)
    # Whoever stopped all mails and proposes something wishes to be answered.
    theirs.filter(user=None, rhythm=Rhythm.NONE).update(rhythm=Rhythm.DAILY)
    send(proposal, now)


def is_full(page: Page | None, proposer: Correspondent | None) -> bool:
    """Whether as much of one person's awaits a decision as one page may have."""
    if page is None or proposer is None:
        return False
    return proposer.proposals.filter(page=page.pk, state__in=WAITING).count() >= MAX_WAITING


@transaction.atomic
def change(proposal: Proposal, texts: Texts, reason: str, seen_round: int) -> None:
    """Its author wishes other texts. Raises `Refused`."""
    locked = _waiting(proposal, seen_round)
    locked.texts, locked.reason = texts, reason
    locked.round += 1
    locked.state = State.OPEN
    locked.save(update_fields=["texts", "reason", "round", "state"])
    announce(REPLIED, by=locked.proposer, page=locked.page, subject_id=locked.pk)


@transaction.atomic
def reply(proposal: Proposal, text: str) -> None:
    """A word of its author. Raises `Refused`."""
    locked = _waiting(proposal)
    Remark.objects.create(
        proposal=locked,
        round=locked.round,
        is_from_proposer=True,
        name=str(locked.credited),
        text=text,
    )
    if locked.state == State.ASKED:
        locked.state = State.OPEN
        locked.save(update_fields=["state"])
    announce(REPLIED, by=locked.proposer, page=locked.page, subject_id=locked.pk)


@transaction.atomic
def withdraw(proposal: Proposal, now: datetime) -> None:
    """Its author no longer wishes it. Raises `Refused`."""
    locked = _locked(proposal)
    if locked.state == State.UNCONFIRMED:
        locked.delete()
        return
    if not locked.is_waiting:
        raise Overtaken
    locked.state, locked.decided_at = State.WITHDRAWN, now
    locked.save(update_fields=["state", "decided_at"])


# --- Those who decide


@transaction.atomic
def remark(
    proposal: Proposal, by: User, text: str, number: int | None, seen_round: int, *, asks: bool
) -> None:
    """A word about all of it or one change; with `asks`, its author is waited for. Raises `Refused`."""
    locked = _waiting(proposal, seen_round)
    Remark.objects.create(
        proposal=locked,
        round=locked.round,
        change=number,
        quoted=Reading(locked).words_of(number) if number else "",
        user=by,
        name=public_name(by) or (_("La modération") if is_moderator(by) else _("L’organisation")),
        text=text,
    )
    if asks:
        locked.state = State.ASKED
        locked.save(update_fields=["state"])
    announce(ANSWERED, by=by, subject_id=locked.pk)


@transaction.atomic
def decline(proposal: Proposal, by: User, reason: str, seen_round: int) -> None:
    """Nothing of it is taken, and its author is told why. Raises `Refused`."""
    locked = _waiting(proposal, seen_round)
    _decide(locked, by, State.DECLINED, reason)


@transaction.atomic
def take(
    proposal: Proposal,
    by: User,
    *,
    chosen: Collection[int] | None,
    seen_round: int,
    word: str = "",
    accepted: str = "",
    summary: str = "",
) -> Taken:
    """Put all of it, or the chosen changes, into the page as it is now.

    A moderator's taking is published at once, unless somebody is at work on the page; that of the
    organization's members goes to the review. `accepted` is the digest of difficulties that the
    decider has seen; `summary` is what the history says of the version. Raises `Refused`,
    `Contested` where there are others.
    """
    locked = _waiting(proposal, seen_round)
    page = _page_to_change(locked, by)
    reading = Reading(locked)
    chosen = None if chosen is None or reading.numbers <= set(chosen) else chosen
    latest = page.get_latest_revision()
    content = latest.content if latest else page.serializable_data()
    merging = reading.merged(type(page), content, chosen)
    if not merging.is_clean and accepted != merging.digest:
        raise Contested(merging)
    before, after = values(merging.before), values(merging.after)
    if before == after:
        raise Refused(_("Il ne reste rien à reprendre : la page dit déjà tout cela."))
    is_at_work = page.has_unpublished_changes or not page.live
    is_public = not is_at_work and is_moderator(by)
    text = latest.as_object() if latest else page
    _write(text, before, after)
    if not is_at_work or not text.change_summary:
        text.change_summary = summary or public_summary(locked)
    author = by
    if is_public:
        author = locked.proposer.user if locked.proposer else None  # type: ignore[assignment]
    revision = text.save_revision(user=author, log_action=True, clean=False)
    locked.revision = revision
    locked.chosen = None if chosen is None else sorted(set(chosen) & reading.numbers)
    whole = chosen is None and merging.is_clean
    _decide(locked, by, State.TAKEN if whole else State.PARTLY, word)
    if is_public:
        revision.publish(user=by)
        PublishedVersion.objects.filter(proposals=locked).update(
            approved_by=by, approved_by_name=public_name(by)
        )
        return Taken(is_public=True)
    return Taken(is_public=False, is_submitted=not is_at_work and _submit(page, by))


def _page_to_change(proposal: Proposal, by: User) -> BasePage:
    found = Page.objects.select_for_update().filter(pk=proposal.page_id).first()
    page = found.specific if found else None
    if not isinstance(page, BasePage):
        raise Refused(_("La page n’existe plus : il n’y a plus rien à changer."))
    if page.permissions_for_user(by).page_locked():
        raise Refused(
            _("La page est verrouillée : reprenez la proposition une fois qu’elle est libre.")
        )
    return page


def _write(text: BasePage, before: Texts, after: Texts) -> None:
    """Raises `Refused` for what the page cannot hold."""
    try:
        write(text, before, after)
        text.full_clean()
    except HtmlTooLong:
        raise Refused(_("Un texte deviendrait trop long : 200 000 signes au plus.")) from None
    except ValidationError as error:
        said = " ".join(error.messages)
        raise Refused(
            _("La page ne peut pas être enregistrée ainsi : %(why)s") % {"why": said}
        ) from None


def _submit(page: BasePage, by: User) -> bool:
    """Send what was taken to the review, where the page has one."""
    workflow = page.get_workflow()
    if workflow is None or page.workflow_in_progress:
        return False
    workflow.start(Page.objects.get(pk=page.pk).specific, by)
    return True


def public_summary(proposal: Proposal) -> str:
    """What the history says of the version that takes it up, unless the decider says otherwise."""
    said = _("Proposition de %(who)s : %(why)s") % {
        "who": proposal.credited,
        "why": " ".join(proposal.reason.split()),
    }
    return said if len(said) <= SUMMARY_LIMIT else said[: SUMMARY_LIMIT - 1] + "…"


def _decide(proposal: Proposal, by: User | None, state: State, word: str) -> None:
    proposal.state, proposal.decision = state, word
    proposal.decided_at, proposal.decided_by = timezone.now(), by
    proposal.decided_by_name = public_name(by)
    proposal.save()
    announce(DECIDED, by=by, subject_id=proposal.pk)


def close_without_page(proposal: Proposal) -> None:
    """Its page is being deleted: its author is told that nothing more will come of it."""
    _decide(proposal, None, State.DECLINED, _("La page a été supprimée."))


def _locked(proposal: Proposal) -> Proposal:
    found = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("page", "proposer__user")
        .filter(pk=proposal.pk)
        .first()
    )
    if found is None:
        raise Overtaken
    return found


def _waiting(proposal: Proposal, seen_round: int | None = None) -> Proposal:
    """The proposal, locked. Raises `Overtaken` where it was decided about or changed meanwhile."""
    locked = _locked(proposal)
    if not locked.is_waiting or (seen_round is not None and locked.round != seen_round):
        raise Overtaken
    return locked
