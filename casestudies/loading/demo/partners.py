"""The organizations of the collective and of the other cases."""

from pathlib import Path

from casestudies.loading.demo.files import read_objects
from casestudies.loading.publishing import Outcome, put_page
from cms.models import PartnerIndexPage, PartnerPage
from cms.sanitization import clean


def load_partners(files: list[Path]) -> list[Outcome]:
    """One page each; their groups and collections come with them."""
    directory = PartnerIndexPage.objects.get()
    outcomes = []
    for entry in read_objects(files):
        values = {
            "title": entry["name"],
            "kind": entry["kind"],
            "territory_code": entry["territory"],
            "website": entry["website"],
            "summary": entry["summary"],
            "description": clean(entry["description"]),
            "is_founder": entry["seed"],
        }
        _page, outcome = put_page(directory, PartnerPage, entry["slug"], values)
        outcomes.append(outcome)
    return outcomes
