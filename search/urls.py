"""Addresses of the search room; public and stable."""

from django.urls import path

from search import alike_view, everything, facet_views, feeds, map_view, suggestion_views, views
from search.alerts import views as alert_views
from search.report import clicks

app_name = "search"

urlpatterns = [
    path("comme-la-mienne/", alike_view.alike, name="alike"),
    path("retours-experience/", views.library, name="library"),
    path("retours-experience/carte/", map_view.library_map, name="map"),
    path("flux/retours-experience/", feeds.feed, name="feed"),
    path("alertes/nouvelle/", alert_views.new_alert, name="new_alert"),
    path("alertes/demande/", alert_views.alert_asked, name="alert_asked"),
    path("alertes/<uuid:token>/", alert_views.alert, name="alert"),
    path("alertes/<uuid:token>/arret/", alert_views.stop_alert, name="stop_alert"),
    path("retours-experience/filtre/<slug:parameter>/", facet_views.facet, name="facet"),
    path("recherche/", everything.everything, name="everything"),
    path("recherche/clic/", clicks.click, name="click"),
    path("recherche/aide/", facet_views.search_help, name="help"),
    path("recherche/suggestions/", suggestion_views.suggest, name="suggestions"),
]
