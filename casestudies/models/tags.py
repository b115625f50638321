"""Free tags: two that differ only by case or accents are the same."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase

from casestudies.reference.names import name_key


class CaseStudyTag(TagBase):
    """A tag of cases, apart from those of images and documents."""

    key = models.CharField(_("nom sans accents"), max_length=100, unique=True, editable=False)
    free_tagging = True

    class Meta:
        verbose_name = _("mot-clé")
        verbose_name_plural = _("mots-clés")
        ordering = ["name"]

    def clean(self) -> None:
        """A tag that another already is, but for case and accents, is that other."""
        super().clean()
        others = CaseStudyTag.objects.exclude(pk=self.pk).filter(key=name_key(self.name))
        if twin := others.first():
            raise ValidationError(
                {"name": _("Ce mot-clé existe déjà : « %(name)s ».") % {"name": twin.name}}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The key follows the name."""
        self.key = name_key(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "key"}
        super().save(*args, **kwargs)


class CaseTag(ItemBase):
    """A tag on a case."""

    tag = models.ForeignKey(CaseStudyTag, on_delete=models.CASCADE, related_name="tagged_cases")
    content_object = ParentalKey(
        "casestudies.CaseStudyPage", on_delete=models.CASCADE, related_name="tagged_items"
    )

    class Meta:
        verbose_name = _("mot-clé du cas")
        verbose_name_plural = _("mots-clés")


def canonical_tags(names: Iterable[str]) -> list[str]:
    """`names` as existing tags write them, without doubles; new ones as they are.

    "Eclairage Public" becomes "éclairage public" when that tag exists.
    """
    # A list pasted at once arrives as a single name.
    cleaned = [" ".join(part.split())[:100] for name in names for part in name.split(",")]
    keys = {name_key(name): name for name in reversed(cleaned) if name_key(name)}
    existing = dict(CaseStudyTag.objects.filter(key__in=keys).values_list("key", "name"))
    ordered = dict.fromkeys(name_key(name) for name in cleaned if name_key(name))
    return [existing.get(key, keys[key]) for key in ordered]
