"""Addresses of freshness; the one below a page comes after the page's own."""

from django.urls import path, re_path

from cms.freshness import stopping, views

app_name = "cms_freshness"

PAGE = r"^(?P<path>(?:[-\w]+/)*)"
TOKEN = r"(?P<token>[-\w:]{10,300})"  # noqa: S105 - a pattern

urlpatterns = [
    path("a-confirmer/", views.to_confirm, name="to_confirm"),
    re_path(rf"^a-confirmer/reponse/{TOKEN}/$", views.answer_by_mail, name="answer"),
    re_path(rf"^a-confirmer/rappels/{TOKEN}/$", stopping.reminders, name="reminders"),
    re_path(rf"{PAGE}confirmer/$", views.confirm, name="confirm"),
]
