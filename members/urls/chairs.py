"""The Chairs and the calls for chairing (namespace chairs)."""

from django.urls import path

from members.views import calls, chairs, interests

urlpatterns = [
    path("", chairs.chair_list, name="list"),
    path("calls/new/", calls.call_add, name="call_add"),
    path("calls/<int:year>/", calls.call_detail, name="call_detail"),
    path("calls/<int:year>/edit/", calls.call_edit, name="call_edit"),
    path("calls/<int:year>/decide/", calls.call_decide, name="call_decide"),
    path("calls/<int:year>/answer/<slug:slug>/", interests.interest_edit, name="interest_edit"),
    path(
        "calls/<int:year>/answer/<slug:slug>/withdraw/",
        interests.interest_withdraw,
        name="interest_withdraw",
    ),
]
