"""The addresses of the disputes desk, which `marketplace.admin` mounts inside the admin site."""

from django.urls import path

from contracts.views import dispute_desk

app_name = "disputes"
urlpatterns = [
    path("", dispute_desk.queue, name="queue"),
    path("<public:public_id>/", dispute_desk.case, name="case"),
    path("<public:public_id>/take/", dispute_desk.take, name="take"),
    path("<public:public_id>/hand-back/", dispute_desk.hand_back, name="hand-back"),
    path("decisions/<public:public_id>/confirm/", dispute_desk.confirm, name="confirm"),
    path("decisions/<public:public_id>/send-back/", dispute_desk.send_back, name="send-back"),
]
