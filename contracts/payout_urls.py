"""The addresses of the desk of payouts to look at, which `marketplace.admin` mounts."""

from django.urls import path

from contracts.views import payout_desk as desk

app_name = "payouts"
urlpatterns = [
    path("", desk.index, name="index"),
    path("<public:public_id>/", desk.case, name="case"),
    path("<public:public_id>/keep/", desk.keep, name="keep"),
    path("<public:public_id>/clear/", desk.clear, name="clear"),
]
