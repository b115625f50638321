"""Words that stand for one another in searches, kept by the collective's team."""

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from search.analysis import is_stop_word, stem, visible_text, words_of
from search.synonyms import MAX_WORDS, telling_words

MAX_TELLING_WORDS = 6
"""On one side; a longer expression is a sentence, and nobody types it."""


class SynonymRule(models.Model):
    """Searching `left` also finds `right`; and the other way round when the rule is two-way."""

    left = models.CharField(
        _("mots cherchés"),
        max_length=120,
        help_text=_("Ce que les lecteurs tapent : un mot, un sigle ou une expression."),
    )
    right = models.CharField(
        _("trouvent aussi"),
        max_length=120,
        help_text=_(
            "Ce que les fiches écrivent. Accents, majuscules et pluriels sont indifférents."
        ),
    )
    is_two_way = models.BooleanField(
        _("dans les deux sens"),
        default=True,
        help_text=_(
            "Décochez quand les seconds mots sont plus larges, ou quand les premiers ont un autre "
            "sens (« AMI »)."
        ),
    )
    is_active = models.BooleanField(
        _("en service"),
        default=True,
        help_text=_("Hors service, la règle reste écrite et la recherche ne la suit plus."),
    )
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("Pour l'équipe : pourquoi cette règle, ce qu'il faut surveiller."),
    )
    pair = models.CharField(max_length=64, unique=True, editable=False)
    """A digest of both sides as they are compared, in no order: one rule speaks of two expressions."""
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("synonyme")
        verbose_name_plural = _("synonymes")
        ordering = ["left", "right"]

    def __str__(self) -> str:
        return f"{self.left} {'=' if self.is_two_way else '>'} {self.right}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The digest follows the words."""
        self.pair = pair_of(self.left, self.right)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse what could not work, and what another rule says already."""
        super().clean()
        self.clean_words()
        if twin := SynonymRule.objects.exclude(pk=self.pk).filter(pair=self.pair).first():
            raise ValidationError(gettext("Une règle réunit déjà ces mots : « %s ».") % twin)

    def clean_words(self) -> None:
        """Refuse empty or endless sides, stop words, and sides that are the same to the search."""
        typed = {"left": self.left, "right": self.right}
        self.left, self.right, self.note = map(visible_text, (self.left, self.right, self.note))
        self.pair = pair_of(self.left, self.right)
        refused = {
            name: refusal
            for name, text in typed.items()
            # A side left empty has been told so already.
            if text and (refusal := refusal_of_side(visible_text(text)))
        }
        if not refused and stems_of(self.left) == stems_of(self.right):
            refused["right"] = gettext(
                "Pour la recherche, ce sont déjà les mêmes mots : la règle n'aurait pas d'effet."
            )
        if refused:
            raise ValidationError(refused)


class LoadedSynonym(models.Model):
    """A pair that the reference file has already given: what became of its rule is the team's affair."""

    pair = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.pair


def stems_of(text: str) -> tuple[str, ...]:
    """What tells `text` from another for the search, which already ignores plurals and accents."""
    return tuple(map(stem, telling_words(text)))


def pair_of(left: str, right: str) -> str:
    """The same for all rules between the same expressions, whichever side they stand on."""
    sides = sorted(" ".join(telling_words(side)) for side in (left, right))
    return hashlib.sha256("\n".join(sides).encode()).hexdigest()


def refusal_of_side(text: str) -> str:
    """Why `text` cannot be a side of a rule; nothing when it can."""
    words = telling_words(text)
    if sum(map(len, words)) < 2:
        return gettext("Il n'y a là aucun mot que la recherche puisse lire.")
    if all(map(is_stop_word, words)):
        return gettext("La recherche laisse de côté les mots courants comme « %s ».") % text
    if len(words) > MAX_TELLING_WORDS or len(words_of(text)) > MAX_WORDS:
        return gettext("C'est trop long : %(most)d mots au plus, petits mots non compris.") % {
            "most": MAX_TELLING_WORDS
        }
    return ""
