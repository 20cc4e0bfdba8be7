"""The addresses of the vetting desk, which `marketplace.admin` mounts inside the admin site."""

from django.urls import path

from experts.views import badge_desk, desk, figures, transfers

app_name = "vetting"
urlpatterns = [
    path("", desk.queue, name="queue"),
    path("profiles/<slug:slug>/transfer/", transfers.transfer, name="transfer"),
    path("next/", desk.take_next, name="take-next"),
    path("identity/", desk.identity, name="identity"),
    path("keys/", desk.keys, name="keys"),
    path("reviewers/", figures.reviewers, name="reviewers"),
    path("trail.csv", figures.trail, name="trail"),
    path("badges/", badge_desk.find, name="badges"),
    path("badges/<public:public_id>/", badge_desk.badge, name="badge"),
    path("<public:public_id>/", desk.case, name="case"),
    path("<public:public_id>/claim/", desk.claim, name="claim"),
    path("<public:public_id>/hand-back/", desk.hand_back, name="hand-back"),
    path("<public:public_id>/preview/", desk.preview, name="preview"),
    path("<public:public_id>/reply/", desk.insert_reply, name="insert-reply"),
    path("<public:public_id>/fields/", desk.fields, name="fields"),
    path("<public:public_id>/tally/", desk.tally, name="tally"),
]
