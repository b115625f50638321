"""The full form of a case, as the editor validates it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.models.base import BasePageForm
from cms.sanitization import plain_text

TITLE_LIMIT = 120
SECTION_FIELDS = ("context", "approach", "data", "governance", "results", "lessons")


class CaseStudyForm(BasePageForm):
    """Asks for what a case cannot do without, when it is submitted: never while it is a draft."""

    def is_valid(self) -> bool:
        """A case takes place somewhere; child rows are only known to be sound once all are validated."""
        valid: bool = super().is_valid()
        places = self.formsets.get("case_territories")
        if places is None or self.is_deferred_validation:
            return valid
        kept = [
            form
            for form in places.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]
        if not any(form.cleaned_data.get("territory") for form in kept):
            self.add_error(None, _("Indiquez au moins un territoire, dans « Où »."))
            return False
        return valid

    def clean_title(self) -> str:
        """As long as the interchange format allows, so that every case can be exported."""
        title: str = self.cleaned_data["title"]
        if len(title) > TITLE_LIMIT:
            raise ValidationError(
                _("%(count)s signes : un titre en compte %(limit)s au plus.")
                % {"count": len(title), "limit": TITLE_LIMIT}
            )
        return title

    def clean(self) -> dict[str, Any]:
        """A summary, a theme and a section make a case; tags join existing ones."""
        cleaned: dict[str, Any] = super().clean()
        if tags := cleaned.get("tags"):
            from casestudies.models.tags import canonical_tags  # noqa: PLC0415 - models need this form

            cleaned["tags"] = canonical_tags(tags)
        if self.is_deferred_validation:
            return cleaned
        if "summary" in self.fields and not cleaned.get("summary"):
            self.add_error("summary", _("Deux ou trois phrases suffisent."))
        if "themes" in self.fields and not cleaned.get("themes"):
            self.add_error(
                "themes", _("Choisissez au moins un thème : c'est par là que le cas sera trouvé.")
            )
        written = [plain_text(cleaned.get(name) or "") for name in SECTION_FIELDS]
        if "approach" in self.fields and not any(written):
            self.add_error("approach", _("Racontez au moins ce que vous avez fait."))
        return cleaned
