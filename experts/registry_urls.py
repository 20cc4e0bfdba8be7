"""The addresses of the registry's bench, which `marketplace.admin` mounts inside the admin site."""

from django.urls import path

from experts.views import registry

app_name = "registry"
urlpatterns = [
    path("", registry.releases, name="releases"),
    path("<str:api_id>/", registry.release, name="release"),
]
