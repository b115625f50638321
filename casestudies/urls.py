"""Addresses of themes and territories."""

from django.urls import path, re_path

from casestudies import views
from casestudies.models.territories import CODE_PATTERN

app_name = "casestudies"
urlpatterns = [
    path("themes/", views.themes, name="themes"),
    path("themes/<slug:identifier>/", views.theme, name="theme"),
    path("territoires/", views.territories, name="territories"),
    re_path(rf"^territoires/(?P<code>{CODE_PATTERN})/$", views.territory, name="territory"),
]
