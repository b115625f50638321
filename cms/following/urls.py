"""Addresses of following."""

from django.urls import path

from cms.following import views

app_name = "cms_following"

urlpatterns = [
    path("suivre/", views.follow, name="follow"),
    path("suivre/demande/", views.asked, name="asked"),
    path("suivi/", views.mine, name="mine"),
    path("suivi/confirmer/<uuid:token>/", views.confirm, name="confirm"),
    path("suivi/<uuid:token>/", views.private, name="private"),
    path("suivi/<uuid:token>/arreter/", views.stop, name="stop"),
]
