"""Which app answers for which part of the portal's addresses."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from meetings.urls import documents
from members.urls import chairs, join, plans, practices, twinning
from wpsnetwork import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("members/", include("members.urls")),
    path("plans/", include((plans, "plans"))),
    path("chairs/", include((chairs, "chairs"))),
    path("join/", include((join, "join"))),
    path("twinning/", include((twinning, "twinning"))),
    path("practices/", include((practices, "practices"))),
    path("meetings/", include("meetings.urls")),
    path("documents/", include((documents, "documents"))),
    path("newsletter/", include("newsletter.urls")),
    path("accounts/", include("allauth.urls")),
    path("administration/", admin.site.urls),
]
if settings.DEMONSTRATION:
    urlpatterns += [path("demonstration/", include("wpsnetwork.demonstration_urls"))]
