"""The chapters of the guide, with the cases and sources each leans on."""

from pathlib import Path

from casestudies.loading.demo.blocks import body
from casestudies.loading.demo.files import read_objects
from casestudies.loading.publishing import Children, Outcome, put_page
from casestudies.models import CaseStudyPage
from cms.models import ChapterReference, ChapterSource, GuideChapterPage, GuideIndexPage


def load_guide(files: list[Path]) -> list[Outcome]:
    """One page a chapter."""
    guide = GuideIndexPage.objects.get()
    cases = dict(CaseStudyPage.objects.exclude(number=None).values_list("number", "pk"))
    outcomes = []
    for entry in sorted(read_objects(files), key=lambda entry: entry["number"]):
        values = {
            "title": entry["title"],
            "summary": entry["summary"],
            "number": entry["number"],
            "minutes": entry["minutes"],
            "body": body(entry["slug"], entry["body"]),
        }
        children: Children = {
            "references": [
                ChapterReference(page_id=cases[number])
                for number in entry["cases"]
                if number in cases
            ],
            "sources": [
                ChapterSource(
                    publisher=source["publisher"],
                    title=source["title"],
                    url=source["url"],
                    consulted=source.get("consulted") or "",
                )
                for source in entry["sources"]
            ],
        }
        _page, outcome = put_page(guide, GuideChapterPage, entry["slug"], values, children)
        outcomes.append(outcome)
    return outcomes
