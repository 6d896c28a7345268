"""The desk, and the secretariat's pages behind it."""

from django.urls import path

from members.views import desk, imports, invitations, known_facts

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/all/<slug:section>/", desk.desk_section, name="desk_section"),
    path("desk/facts/", known_facts.fact_groups, name="facts"),
    path("desk/facts/groups/<slug:group>/", known_facts.facts_group, name="facts_group"),
    path(
        "desk/facts/organizations/<int:pk>/",
        known_facts.facts_organization,
        name="facts_organization",
    ),
    path(
        "desk/invitations/<int:pk>/send-again/",
        invitations.invitation_send_again,
        name="invitation_send_again",
    ),
    path("desk/import/", imports.import_add, name="import_add"),
    path(
        "desk/import/example/<slug:kind>.<slug:ending>",
        imports.import_example,
        name="import_example",
    ),
    path("desk/import/<int:pk>/", imports.import_check, name="import_check"),
    path("desk/import/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("desk/import/<int:pk>/remove/", imports.import_remove, name="import_remove"),
]
