"""Addresses of the search room; public and stable."""

from django.urls import path

from search import views

app_name = "search"

urlpatterns = [
    path("retours-experience/", views.library, name="library"),
]
