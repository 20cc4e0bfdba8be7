"""The site map: one include per app and face."""

from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path, register_converter
from drf_spectacular.views import SpectacularAPIView

from marketplace import api, outages, sitemaps, views
from marketplace.api_urls import V1
from marketplace.kit.urls import DayConverter, FileKindConverter, MonthConverter

register_converter(MonthConverter, "month")
register_converter(DayConverter, "day")
register_converter(FileKindConverter, "file_kind")

# allauth answers with this when codes or passwords were tried too often.
handler429 = views.too_many_tries
# Django answers with this when an error broke a request.
handler500 = outages.fault
handler404 = api.not_found

urlpatterns = [
    path("", views.landing, name="landing"),
    path("home/", views.home, name="home"),
    path("capacity/", views.switch_capacity, name="switch-capacity"),
    path("language/", views.choose_language, name="choose-language"),
    path("fees/", views.fees, name="fees"),
    path("how-vetting-works/", views.how_vetting_works, name="how-vetting-works"),
    path("how-ranking-works/", views.how_ranking_works, name="how-ranking-works"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("kit/", views.kit, name="kit"),
    path("dev/mail/", views.dev_mail, name="dev-mail"),
    path("dev/mail/<str:mail_id>/", views.dev_mail_detail, name="dev-mail-detail"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        index,
        {"sitemaps": sitemaps.SECTIONS, "sitemap_url_name": "sitemap-section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": sitemaps.SECTIONS}, name="sitemap-section"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.measures, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("experts.urls")),
    path("", include("jobs.urls")),
    path("", include("contracts.urls")),
    path("admin/", admin.site.urls),
    path("api/", views.api_reference, name="api-reference"),
    path("api/v1/openapi.yaml", SpectacularAPIView.as_view(), name="openapi"),
    path("api/v1/", include((V1, "api"))),
]
