"""The app's name for Django; imports the Celery app, so that tasks find it in every process."""

from django.apps import AppConfig

from wpsnetwork.celery import app as celery_app

__all__ = ["PortalConfig", "celery_app"]


class PortalConfig(AppConfig):
    name = "wpsnetwork"
