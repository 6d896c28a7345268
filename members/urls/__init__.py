"""Addresses of members, their people and plans, of Chairs, joining, twinning and practices."""

from members.urls.chairs import urlpatterns as chairs
from members.urls.desk import urlpatterns as desk
from members.urls.joining import urlpatterns as join
from members.urls.people import urlpatterns as people
from members.urls.plans import urlpatterns as plans
from members.urls.practices import urlpatterns as practices
from members.urls.profiles import urlpatterns as profiles
from members.urls.twinning import urlpatterns as twinning
from members.urls.updates import urlpatterns as updates

__all__ = ["chairs", "join", "plans", "practices", "twinning"]

app_name = "members"
# The desk first: its words are no member's slug.
urlpatterns = [*desk, *people, *updates, *profiles]
