"""Choosing a territory by its name among the 37,000 of France, in the editor."""

from typing import Any

from django import forms
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsViewMixin,
    ChooseViewMixin,
    CreationFormMixin,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet

from casestudies.models import Territory
from casestudies.reference.names import name_key


class TerritoryFilterForm(BaseFilterForm):
    """A name or its start, accents and case put aside; a code works too."""

    q = forms.CharField(
        label=_("Nom ou code INSEE"),
        widget=forms.TextInput(attrs={"placeholder": _("Poitiers, Grand Poitiers, 86194…")}),
        required=False,
        max_length=100,
    )

    def filter(self, objects: Any) -> Any:
        """The territories that bear the name, exact matches and large places first."""
        asked = self.cleaned_data.get("q")
        if not asked:
            return objects.order_by("-population")
        self.is_searching = True
        self.search_query = asked
        key = name_key(asked)
        match = (
            Q(search_key__startswith=key)
            | Q(search_key__contains=f" {key}")
            | Q(code__endswith=f":{asked.strip().upper()}")
        )
        exact = Case(
            When(search_key=key, then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        return objects.filter(match).order_by(exact, "-population", "search_key")


class TerritoryChooseMixin(BaseChooseView):
    """Lists territories with what tells homonyms apart."""

    filter_form_class = TerritoryFilterForm
    per_page = 15

    def get_object_list(self) -> Any:
        """All territories, with the département that homonyms are told apart by."""
        return Territory.objects.select_related("departement", "epci")

    @property
    def columns(self) -> list[Column]:
        """Name, level, intercommunality, inhabitants."""
        return [
            *super().columns,
            Column("nature_label", label=_("Niveau")),
            Column("epci", label=_("Intercommunalité")),
            Column("population", label=_("Habitants")),
        ]


class TerritoryChooseView(ChooseViewMixin, CreationFormMixin, TerritoryChooseMixin):
    """The chooser's window."""


class TerritoryResultsView(ChooseResultsViewMixin, CreationFormMixin, TerritoryChooseMixin):
    """The chooser's list, as one types."""


class TerritoryChooserViewSet(ChooserViewSet):
    """Registered for every foreign key to a territory."""

    model = Territory
    icon = "site"
    choose_one_text = _("Choisir un territoire")
    choose_another_text = _("Choisir un autre territoire")
    choose_view_class = TerritoryChooseView
    choose_results_view_class = TerritoryResultsView


territory_chooser = TerritoryChooserViewSet("territory_chooser")
