"""The demonstration's settings with mail sent to a real server."""

from datacites.settings.demo import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
