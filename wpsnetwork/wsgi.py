"""The portal as a WSGI application, for gunicorn."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from wpsnetwork.marking import refuse_marked_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wpsnetwork.settings")

application = get_wsgi_application()
refuse_marked_database()
# Django reads the addresses, and with them all views, at the first request. Here it is done once,
# before the port opens and before the workers part, so that nobody waits for it.
import_module(settings.ROOT_URLCONF)
