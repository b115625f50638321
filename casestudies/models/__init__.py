"""The models of the domain, one concept a module."""

from casestudies.models.case_parts import (
    CaseEvent,
    CaseIndicator,
    CaseObstacle,
    CasePartner,
    CaseSource,
    CaseTerritory,
)
from casestudies.models.case_study import CaseStudyPage
from casestudies.models.tags import CaseStudyTag, CaseTag
from casestudies.models.territories import ReferenceLoad, Territory, TerritoryFormerCode
from casestudies.models.vocabularies import (
    Capacity,
    Domain,
    Obstacle,
    Referential,
    SharingModel,
    Theme,
    ThemeCorrespondence,
)

__all__ = [
    "Capacity",
    "CaseEvent",
    "CaseIndicator",
    "CaseObstacle",
    "CasePartner",
    "CaseSource",
    "CaseStudyPage",
    "CaseStudyTag",
    "CaseTag",
    "CaseTerritory",
    "Domain",
    "Obstacle",
    "ReferenceLoad",
    "Referential",
    "SharingModel",
    "Territory",
    "TerritoryFormerCode",
    "Theme",
    "ThemeCorrespondence",
]
