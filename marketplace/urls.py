"""The site map: one include per app and face."""

from django.contrib import admin
from django.urls import include, path, register_converter

from marketplace import views
from marketplace.kit.urls import PublicIdConverter

register_converter(PublicIdConverter, "public")

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("experts.urls")),
    path("", include("jobs.urls")),
    path("", include("contracts.urls")),
]
