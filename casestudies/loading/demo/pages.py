"""About, legal notice, licences: the plain pages below the home page."""

from pathlib import Path

from casestudies.loading.demo.blocks import body
from casestudies.loading.demo.files import read_objects
from casestudies.loading.publishing import Outcome, put_page
from cms.models import HomePage, StandardPage


def load_pages(files: list[Path]) -> list[Outcome]:
    """One page each."""
    home = HomePage.objects.get()
    outcomes = []
    for entry in read_objects(files):
        values = {
            "title": entry["title"],
            "summary": entry["summary"],
            "body": body(entry["slug"], entry["body"]),
        }
        _page, outcome = put_page(home, StandardPage, entry["slug"], values)
        outcomes.append(outcome)
    return outcomes
