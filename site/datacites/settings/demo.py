"""The demonstration on one's own machine: SQLite, Tantivy, known accounts, mail shown on the console.

It refuses to listen for anyone but this machine; `production` is the only settings module for a server.
"""

from datacites.settings.base import *  # noqa: F403 - settings extend one another by name
from datacites.settings.base import STORAGES, VAR, env

SECRET_KEY = "demonstration-only-every-account-here-is-public-anyway"  # noqa: S105 - the demo has no secret
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DEMONSTRATION = True
SITE_URL = f"http://127.0.0.1:{env.str('PORT', default='8000')}"
WAGTAILADMIN_BASE_URL = SITE_URL
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(VAR / "mail")
# Files are served as they are in the tree: collecting them would cost the newcomer twenty seconds.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
SERVE_MEDIA = True
