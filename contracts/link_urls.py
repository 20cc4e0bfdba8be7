"""The addresses of the desk of linked accounts, which `marketplace.admin` mounts."""

from django.urls import path

from contracts.views import link_desk as desk

app_name = "links"
urlpatterns = [
    path("", desk.index, name="index"),
    path("<public:public_id>/", desk.link, name="link"),
    path("<public:public_id>/confirm/", desk.confirm, name="confirm"),
    path("<public:public_id>/dismiss/", desk.dismiss, name="dismiss"),
]
