"""The app's name for Django."""

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
