"""Settings of the test suite: real engines on throw-away folders, fast password hashes."""

import tempfile
from pathlib import Path

from datacites.settings.base import *  # noqa: F403 - settings extend one another by name
from datacites.settings.base import STORAGES, env

SECRET_KEY = "tests"  # noqa: S105 - never serves anyone
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SITE_URL = "http://localhost"
WAGTAILADMIN_BASE_URL = SITE_URL
DEMONSTRATION = True
SERVE_MEDIA = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
VAR = Path(env.str("DATACITES_TEST_VAR", default="") or tempfile.mkdtemp(prefix="datacites-test-"))
MEDIA_ROOT = VAR / "media"
STATIC_ROOT = VAR / "static"
SEARCH_URL = env.str("SEARCH_URL", default=f"tantivy://{VAR / 'search'}")
SEARCH_DRAIN = "inline"
# Embedding every case that any test publishes would take half of the suite: tests of meaning turn it on.
SEARCH_SEMANTIC = False
# Tests of following deliver when they say so.
FOLLOWING_DELIVERY = "command"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}
