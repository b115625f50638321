"""Where the reference files are, and whom they credit; the files are built by hand.

It must not open them: each reader opens its own.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

REFERENCE_FOLDER: Final = Path(__file__).resolve().parents[2] / "fixtures" / "reference"
TERRITORIES_FILE: Final = REFERENCE_FOLDER / "territories.csv.gz"
MAP_FILE: Final = REFERENCE_FOLDER / "map.json"


@dataclass(frozen=True, slots=True)
class Credit:
    """Who must be named next to what is shown, and under which licence."""

    author: str
    url: str
    licence: str
    licence_url: str


MAP_CREDIT: Final = Credit(
    author="MapSVG",
    url="https://mapsvg.com/maps/france-departments",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
)
COORDINATES_CREDIT: Final = Credit(
    author="GeoNames",
    url="https://www.geonames.org/",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
)
TERRITORIES_CREDIT: Final = Credit(
    author="INSEE, DGCL",
    url="https://www.insee.fr/fr/information/2560452",
    licence="Licence Ouverte",
    licence_url="https://www.etalab.gouv.fr/licence-ouverte-open-licence",
)
