"""The editor of a case: tabs in the order in which one tells a story."""

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)


def case_edit_handler() -> TabbedInterface:
    """What must be said first, then the account, the evidence, the classification, the page itself."""
    return TabbedInterface(
        [
            ObjectList(essentials(), heading=_("L'essentiel")),
            ObjectList(account(), heading=_("Le récit")),
            ObjectList(evidence(), heading=_("Chiffres et preuves")),
            ObjectList(classification(), heading=_("Classement")),
            ObjectList(publication(), heading=_("La page")),
        ]
    )


def essentials() -> list:
    """Enough to be published: title, summary, place, theme, what was done."""
    return [
        HelpPanel(
            template="casestudies/admin/completeness_panel.html", heading=_("Où en est ce récit")
        ),
        TitleFieldPanel(
            "title",
            heading=_("Titre"),
            help_text=_(
                "Ce que vous avez fait, en une ligne. Le nom de votre organisation est ajouté tout seul."
            ),
        ),
        FieldPanel("summary"),
        FieldPanel("kind"),
        InlinePanel(
            "case_territories",
            label=_("territoire"),
            heading=_("Où"),
            help_text=_("Le premier territoire est celui que la page met en avant."),
        ),
        FieldRowPanel([FieldPanel("started"), FieldPanel("ended")], heading=_("Quand")),
        FieldPanel("themes", widget=CheckboxSelectMultiple),
        FieldPanel("domains", widget=CheckboxSelectMultiple),
        FieldPanel("approach", heading=_("Ce que vous avez fait")),
        FieldPanel("lessons", heading=_("Ce que vous diriez à qui veut s'y mettre")),
    ]


def account() -> list:
    """The rest of the story."""
    return [
        FieldPanel("context"),
        FieldPanel("data"),
        FieldPanel("governance"),
        FieldPanel("results"),
        MultiFieldPanel(
            [FieldPanel("done"), FieldPanel("gained"), FieldPanel("unsolved")], heading=_("En bref")
        ),
        InlinePanel("events", label=_("moment"), heading=_("Comment cela s'est fait")),
        InlinePanel("case_obstacles", label=_("obstacle"), heading=_("Obstacles rencontrés")),
    ]


def evidence() -> list:
    """What a reader can check and take away."""
    return [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("cost_amount"), FieldPanel("cost_currency")]),
                FieldPanel("cost_perimeter"),
                FieldPanel("cost_source"),
            ],
            heading=_("Combien cela a coûté"),
        ),
        InlinePanel("indicators", label=_("indicateur"), heading=_("Indicateurs")),
        FieldPanel("extras"),
        InlinePanel(
            "sources", label=_("source"), heading=_("Sources, dans l'ordre de leur appel [1], [2]…")
        ),
    ]


def classification() -> list:
    """What makes the case findable."""
    return [
        FieldRowPanel([FieldPanel("step"), FieldPanel("status")]),
        FieldPanel("capacities", widget=CheckboxSelectMultiple),
        FieldPanel("sharing_models", widget=CheckboxSelectMultiple),
        FieldPanel("tags"),
        InlinePanel("case_partners", label=_("partenaire"), heading=_("Avec qui")),
    ]


def publication() -> list:
    """The page as a page."""
    return [
        FieldPanel("change_summary"),
        FieldRowPanel([FieldPanel("licence"), FieldPanel("reliability")]),
        FieldPanel("is_validated"),
        FieldPanel("slug"),
        FieldPanel("search_description"),
        CommentPanel(),
    ]
