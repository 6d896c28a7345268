"""The portal as it is served, with one more address: a view that answers "hello"."""

from django.conf import settings

from wpsnetwork.wsgi import application

settings.ROOT_URLCONF = "tests.bench.urls"

__all__ = ["application"]
