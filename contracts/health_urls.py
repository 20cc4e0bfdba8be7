"""The address of the figures of the marketplace, which `marketplace.admin` mounts."""

from django.urls import path

from contracts.views import health_desk

app_name = "health"
urlpatterns = [path("", health_desk.index, name="index")]
