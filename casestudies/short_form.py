"""The short form: an experience told in ten minutes, as a draft that can be completed later.

It asks little and loses nothing: what was typed comes back with every error, and sending the form
twice makes one page.
"""

import re
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.models import Page
from wagtail.permissions import policy_registry

from casestudies.completeness import completeness_of
from casestudies.models import CaseStudyPage, CaseTerritory, Territory, Theme
from casestudies.models.territories import resolve_territory
from casestudies.territory_chooser import territory_chooser
from cms.dates import validate_partial_date
from cms.models import PartnerPage
from cms.models.base import SUMMARY_LIMIT

TEXT_LIMIT = 30_000
SUMMARY_TARGET = 300
"""A summary made by itself takes whole sentences up to about this many characters."""
TOKENS = uuid.UUID("6f5b3d0e-5b0c-4b6a-9a43-0d2b8f0a6c11")
"""Namespace in which a form's token becomes the identity of the page it makes."""
SLASH_DATE = re.compile(r"(?:(\d{1,2})/)?(\d{1,2})/(\d{4})\Z")


def writable_partners(user: Any) -> Any:
    """The organizations below whose page `user` may add pages."""
    policy = policy_registry.get_by_type(Page)
    pages = policy.instances_user_has_any_permission_for(user, ["add"])
    return PartnerPage.objects.filter(pk__in=pages.values("pk")).order_by("title")


def paragraphs(text: str) -> str:
    """Plain text as safe HTML: each line that says something is a paragraph."""
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def numbered(text: str) -> str:
    """Plain text as a safe numbered list, one item a line."""
    lines = (re.sub(r"^(?:[-–—•*]|\d+[.)])\s+", "", line.strip()) for line in text.splitlines())
    items = "".join(f"<li>{escape(line)}</li>" for line in lines if line)
    return f"<ol>{items}</ol>" if items else ""


