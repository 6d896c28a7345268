"""The portal's addresses and "hello", the least that a page behind its middleware can cost."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from wpsnetwork.urls import urlpatterns as portal


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("hello", hello), *portal]
