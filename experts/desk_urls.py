"""The addresses of the vetting desk, which `marketplace.admin` mounts inside the admin site."""

from django.urls import path

from experts.views import desk, transfers

app_name = "vetting"
urlpatterns = [
    path("", desk.queue, name="queue"),
    path("profiles/<slug:slug>/transfer/", transfers.transfer, name="transfer"),
    path("next/", desk.take_next, name="take-next"),
    path("<public:public_id>/", desk.case, name="case"),
    path("<public:public_id>/claim/", desk.claim, name="claim"),
    path("<public:public_id>/hand-back/", desk.hand_back, name="hand-back"),
    path("<public:public_id>/tally/", desk.tally, name="tally"),
]
