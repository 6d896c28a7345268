"""Addresses that exist in a demonstration only."""

from django.urls import path

from wpsnetwork import caught_mail

app_name = "demonstration"
urlpatterns = [
    path("mail/", caught_mail.mail_list, name="mail"),
    path("mail/<str:name>/", caught_mail.mail_detail, name="mail_detail"),
    path("mail/<str:name>/html/", caught_mail.mail_html, name="mail_html"),
]
