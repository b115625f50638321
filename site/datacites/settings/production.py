"""A public server. Refuses to start while a value is missing or unsafe, and says which."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from datacites.settings.base import *  # noqa: F403 - settings extend one another by name
from datacites.settings.base import DATABASES, SITE_URL, env

DEMONSTRATION = False
SERVE_MEDIA = False
SECRET_KEY: str = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def problems() -> list[str]:
    """Each setting that would make a public server unsafe, with what to do about it."""
    found = []
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        found.append(
            "SECRET_KEY: set at least 50 random characters (python -c 'import secrets; print(secrets.token_urlsafe(64))')"
        )
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        found.append(
            "ALLOWED_HOSTS: name the public host names, separated by commas; '*' is refused"
        )
    if urlsplit(SITE_URL).scheme != "https":
        found.append("SITE_URL: set the public address, starting with https://")
    if not env.str("DATABASE_URL", default=""):
        found.append("DATABASE_URL: name the database (postgres://… or sqlite:////absolute/path)")
    if not env.str("EMAIL_URL", default=""):
        found.append("EMAIL_URL: name the mail server (smtp+ssl://user:password@host:465)")
    if not env.str("DEFAULT_FROM_EMAIL", default=""):
        found.append("DEFAULT_FROM_EMAIL: set the address that mails are sent from")
    if env.bool("DEBUG", default=False):
        found.append("DEBUG: remove it, it reveals source and settings to visitors")
    return found


if found := problems():
    raise ImproperlyConfigured("Production settings refused:\n- " + "\n- ".join(found))

if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
