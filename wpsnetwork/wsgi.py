"""The portal as a WSGI application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from wpsnetwork.marking import refuse_marked_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wpsnetwork.settings")

application = get_wsgi_application()
refuse_marked_database()
