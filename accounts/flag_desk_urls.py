"""The addresses of the moderation desk, which `marketplace.admin` mounts in the admin site."""

from django.urls import path

from accounts.views import flag_desk

app_name = "flags"
urlpatterns = [
    path("", flag_desk.index, name="index"),
    path("<public:public_id>/", flag_desk.flag, name="flag"),
]
