"""The addresses of the chargeback desk, which `marketplace.admin` mounts inside the admin site."""

from django.urls import path

from contracts.views import chargeback_desk as desk

app_name = "chargebacks"
urlpatterns = [
    path("", desk.index, name="index"),
    path("<public:public_id>/", desk.chargeback, name="chargeback"),
    path("<public:public_id>/submit/", desk.submit, name="submit"),
    path("<public:public_id>/accept/", desk.accept, name="accept"),
    path("<public:public_id>/give-in/", desk.give_in, name="give-in"),
    path("<public:public_id>/uncover/", desk.uncover, name="uncover"),
    path("answers/<public:public_id>/confirm/", desk.confirm, name="confirm"),
    path("answers/<public:public_id>/drop/", desk.drop, name="drop"),
]
