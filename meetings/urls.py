"""Addresses of meetings, summaries and documents."""

from django.urls import path

from meetings.views import documents as document_views
from meetings.views import files, meetings, plan_documents, renderings, summaries

app_name = "meetings"
urlpatterns = [
    path("", meetings.meeting_list, name="list"),
    path("<slug:slug>/", meetings.meeting_detail, name="detail"),
    path("<slug:slug>/summary/", summaries.summary_detail, name="summary"),
    path("<slug:slug>/summary/pdf/", renderings.summary_pdf, name="summary_pdf"),
    path("<slug:slug>/summary/pdf/<int:pk>/", renderings.rendering_detail, name="rendering"),
]
documents = [
    path("", document_views.document_list, name="list"),
    path("of-plans/<int:pk>/add/", plan_documents.plan_document_add, name="plan_add"),
    path(
        "of-plans/<int:pk>/<slug:slug>/remove/",
        plan_documents.plan_document_remove,
        name="plan_remove",
    ),
    path("<slug:slug>/", document_views.document_detail, name="detail"),
    path("<slug:slug>/file/", files.document_file, name="file"),
    path("<slug:slug>/v<int:number>/<slug:language>/", files.document_version, name="version"),
]
