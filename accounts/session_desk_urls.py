"""The addresses of the desk of sessions, which `marketplace.admin` mounts in the admin site."""

from django.urls import path

from accounts.views import session_desk

app_name = "sessions"
urlpatterns = [
    path("", session_desk.index, name="index"),
    path("<public:public_id>/", session_desk.person, name="person"),
]
