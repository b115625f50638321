"""Closed lists of the domain. Values are the identifiers of the interchange format."""

from bisect import bisect_right

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a case is: told by who lived it, or analyzed from outside."""

    EXPERIENCE_REPORT = "experience-report", _("Retour d'expérience")
    CASE_STUDY = "case-study", _("Étude de cas")


class Step(models.TextChoices):
    """How far along the way a case is; the order is that of the way."""

    CULTURE = "culture", _("Culture de la donnée")
    SKILLS = "competences", _("Montée en compétences")
    STRATEGY = "strategie", _("Stratégie")
    SERVICE = "service", _("Data service")

    @property
    def position(self) -> int:
        """1 to 4."""
        return list(Step).index(self) + 1


class Status(models.TextChoices):
    """Where the project stands."""

    THINKING = "reflexion", _("En réflexion")
    EXPERIMENT = "experimentation", _("Expérimentation")
    DEPLOYED = "deploye", _("Déployé")
    PAUSED = "en-pause", _("En pause")
    ABANDONED = "abandonne", _("Abandonné")
    TRANSFORMED = "transforme", _("Transformé ou repris")


class Reliability(models.TextChoices):
    """How solid the sources are."""

    A = "A", _("Sources primaires ou concordantes")
    B = "B", _("Presse spécialisée ou source unique")
    C = "C", _("Source promotionnelle, wiki ou extrait court")


class Licence(models.TextChoices):
    """Under what terms a page may be used again."""

    LICENCE_OUVERTE = "lo-2.0", _("Licence Ouverte 2.0 (Etalab)")
    ODBL = "odbl", _("ODbL")
    MOBILITES = "mobilites", _("Licence Mobilités")
    CC_BY = "cc-by", _("CC-BY 4.0")
    OTHER = "specifique", _("Licence spécifique")


class EventKind(models.TextChoices):
    """What happened, in the account of how things were done."""

    TRIGGER = "trigger", _("Déclencheur")
    MILESTONE = "milestone", _("Jalon")
    DECISION = "decision", _("Décision")
    CONTRACT = "contract", _("Contrat")
    PUBLICATION = "publication", _("Publication")
    OBSTACLE = "obstacle", _("Obstacle")
    DELAY = "delay", _("Retard")
    CHANGE = "change", _("Changement de cap")
    COST = "cost", _("Coût")
    RESULT = "result", _("Résultat")
    STOP = "stop", _("Arrêt")


class IndicatorNature(models.TextChoices):
    """Where a figure comes from: promise and measurement are never mixed."""

    MEASURED = "measured", _("mesuré")
    ESTIMATED = "estimated", _("estimé")
    PROMISED = "promised", _("promis")


class PartnerRole(models.TextChoices):
    """What another organization did in a case."""

    PARTNER = "partner", _("Partenaire")
    FUNDER = "funder", _("Financeur")
    SUPPLIER = "supplier", _("Prestataire")
    RESEARCH = "research", _("Recherche")
    NETWORK = "network", _("Réseau ou appui")


class TerritoryKind(models.TextChoices):
    """Levels of territory."""

    COMMUNE = "commune", _("Commune")
    EPCI = "epci", _("Intercommunalité")
    EPT = "ept", _("Établissement public territorial")
    DEPARTEMENT = "departement", _("Département")
    REGION = "region", _("Région")
    CANTON = "canton", _("Canton")
    COUNTRY = "pays", _("Pays")


class PopulationBand(models.TextChoices):
    """Bands of inhabitants in which collectivities compare themselves."""

    UNDER_3500 = "moins-3500", _("Moins de 3 500 habitants")
    TO_20000 = "3500-20000", _("De 3 500 à 20 000")
    TO_100000 = "20000-100000", _("De 20 000 à 100 000")
    TO_300000 = "100000-300000", _("De 100 000 à 300 000")
    OVER_300000 = "plus-300000", _("Plus de 300 000")

    @classmethod
    def of(cls, population: int | None) -> "PopulationBand | None":
        """The band of a number of inhabitants; None when it is unknown."""
        if population is None:
            return None
        return _BANDS[bisect_right(_BOUNDS, population)]


_BANDS = tuple(PopulationBand)
_BOUNDS = (3_500, 20_000, 100_000, 300_000)


class DomainFamily(models.TextChoices):
    """Families of domains; each has its own shape of tile."""

    NETWORKS = "reseaux", _("Réseaux et équipements")
    ENVIRONMENT = "milieu", _("Milieu et sol")
    INHABITANTS = "habitants", _("Habitants")
    INSTITUTION = "institution", _("Institution")
