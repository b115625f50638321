"""The way from the editor to what one follows."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")
def following_item() -> MenuItem:
    """In the menu of everyone who has an account."""
    return MenuItem(
        _("Suivi"), reverse("cms_following:mine"), name="following", icon_name="view", order=260
    )
