"""The addresses of the reconciliation desk, which `marketplace.admin` mounts in the admin site."""

from django.urls import path

from contracts.views import difference_desk as desk

app_name = "differences"
urlpatterns = [
    path("", desk.index, name="index"),
    path("<public:public_id>/", desk.difference, name="difference"),
    path("<public:public_id>/explain/", desk.explain, name="explain"),
    path("<public:public_id>/take-back/", desk.take_back, name="take-back"),
]
