"""The ASGI application, for deployments whose server speaks ASGI."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "datacites.settings.production")
application = get_asgi_application()
