"""The site map: one include per app and face."""

from django.contrib import admin
from django.urls import include, path, register_converter

from marketplace import views
from marketplace.kit.urls import PublicIdConverter

register_converter(PublicIdConverter, "public")

urlpatterns = [
    path("", views.landing, name="landing"),
    path("home/", views.home, name="home"),
    path("capacity/", views.switch_capacity, name="switch-capacity"),
    path("fees/", views.fees, name="fees"),
    path("how-vetting-works/", views.how_vetting_works, name="how-vetting-works"),
    path("how-ranking-works/", views.how_ranking_works, name="how-ranking-works"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("kit/", views.kit, name="kit"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("experts.urls")),
    path("", include("jobs.urls")),
    path("", include("contracts.urls")),
    path("admin/", admin.site.urls),
]
