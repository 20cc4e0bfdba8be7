"""The addresses of accounts; sign-in itself is allauth's."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("start/", views.start, name="start"),
    path("organisations/new/", views.open_organisation, name="open-organisation"),
    path("organisations/<public:public_id>/", views.organisation, name="organisation"),
    path("notifications/", views.notification_list, name="notifications"),
    path("notifications/read/", views.read_all, name="read-all"),
    path("notifications/<public:public_id>/", views.open_notification, name="open-notification"),
    path("settings/", views.settings, name="settings"),
    path("settings/notifications/", views.preferences, name="preferences"),
]
