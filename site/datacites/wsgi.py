"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "datacites.settings.production")
application = get_wsgi_application()
# Everything is imported now rather than by the first reader; what is there then stays for good, and
# the garbage collector no longer walks through it: it took a tenth of a search's time.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
