"""Every address of the site; public ones are in French and stable."""

from django.conf import settings
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from casestudies.sitemaps import TerritoriesSitemap, ThemesSitemap
from cms.sitemaps import VisiblePagesSitemap
from datacites import health

urlpatterns = [
    path("sante/vivant", health.alive, name="alive"),
    path("sante/pret", health.ready, name="ready"),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain")),
    path(
        "sitemap.xml",
        sitemap,
        {
            "sitemaps": {
                "pages": VisiblePagesSitemap,
                "themes": ThemesSitemap,
                "territories": TerritoriesSitemap,
            }
        },
        name="sitemap",
    ),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}datacites/favicon.svg")),
    # Wagtail's own, unstyled page for closed pages would be a second door to sign in by.
    path(
        "_util/login/", RedirectView.as_view(pattern_name="wagtailadmin_login", query_string=True)
    ),
    path("gestion/", include("cms.admin_urls")),
    path("gestion/", include("casestudies.admin_urls")),
    path("gestion/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("search.urls")),
    path("", include("casestudies.urls")),
    path("", include("cms.proposals.urls")),
    path("", include("cms.following.urls")),
    path("", include("cms.discussions.urls")),
    path("", include("cms.freshness.urls")),
    path("", include("cms.history.urls")),
]

if settings.SERVE_MEDIA:
    # Renditions only: originals keep what the camera wrote in them and are never served.
    urlpatterns.append(
        re_path(r"^media/(?P<path>images/[\w.-]+)$", serve, {"document_root": settings.MEDIA_ROOT})
    )

urlpatterns.append(path("", include(wagtail_urls)))
