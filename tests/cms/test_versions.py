"""A published version is a row of its own, written with the publication."""

import pytest

from casestudies.models import CaseStudyPage
from cms.models import PublishedVersion, versions
from tests.builders import make_case, make_partner, make_user

pytestmark = pytest.mark.django_db


def test_a_publication_writes_who_when_for_whom_and_what() -> None:
    partner = make_partner("Grand Poitiers")
    author = make_user(partner=partner)
    case = make_case(
        partner, title="Former d'abord", user=author, change_summary="Première version"
    )
    version = PublishedVersion.objects.get(page=case)
    assert (version.number, version.author, version.organisation_name) == (
        1,
        author,
        "Grand Poitiers",
    )
    assert version.summary == "Première version"
    assert version.title == "Former d'abord"
    assert version.content["approach"] == "<p>Nous avons posé des capteurs.</p>"


def test_a_version_holds_nothing_that_readers_could_not_see() -> None:
    version = PublishedVersion.objects.get(page=make_case())
    assert not versions.PRIVATE_FIELDS.intersection(version.content)


def test_a_draft_writes_no_version() -> None:
    case = make_case()
    case.approach = "<p>Un brouillon secret.</p>"
    case.save_revision()
    assert PublishedVersion.objects.filter(page=case).count() == 1


def test_publishing_again_without_a_change_writes_no_version() -> None:
    case = make_case()
    case.save_revision().publish()
    assert PublishedVersion.objects.filter(page=case).count() == 1


def test_a_publication_that_fails_leaves_neither_page_nor_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = make_case(publish=False)

    def refuse(**kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(PublishedVersion.objects, "create", refuse)
    with pytest.raises(RuntimeError):
        draft.get_latest_revision().publish()
    draft = CaseStudyPage.objects.get(pk=draft.pk)
    assert not draft.live
    assert draft.number is None
    assert not PublishedVersion.objects.exists()


def test_versions_are_numbered_page_by_page() -> None:
    first, second = make_case(), make_case()
    first.summary = "Autre résumé."
    first.save_revision().publish()
    assert list(first.published_versions.values_list("number", flat=True)) == [2, 1]
    assert list(second.published_versions.values_list("number", flat=True)) == [1]
