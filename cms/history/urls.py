"""Addresses of history; those below a page come after its own."""

from django.urls import path, re_path

from cms.history import recent, views

app_name = "cms_history"

PAGE = r"^(?P<path>(?:[-\w]+/)*)"

urlpatterns = [
    path("modifications/", recent.changes, name="recent"),
    path("flux/modifications/", recent.feed, name="recent_feed"),
    path("contributions/<int:pk>/", views.contributor, name="contributor"),
    re_path(rf"{PAGE}historique/$", views.versions, name="versions"),
    re_path(rf"{PAGE}historique/(?P<number>[0-9]{{1,6}})/$", views.version, name="version"),
    re_path(rf"{PAGE}historique/(?P<number>[0-9]{{1,6}})/retirer/$", views.hide, name="hide"),
    re_path(
        rf"{PAGE}historique/(?P<before>[0-9]{{1,6}})/(?P<after>[0-9]{{1,6}})/$",
        views.comparison,
        name="comparison",
    ),
    re_path(rf"{PAGE}citer/$", views.citation, name="citation"),
    re_path(rf"{PAGE}citer/(?P<format_name>[a-z]+)/$", views.citation_file, name="citation_file"),
    re_path(rf"{PAGE}contributions/$", views.partner, name="partner"),
    re_path(rf"{PAGE}pages-liees/$", views.links, name="links"),
]
