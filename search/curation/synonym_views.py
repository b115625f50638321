"""Pages of the editor about synonyms beyond the usual ones: preview, warnings, rules as text."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, IndexView

from search.curation import rule_text
from search.curation.panels import synonym_edit_handler
from search.curation.preview import Preview, preview_of, wide_searches
from search.models import SynonymRule
from search.query import clean_text
from search.rules import glossary_rules

FREE_SEARCH = "essai"
"""The field of the form that holds a search to try; no part of the rule."""


def address(name: str) -> str:
    """Where one of the pages about synonyms is."""
    return reverse(f"wagtailsnippets_search_synonymrule:{name}")


class SynonymIndexView(IndexView):
    """The list, with a way to the rules as text."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Wagtail's own, then the text."""
        label = _("Importer ou exporter en texte")
        return [
            *super().header_more_buttons,
            Button(label, url=address("text"), icon_name="doc-full"),
        ]


class CarefulSaving:
    """Says which searches the rule makes too wide, and refuses a twin saved a moment before."""

    request: HttpRequest
    object: SynonymRule
    produced_error_message: str

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        """Save; the database is the last to refuse a twin."""
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except IntegrityError:
            form.add_error(None, _("Une règle réunit déjà ces mots."))
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined, no-any-return]
        for change in wide_searches(self.object):
            warning = _("Avec cette règle, « %(text)s » trouve plus de la moitié des fiches.")
            messages.warning(self.request, warning % {"text": change.text})
        return response


class SynonymCreateView(CarefulSaving, CreateView):
    """The form of a new rule; the report of searches leads here with its words."""

    def get_initial(self) -> dict[str, Any]:
        """The words that the address names."""
        return {**super().get_initial(), "left": clean_text(self.request.GET.get("left", ""))[:120]}


class SynonymEditView(CarefulSaving, EditView):
    """The form of a rule."""


class SynonymDeleteView(DeleteView):
    """Before a rule goes, what goes with it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Searches with the rule and without it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["preview"] = preview_of(self.object, removed=True)
        return context


class SynonymPage(WagtailAdminTemplateMixin, PermissionCheckedMixin, View):
    """A page of its own below the list."""

    model = SynonymRule
    header_icon = "resubmit"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The list, then this page."""
        listed = {"url": address("list"), "label": _("Synonymes")}
        return [*super().get_breadcrumbs_items(), listed, {"url": "", "label": self.page_title}]


class PreviewRuleView(SynonymPage):
    """What the rule in the form would change: a whole page, or for a script the result alone."""

    any_permission_required = ["add", "change"]
    page_title = gettext_lazy("Ce que la règle change")
    template_name = "search/admin/rule_preview_page.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: str = "") -> HttpResponse:
        """Read the form as saving it would, and save nothing."""
        rule = get_object_or_404(SynonymRule, pk=pk) if pk else SynonymRule()
        form_class = synonym_edit_handler().bind_to_model(SynonymRule).get_form_class()
        form = form_class(request.POST, instance=rule, for_user=request.user)
        preview: Preview | None = None
        if form.is_valid():
            preview = preview_of(form.instance, request.POST.get(FREE_SEARCH, ""))
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            self.template_name = "search/admin/rule_preview.html"
        return self.render_to_response(self.get_context_data(form=form, preview=preview))


class RulesTextForm(forms.Form):
    """A text typed, or a file."""

    text = forms.CharField(
        label=gettext_lazy("Règles à ajouter"),
        required=False,
        max_length=rule_text.MAX_SIZE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Une par ligne : « A = B » dans les deux sens, « A > B » quand chercher A trouve aussi B. "
            "Ce qui suit un # est une note."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Ou un fichier texte"),
        required=False,
        help_text=gettext_lazy("En UTF-8, de la même forme."),
    )

    def clean_file(self) -> str:
        """The file's text."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if (file.size or 0) > rule_text.MAX_SIZE:
            raise ValidationError(_("Le fichier est trop gros : 200 Ko au plus."))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(_("Le fichier n'est pas un texte en UTF-8.")) from None

    def clean(self) -> dict[str, Any]:
        """Every line is a rule, or none is taken."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        text = "\n".join(filter(None, (cleaned["text"], cleaned["file"])))
        if not text.strip():
            raise ValidationError(_("Écrivez au moins une règle, ou choisissez un fichier."))
        cleaned["reading"] = rule_text.read_text(text)
        return cleaned


class RulesTextView(SynonymPage):
    """All rules as text, to take away, and the same text taken in."""

    any_permission_required = ["add", "change", "view"]
    page_title = gettext_lazy("Les règles en texte")
    template_name = "search/admin/rules_text.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page, or the text as a file."""
        if "fichier" in request.GET:
            body = "\n".join([*rule_text.written(SynonymRule.objects.all()), ""])
            response = HttpResponse(body, content_type="text/plain; charset=utf-8")
            response["Content-Disposition"] = 'attachment; filename="synonymes.txt"'
            return response
        return self.page(RulesTextForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add the rules, all of them or none."""
        if not self.user_has_permission("add"):
            raise PermissionDenied
        form = RulesTextForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form)
        reading: rule_text.Reading = form.cleaned_data["reading"]
        if reading.faults:
            return self.page(form, faults=reading.faults)
        added = rule_text.add(reading.rules, request.user)
        message = ngettext("%(count)d règle ajoutée.", "%(count)d règles ajoutées.", added)
        messages.success(request, message % {"count": added})
        if reading.known:
            known = ngettext(
                "%(count)d règle existait déjà.", "%(count)d règles existaient déjà.", reading.known
            )
            messages.info(request, known % {"count": reading.known})
        return redirect(address("list"))

    def page(self, form: forms.Form, **context: Any) -> HttpResponse:
        """The form above the rules as they are."""
        rules = list(SynonymRule.objects.all())
        context |= {
            "form": form,
            "can_add": self.user_has_permission("add"),
            "lines": list(rule_text.written(rules)),
            "derived": [
                f"{r.left} {'=' if r.two_way else '>'} {r.right}" for r in glossary_rules()
            ],
        }
        return self.render_to_response(self.get_context_data(**context))