def first_sentences(text: str) -> str:
    """The first whole sentences of `text`, cut at a word when the very first is too long."""
    bare = " ".join(text.split())
    if len(bare) <= SUMMARY_TARGET:
        return bare
    ends = [
        match.end() for match in re.finditer(r"[.!?…](?=\s)", bare) if match.end() <= SUMMARY_TARGET
    ]
    if ends:
        return bare[: ends[-1]]
    return bare[: SUMMARY_TARGET - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


class TerritoryWidget(territory_chooser.widget_class):  # type: ignore[name-defined, misc]  # made by the viewset
    """The chooser, which shows nothing chosen where a forged value names no territory."""

    def get_instance(self, value: Any) -> Territory | None:
        """The chosen territory, if there is one."""
        try:
            found: Territory | None = super().get_instance(value)
        except (ValueError, TypeError, Territory.DoesNotExist):
            return None
        return found


class ShortForm(forms.Form):
    """Six questions. Only the title is needed to keep a draft; the rest to send it to the review."""

    organisation = forms.ModelChoiceField(
        PartnerPage.objects.none(),
        label=gettext_lazy("Pour quelle organisation"),
        empty_label=gettext_lazy("Choisissez…"),
        error_messages={"required": gettext_lazy("Choisissez l'organisation qui publie.")},
    )
    title = forms.CharField(
        label=gettext_lazy("Ce que vous avez fait, en une ligne"),
        max_length=120,
        help_text=gettext_lazy(
            "Par exemple : « Mutualiser un poste de géomaticien à cinq communes ». Vous pourrez changer."
        ),
        error_messages={
            "required": gettext_lazy(
                "Donnez un titre, même provisoire : vous le retrouverez par lui."
            )
        },
    )
    approach = forms.CharField(
        label=gettext_lazy("Racontez"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea({"rows": 10}),
        help_text=gettext_lazy(
            "Comme à une collègue d'une autre collectivité : d'où vous partiez, ce que vous avez fait, ce qui a coincé."
        ),
    )
    territory = forms.ModelChoiceField(
        Territory.objects.all(), label=gettext_lazy("Où"), required=False, widget=TerritoryWidget
    )
    started = forms.CharField(
        label=gettext_lazy("Depuis quand"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("L'année suffit : 2021. Ou 03/2021."),
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.none(),
        label=gettext_lazy("De quoi cela parle"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Un ou deux thèmes : c'est par là que les lecteurs vous trouveront."
        ),
    )
    lesson = forms.CharField(
        label=gettext_lazy("Ce que vous diriez à qui veut s'y mettre"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Un conseil, ou ce que vous ne referiez pas. Un par ligne."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Résumé"),
        required=False,
        max_length=SUMMARY_LIMIT,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "Laissez vide : les premières phrases de votre récit serviront. Vous pourrez le changer."
        ),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, is_sent: bool = False, **kwargs: Any) -> None:
        self.partners = list(writable_partners(user))
        kwargs["initial"] = {
            "token": uuid.uuid4(),
            **self.starting_point(),
            **(kwargs.get("initial") or {}),
        }
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.is_sent = is_sent
        self.choices("themes").queryset = Theme.objects.reference()
        if len(self.partners) == 1:
            del self.fields["organisation"]
        else:
            self.choices("organisation").queryset = PartnerPage.objects.filter(
                pk__in=[partner.pk for partner in self.partners]
            ).order_by("title")

    def choices(self, name: str) -> forms.ModelChoiceField:
        """The field `name`, whose choices depend on who writes."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        return field

    def starting_point(self) -> dict[str, Any]:
        """The partner's own territory, where most of what it tells took place."""
        if len(self.partners) != 1 or not self.partners[0].territory_code:
            return {}
        return {"territory": resolve_territory(self.partners[0].territory_code)}

    def clean_title(self) -> str:
        """One line."""
        return " ".join(
            "".join(c if c.isprintable() else " " for c in self.cleaned_data["title"]).split()
        )

    def clean_started(self) -> str:
        """03/2021 and 4/3/2021 are what people type."""
        typed = self.cleaned_data["started"].strip()
        if match := SLASH_DATE.match(typed):
            day, month, year = match.groups()
            typed = f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")
        if typed:
            try:
                validate_partial_date(typed)
            except ValidationError as error:
                raise ValidationError(
                    _("Écrivez l'année (2021), ou le mois et l'année (03/2021).")
                ) from error
        return typed

    def clean(self) -> dict[str, Any]:
        """What a draft may lack, a text sent to the review must have."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned.setdefault("organisation", self.partners[0] if len(self.partners) == 1 else None)
        partner = cleaned["organisation"]
        if (
            partner
            and not cleaned.get("territory")
            and "territory" not in self.errors
            and partner.territory_code
        ):
            cleaned["territory"] = resolve_territory(partner.territory_code)
        if self.is_sent:
            self.ask_for(
                cleaned,
                "approach",
                _("Racontez au moins ce que vous avez fait, en quelques phrases."),
            )
            self.ask_for(
                cleaned,
                "territory",
                _("Dites où : les lecteurs cherchent des collectivités comme la leur."),
            )
            self.ask_for(cleaned, "themes", _("Choisissez au moins un thème."))
        if not cleaned.get("summary"):
            cleaned["summary"] = first_sentences(cleaned.get("approach") or "")
        return cleaned

    def ask_for(self, cleaned: dict[str, Any], name: str, reason: str) -> None:
        """Add `reason` to the field when nothing is there and nothing else is wrong with it."""
        if name not in self.errors and not cleaned.get(name):
            self.add_error(name, reason)


def free_slug(title: str, parent: Page) -> str:
    """An address that no page beside it has."""
    base = slugify(title.replace("œ", "oe").replace("Œ", "oe").replace("'", " ").replace("’", " "))[
        :80
    ].strip("-")
    base = base or "experience"
    taken = set(parent.get_children().filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(
        slug for number in range(2, len(taken) + 3) if (slug := f"{base}-{number}") not in taken
    )


def identity(user: Any, token: uuid.UUID) -> uuid.UUID:
    """The identity of the page that `user` makes with the form of that token."""
    return uuid.uuid5(TOKENS, f"{user.pk}:{token}")


@transaction.atomic
def create(data: dict[str, Any], user: Any, is_sent: bool) -> CaseStudyPage:
    """The draft, its first revision and, if it is sent, its review: all or nothing.

    The page's translation key comes from the form's token and is unique in the database: a second
    creation from the same form raises IntegrityError.
    """
    parent = PartnerPage.objects.select_for_update().get(pk=data["organisation"].pk)
    page = CaseStudyPage(
        title=data["title"],
        slug=free_slug(data["title"], parent),
        summary=data["summary"],
        approach=paragraphs(data.get("approach") or ""),
        lessons=numbered(data.get("lesson") or ""),
        started=data.get("started") or "",
        live=False,
        owner=user,
        translation_key=identity(user, data["token"]),
    )
    if data.get("territory"):
        page.case_territories = [CaseTerritory(territory=data["territory"], sort_order=0)]
    page.themes = list(data.get("themes") or [])
    parent.add_child(instance=page)
    page.save_revision(user=user, log_action="wagtail.create", clean=False)
    if is_sent and (workflow := page.get_workflow()):
        workflow.start(page, user)
    return page


def create_once(data: dict[str, Any], user: Any, is_sent: bool) -> tuple[CaseStudyPage, bool]:
    """The page of this form, and whether it has just been made: a form sent twice makes one."""
    made = CaseStudyPage.objects.filter(translation_key=identity(user, data["token"]))
    for attempt in range(3):
        if existing := made.first():
            return existing, False
        try:
            return create(data, user, is_sent), True
        except IntegrityError:
            # The same form, sent twice at once, or a neighbor that took the same place in the tree.
            if attempt == 2:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


class TellView(View):
    """The page of the short form."""

    template_name = "casestudies/admin/short_form.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty form, with what can be known beforehand."""
        return self.show(request, ShortForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the draft, send it if that is what was asked, and go on in the full form."""
        is_sent = "send" in request.POST
        form = ShortForm(request.POST, user=request.user, is_sent=is_sent)
        if not form.is_valid():
            return self.show(request, form)
        page, _is_new = create_once(form.cleaned_data, request.user, is_sent)
        messages.success(request, told(page))
        return redirect(
            "wagtailadmin_home" if is_sent else reverse("wagtailadmin_pages:edit", args=[page.pk])
        )

    def show(self, request: HttpRequest, form: ShortForm) -> HttpResponse:
        """The form, or a way out for an account that writes for nobody yet."""
        if not form.partners:
            messages.error(
                request,
                _(
                    "Votre compte n'est rattaché à aucune organisation. Écrivez à la modération, qui le fera."
                ),
            )
            return redirect("wagtailadmin_home")
        title = _("Raconter une expérience")
        context = {
            "form": form,
            "media": form.media,
            "partner": form.partners[0] if len(form.partners) == 1 else None,
            "page_title": title,
            "header_title": title,
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Mon espace")},
                {"url": "", "label": title},
            ],
        }
        return TemplateResponse(
            request, self.template_name, context, status=422 if form.errors else 200
        )


def told(page: CaseStudyPage) -> str:
    """What has been done, and what would help readers most."""
    done = (
        _("« %(title)s » est envoyé en relecture. Vous serez prévenu par courriel.")
        if page.workflow_in_progress
        else _(
            "Brouillon enregistré : « %(title)s ». Vous pouvez fermer cette page sans rien perdre."
        )
    ) % {"title": page.title}
    next_steps = completeness_of(page, advice=1).next_steps
    return (
        f"{done} {_('Ce qui aiderait le plus les lecteurs :')} {next_steps[0]}"
        if next_steps
        else done
    )
