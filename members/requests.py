"""The request of a view that nobody meets without having signed in."""

from django.http import HttpRequest

from members.models import User


class SignedInRequest(HttpRequest):
    """What LoginRequiredMiddleware lets through to a page that is not open."""

    user: User
