"""Addresses of discussions, below those of their pages."""

from django.urls import path, re_path

from cms.discussions import moderating, views
from cms.history.urls import PAGE

app_name = "cms_discussions"

THREAD = rf"{PAGE}discussion/(?P<number>[0-9]{{1,6}})/"
POST = rf"{THREAD}(?P<post>[0-9]{{1,6}})/"

urlpatterns = [
    path("discussion/personnes/", views.people, name="people"),
    re_path(rf"{PAGE}discussion/$", views.threads, name="threads"),
    re_path(rf"{THREAD}$", views.thread, name="thread"),
    re_path(rf"{THREAD}etat/$", moderating.change, name="change"),
    re_path(rf"{THREAD}retirer/$", moderating.withdraw_thread, name="withdraw_thread"),
    re_path(rf"{POST}modifier/$", views.edit, name="edit"),
    re_path(rf"{POST}supprimer/$", views.delete, name="delete"),
    re_path(rf"{POST}retirer/$", moderating.withdraw_post, name="withdraw_post"),
]
