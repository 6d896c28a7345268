"""Addresses of the newsletter. An edition's own address is permanent, so it comes last."""

from django.urls import path

from newsletter.views import editions, items, progress, public, releasing, subscriptions

app_name = "newsletter"
ITEMS = "editions/<slug:slug>/items"
urlpatterns = [
    path("", public.edition_archive, name="list"),
    path("subscribe/", subscriptions.subscribe, name="subscribe"),
    path("subscribe/check-your-mail/", subscriptions.subscribe_asked, name="subscribe_asked"),
    path("confirm/<str:token>/", subscriptions.subscription_confirm, name="confirm"),
    path("leave/<str:token>/", subscriptions.subscription_leave, name="leave"),
    path("editions/", editions.edition_list, name="editions"),
    path("editions/new/", editions.edition_create, name="edition_create"),
    path("editions/<slug:slug>/", editions.edition_editor, name="edition"),
    path("editions/<slug:slug>/edit/", editions.edition_edit, name="edition_edit"),
    path(f"{ITEMS}/<int:place>/new/", items.item_create, name="item_create"),
    path(f"{ITEMS}/<int:place>/<int:pk>/edit/", items.item_edit, name="item_edit"),
    path(f"{ITEMS}/<int:pk>/move/", items.item_move, name="item_move"),
    path(f"{ITEMS}/<int:pk>/delete/", items.item_delete, name="item_delete"),
    path("editions/<slug:slug>/preview/", releasing.edition_preview, name="edition_preview"),
    path("editions/<slug:slug>/mail/", releasing.edition_mail, name="edition_mail"),
    path("editions/<slug:slug>/approve/", releasing.edition_approve, name="edition_approve"),
    path("editions/<slug:slug>/send/", releasing.edition_send, name="edition_send"),
    path("editions/<slug:slug>/progress/", progress.edition_progress, name="edition_progress"),
    path("editions/<slug:slug>/pause/", progress.edition_pause, name="edition_pause"),
    path("editions/<slug:slug>/resume/", progress.edition_resume, name="edition_resume"),
    path("editions/<slug:slug>/cancel/", progress.edition_cancel, name="edition_cancel"),
    path(
        "editions/<slug:slug>/deliveries/<int:pk>/",
        progress.delivery_decide,
        name="delivery_decide",
    ),
    path("<slug:slug>/", public.edition_detail, name="detail"),
]
