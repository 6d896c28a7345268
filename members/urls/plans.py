"""Action plans of all members (namespace plans)."""

from django.urls import URLPattern, path

from members.views import partners, plan_pages, plan_parts, plans


def parts(kind: str) -> list[URLPattern]:
    """Return the addresses of one kind of part: add, edit, remove."""
    at = f"<int:pk>/{kind}/"
    of = {"kind": kind}
    return [
        path(f"{at}add/", plan_parts.part_add, of, name=f"{kind}_add"),
        path(f"{at}<int:part_pk>/edit/", plan_parts.part_edit, of, name=f"{kind}_edit"),
        path(f"{at}<int:part_pk>/delete/", plan_parts.part_delete, of, name=f"{kind}_delete"),
    ]


urlpatterns = [
    path("", plan_pages.plan_list, name="list"),
    path("export/<slug:form>/", plan_pages.plan_export, name="export"),
    path("overview/", plan_pages.plan_overview, name="overview"),
    path("timeline/", plan_pages.plan_timeline, name="timeline"),
    path("compare/", plan_pages.plan_compare, name="compare"),
    path("partners/", partners.partner_list, name="partners"),
    path("partners/<slug:slug>/", partners.partner_detail, name="partner"),
    path("<int:pk>/", plan_pages.plan_detail, name="detail"),
    path("<int:pk>/edit/", plans.plan_edit, name="edit"),
    *(page for kind in plan_parts.KINDS for page in parts(kind)),
]
