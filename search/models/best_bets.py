"""Answers that the team pins to queries."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.visibility import is_visible
from search.analysis import is_stop_word, visible_text, words_of

MAX_QUERIES = 30
MAX_QUERY = 200


class BestBet(models.Model):
    """A page shown first to whoever searches exactly one of some queries."""

    queries = models.TextField(
        _("recherches"),
        max_length=MAX_QUERIES * MAX_QUERY,
        help_text=_(
            "Une par ligne. La page est montrée à qui cherche exactement ces mots ; majuscules, "
            "accents, ponctuation et petits mots (« le », « pour ») ne comptent pas."
        ),
    )
    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, related_name="+", verbose_name=_("page à montrer d'abord")
    )
    reason = models.CharField(
        _("pourquoi"),
        max_length=200,
        blank=True,
        help_text=_("Une phrase que les lecteurs voient sous la page. Facultative."),
    )
    order = models.PositiveSmallIntegerField(
        _("ordre"),
        default=0,
        validators=[MaxValueValidator(99)],
        help_text=_("Quand plusieurs réponses vont à la même recherche : la plus petite d'abord."),
    )
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("réponse choisie")
        verbose_name_plural = _("réponses choisies")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.queries.partition(chr(10))[0]} → {self.page}"

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Its keys are written anew with it."""
        super().save(*args, **kwargs)
        self.keys.all().delete()
        keys = dict.fromkeys(map(query_key, self.lines))
        BestBetKey.objects.bulk_create(BestBetKey(bet=self, key=key) for key in keys if key)

    @property
    def lines(self) -> list[str]:
        """Its queries, as they were typed."""
        return self.queries.splitlines()

    def clean(self) -> None:
        """Queries are readable, bounded and not pinned to this page already; the page is public."""
        super().clean()
        self.reason = visible_text(self.reason)
        was_typed = bool(self.queries)
        lines = [line for typed in self.queries.splitlines() if (line := visible_text(typed))]
        self.queries = "\n".join(dict.fromkeys(lines))
        refused: dict[str, str] = {}
        if refusal := refusal_of_queries(self.lines):
            # Left empty, the field has said so already.
            refused |= {"queries": refusal} if was_typed else {}
        elif twin := self.twin():
            message = gettext("« %(query)s » montre déjà cette page : modifiez cette réponse-là.")
            refused["queries"] = message % {"query": twin}
        if self.page_id and not is_visible(self.page):
            refused["page"] = gettext("Choisissez une page publiée, que tout le monde peut lire.")
        if refused:
            raise ValidationError(refused)

    def twin(self) -> str:
        """A query of this answer that another answer pins to the same page."""
        if not self.page_id:
            return ""
        others = BestBetKey.objects.filter(bet__page_id=self.page_id).exclude(bet_id=self.pk)
        pinned = set(others.values_list("key", flat=True))
        return next((line for line in self.lines if query_key(line) in pinned), "")


class BestBetKey(models.Model):
    """One query of a best bet, as queries are compared."""

    bet = models.ForeignKey(BestBet, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=MAX_QUERY, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bet", "key"], name="one_key_per_best_bet")]

    def __str__(self) -> str:
        return self.key


def query_key(text: str) -> str:
    """What makes two queries the same: their telling words, folded, in order.

    A query made of stop words alone keeps them: it has nothing else to be known by.
    """
    words = words_of(text)
    return " ".join([word for word in words if not is_stop_word(word)] or words)[:MAX_QUERY]


def refusal_of_queries(lines: list[str]) -> str:
    """Why these lines cannot be the queries of an answer; nothing when they can."""
    if not lines:
        return gettext("Écrivez au moins une recherche.")
    if len(lines) > MAX_QUERIES:
        return gettext("%d recherches au plus par réponse.") % MAX_QUERIES
    for line in lines:
        if len(line) > MAX_QUERY:
            return gettext("Une recherche a %(most)d caractères au plus : « %(line)s… »") % {
                "most": MAX_QUERY,
                "line": line[:40],
            }
        if not query_key(line):
            return gettext("« %s » ne contient aucun mot que la recherche puisse lire.") % line
    return ""
