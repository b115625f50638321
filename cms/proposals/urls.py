"""Addresses of proposals; the one below a page comes after the page's own."""

from django.urls import path, re_path

from cms.history.urls import PAGE
from cms.proposals import author_views, examination, views

app_name = "cms_proposals"

urlpatterns = [
    path("propositions/", examination.inbox, name="inbox"),
    path("propositions/envoyee/", views.sent, name="sent"),
    path("propositions/<int:pk>/", examination.examine, name="examine"),
    path("propositions/<uuid:token>/", author_views.private, name="private"),
    path("propositions/<uuid:token>/agir/", author_views.act, name="act"),
    path("propositions/<uuid:token>/modifier/", author_views.revise, name="revise"),
    re_path(rf"{PAGE}proposer/$", views.propose, name="propose"),
]
