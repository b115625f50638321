"""What a schema cannot see of one case: identifiers, dates, calls to sources, HTML.

Each check speaks only of fields that the schema accepted, and must not query the database.
"""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from casestudies.interchange.form import BRIEF, canonical_partner, obstacle_id, partner_slug
from casestudies.interchange.lookups import Lookups
from casestudies.interchange.markup import cleaned, has_words, source_calls
from casestudies.interchange.problems import Problem, Record, found_expected, listed, shown
from casestudies.reference.names import name_key
from cms.dates import parse_partial_date
from cms.models.sources import only_web
from cms.sanitization import MAX_LENGTH, HtmlTooLong

VOCABULARIES = ("themes", "domains", "capacities", "sharing_models")
MAX_CENTS = 2


class Checker:
    """Checks one case, and keeps it as it will be written: `data`, `errors`, `warnings`."""

    def __init__(
        self, record: Record, data: dict[str, Any], known: Lookups, *, create_partners: bool
    ) -> None:
        self.record = record
        self.data = dict(data)
        self.known = known
        self.create_partners = create_partners
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []
        self.new_partners: list[str] = []

    def run(self) -> None:
        """Every check, in the order of the fields."""
        self.check_words()
        self.check_partners()
        self.check_territories()
        self.check_vocabularies()
        self.check_obstacles()
        self.check_tags()
        self.check_period()
        self.check_cost()
        self.check_sections()
        self.check_events()
        self.check_indicators()
        self.check_sources()
        self.check_calls()
        self.check_moments()

    def error(self, field: str, message: str) -> None:
        """Something that forbids writing."""
        self.errors.append(self.record.problem(field, message))

    def warning(self, field: str, message: str) -> None:
        """Something worth knowing."""
        self.warnings.append(self.record.problem(field, message))

    def items(self, name: str) -> Iterator[tuple[str, Any]]:
        """The items of a list with their place, counted from 1."""
        for rank, item in enumerate(self.data.get(name, ()), start=1):
            yield f"{name}[{rank}]", item

    def check_words(self) -> None:
        """Spaces alone say nothing."""
        for name in ("title", "summary"):
            if name in self.data and not self.data[name].strip():
                self.error(name, _("vide ; attendu : un texte"))
        for list_name, fields in (
            ("timeline", ("text",)),
            ("indicators", ("label", "value")),
            ("sources", ("title",)),
        ):
            for place, item in self.items(list_name):
                for name in fields:
                    if not item[name].strip():
                        self.error(f"{place}.{name}", _("vide ; attendu : un texte"))

    def check_partners(self) -> None:
        """Organizations are known, each is named once, the publisher is not its own partner."""
        organisation = self.data.get("organisation")
        if organisation is not None:
            self.check_partner("organisation", organisation)
        seen: list[Any] = []
        for place, item in self.items("partners"):
            slug = partner_slug(item)
            if slug == organisation:
                self.error(
                    place,
                    _("%s publie déjà le cas ; attendu : une autre organisation") % shown(slug),
                )
            elif canonical_partner(item) in seen:
                self.error(place, _("%s y est deux fois ; attendu : une fois") % shown(slug))
            else:
                self.check_partner(place, slug)
            seen.append(canonical_partner(item))

    def check_partner(self, place: str, slug: str) -> None:
        """An organization is in the directory, or is to be created."""
        if slug in self.known.partners:
            return
        if self.create_partners:
            self.new_partners.append(slug)
            return
        expected = _("un partenaire de l'annuaire (--create-partners crée ceux qui manquent)")
        self.error(place, found_expected(shown(slug), expected))

    def check_territories(self) -> None:
        """Codes are those of today, or lead to one."""
        codes: list[str] = []
        for place, code in self.items("territories"):
            territory = self.known.territories.get(code)
            if territory is None:
                self.error(
                    place,
                    found_expected(
                        shown(code), _("le code d'un territoire connu, actuel ou ancien")
                    ),
                )
                continue
            if territory.code != code:
                message = _("ancien code %(old)s, remplacé par %(new)s (%(name)s)")
                self.warning(
                    place, message % {"old": code, "new": territory.code, "name": territory.name}
                )
            if territory.code not in codes:
                codes.append(territory.code)
        if codes:
            self.data["territories"] = codes

    def check_vocabularies(self) -> None:
        """Identifiers exist; they are kept in the vocabulary's order."""
        for name in VOCABULARIES:
            vocabulary = self.known.vocabulary(name)
            for place, identifier in self.items(name):
                self.check_identifier(place, identifier, vocabulary)
            if name in self.data:
                ranks = {identifier: rank for rank, identifier in enumerate(vocabulary)}
                self.data[name] = sorted(self.data[name], key=lambda item: ranks.get(item, 0))

    def check_identifier(self, place: str, identifier: str, vocabulary: dict[str, Any]) -> None:
        """An identifier is one of a vocabulary's."""
        if identifier in vocabulary:
            return
        close = get_close_matches(identifier, vocabulary, n=1)
        expected = listed(sorted(vocabulary)) or _(
            "un vocabulaire chargé (commande load_reference)"
        )
        message = found_expected(shown(identifier), expected)
        self.error(
            place, f"{message} ; {_('vouliez-vous dire')} « {close[0]} » ?" if close else message
        )

    def check_obstacles(self) -> None:
        """Obstacles are known."""
        for place, item in self.items("obstacles"):
            where = place if isinstance(item, str) else f"{place}.id"
            self.check_identifier(where, obstacle_id(item), self.known.obstacles)

    def check_tags(self) -> None:
        """Tags join those that differ only by case or accents."""
        names: dict[str, str] = {}
        for place, tag in self.items("tags"):
            key = name_key(tag)
            if not key:
                self.error(
                    place, found_expected(shown(tag), _("au moins une lettre ou un chiffre"))
                )
            elif key not in names:
                names[key] = self.known.tag_names.setdefault(key, " ".join(tag.split()))
        if "tags" in self.data:
            self.data["tags"] = [names[key] for key in sorted(names)]

    def check_date(self, place: str, text: str | None) -> bool:
        """A partial date is in the calendar."""
        if text is None:
            return False
        try:
            parse_partial_date(text)
        except ValueError:
            expected = _("une date du calendrier : AAAA, AAAA-MM ou AAAA-MM-JJ")
            self.error(place, found_expected(shown(text), expected))
            return False
        return True

    def check_period(self) -> None:
        """A project does not end before it starts."""
        dates = [self.data.get(name) for name in ("started", "ended")]
        sound = [
            self.check_date(name, date)
            for name, date in zip(("started", "ended"), dates, strict=True)
        ]
        if not all(sound):
            return
        started, ended = (str(date) for date in dates)
        known = min(len(started), len(ended))
        if ended[:known] < started[:known]:
            message = _("%(ended)s vient avant le début, %(started)s")
            self.error("ended", message % {"ended": ended, "started": started})

    def check_cost(self) -> None:
        """An amount in cents, a web address."""
        cost = self.data.get("cost")
        if not cost:
            return
        amount = cost["amount"]
        if (
            amount is not None
            and -int(Decimal(str(amount)).normalize().as_tuple().exponent) > MAX_CENTS
        ):
            self.error("cost.amount", found_expected(shown(amount), _("deux décimales au plus")))
        self.check_address("cost.source", cost.get("source"))

    def check_address(self, place: str, url: str | None) -> None:
        """An address that the site accepts to show."""
        if not url:
            return
        try:
            only_web(url)
        except ValidationError:
            expected = _("une adresse complète, qui commence par http:// ou https://")
            self.error(place, found_expected(shown(url), expected))

    def check_sections(self) -> None:
        """HTML passes the one door; what that takes away is said."""
        kept: dict[str, str] = {}
        for name, html in self.data.get("sections", {}).items():
            place = f"sections.{name}"
            try:
                text, removed = cleaned(html)
            except HtmlTooLong:
                self.error(
                    place,
                    _("trop long une fois nettoyé ; attendu : %d signes au plus") % MAX_LENGTH,
                )
                continue
            if removed:
                self.warning(place, _("retiré au nettoyage : %s") % ", ".join(removed))
            if has_words(text):
                kept[name] = text
            else:
                self.error(place, _("vide une fois nettoyé ; attendu : un texte"))
        if "sections" in self.data:
            self.data["sections"] = kept

    def check_events(self) -> None:
        """Moments have sound dates and known identifiers."""
        for place, event in self.items("timeline"):
            self.check_date(f"{place}.date", event.get("date"))
            for name, vocabulary in (
                ("capacity", self.known.capacities),
                ("obstacle", self.known.obstacles),
            ):
                if name in event:
                    self.check_identifier(f"{place}.{name}", event[name], vocabulary)

    def check_indicators(self) -> None:
        """A figure's source is one of the case's."""
        addresses = {source.get("url") for source in self.data.get("sources", ())}
        for place, indicator in self.items("indicators"):
            url = indicator.get("source")
            self.check_address(f"{place}.source", url)
            if url and "sources" in self.data and url not in addresses:
                self.warning(
                    f"{place}.source", _("%s n'est pas parmi les sources du cas") % shown(url)
                )

    def check_sources(self) -> None:
        """Sources have sound addresses and dates."""
        for place, source in self.items("sources"):
            self.check_address(f"{place}.url", source.get("url"))
            self.check_date(f"{place}.consulted", source.get("consulted"))

    def check_calls(self) -> None:
        """[4] needs a fourth source."""
        raw = self.record.data
        if "sources" not in self.data and isinstance(raw, dict) and "sources" in raw:
            return
        count = len(self.data.get("sources", ()))
        expected = _("un appel de [1] à [%d]") % count if count else _("une liste de sources")
        for place, text in self.texts_with_calls():
            for number in sorted(source_calls(text)):
                if not 1 <= number <= count:
                    self.error(place, found_expected(f"[{number}]", expected))

    def texts_with_calls(self) -> Iterator[tuple[str, str]]:
        """Every text in which sources may be called."""
        for name, html in self.data.get("sections", {}).items():
            yield f"sections.{name}", html
        for name in BRIEF:
            yield f"brief.{name}", self.data.get("brief", {}).get(name, "")
        for place, event in self.items("timeline"):
            yield f"{place}.text", event["text"]

    def check_moments(self) -> None:
        """Publication dates are in the past and in order; they are kept to the second, in UTC."""
        moments: dict[str, datetime.datetime] = {}
        for name in ("published_at", "updated_at"):
            text = self.data.get(name)
            if text is None:
                continue
            moment = aware_moment(text)
            if moment is None:
                expected = _("une date et une heure ISO 8601 avec fuseau, 2026-11-23T09:30:00Z")
                self.error(name, found_expected(shown(text), expected))
            elif moment > timezone.now() + datetime.timedelta(days=1):
                self.error(name, found_expected(shown(text), _("une date passée")))
            else:
                moments[name] = moment
                self.data[name] = written_moment(moment)
        if len(moments) > 1 and moments["updated_at"] < moments["published_at"]:
            self.error("updated_at", _("vient avant published_at"))


def aware_moment(text: str) -> datetime.datetime | None:
    """A moment with its time zone; None if `text` is not one."""
    try:
        moment = parse_datetime(text)
        return moment.astimezone(datetime.UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def written_moment(moment: datetime.datetime) -> str:
    """A moment as the format writes it: 2026-11-23T09:30:00Z."""
    utc = moment.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None)
    return f"{utc.isoformat()}Z"
