"""Cases named in running text: "REX-06" leads to the case of that number."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.core.cache import cache
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from wagtail.models import Page

from casestudies.models import CasePartner, CaseStudyPage
from casestudies.models.case_study import SECTIONS
from cms.isolation import Named
from cms.models import GuideChapterPage, PartnerPage
from cms.prose import Reference
from cms.visibility import visible_to

CACHE_KEY = "case-addresses"
PATTERN = re.compile("\\bREX[-\N{NON-BREAKING HYPHEN}](\\d{2,4})\\b")


def case_addresses() -> dict[int, str]:
    """Number → address of every case that anyone may read."""
    cached = cache.get(CACHE_KEY)
    if isinstance(cached, dict):
        return cached
    cases = visible_to(CaseStudyPage.objects.exclude(number=None))
    addresses = {
        case.number: case.get_url() or ""
        for case in cases.only("number", "url_path", "path", "depth")
    }
    cache.set(CACHE_KEY, addresses, 120)
    return addresses


def case_reference() -> Reference:
    """The way cases are named in running text."""

    def address(words: str) -> str | None:
        match = PATTERN.fullmatch(words)
        return case_addresses().get(int(match.group(1))) if match else None

    return Reference(pattern=PATTERN, address=address)


def mentions(page: Page) -> set[int]:
    """The cases and chapters whose texts name a case by its number, or as a partner."""
    if isinstance(page, PartnerPage):
        return set(CasePartner.objects.filter(partner=page.pk).values_list("page", flat=True))
    if not isinstance(page, CaseStudyPage) or not page.number:
        return set()
    named = Q()
    for name, _label in SECTIONS:
        named |= Q(**{f"{name}__contains": page.reference})
    cases = CaseStudyPage.objects.filter(named).values_list("pk", flat=True)
    # As text: not every database looks inside JSON.
    chapters = GuideChapterPage.objects.annotate(text=Cast("body", TextField())).filter(
        text__contains=page.reference
    )
    return {*cases, *chapters.values_list("pk", flat=True)}


def named_in_words() -> Iterable[Named]:
    """Every number that published cases and chapters name, with the case that bears it, if any."""
    sources: dict[int, set[int]] = defaultdict(set)
    cases = CaseStudyPage.objects.live()
    for pk, *texts in cases.values_list("pk", *(name for name, _label in SECTIONS)).iterator():
        for text in texts:
            for number in PATTERN.findall(text):
                sources[int(number)].add(pk)
    chapters = GuideChapterPage.objects.live().annotate(text=Cast("body", TextField()))
    for pk, text in chapters.values_list("pk", "text").iterator():
        for number in PATTERN.findall(text):
            sources[int(number)].add(pk)
    targets = dict(cases.filter(number__in=sources).values_list("number", "pk"))
    return [
        Named(f"REX-{number:02d}", targets.get(number), frozenset(pages))
        for number, pages in sorted(sources.items())
    ]


def participations(partners: list[int]) -> dict[int, list[int]]:
    """The cases of others in which each of `partners` took part."""
    found: dict[int, list[int]] = {partner: [] for partner in partners}
    links = CasePartner.objects.filter(partner__in=partners).order_by("-page__first_published_at")
    for partner, page in links.values_list("partner_id", "page_id"):
        found[partner].append(page)
    return found
