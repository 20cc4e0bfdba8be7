"""The addresses of the desk of sanctions, which `marketplace.admin` mounts in the admin site."""

from django.urls import path

from accounts.views import sanction_desk

app_name = "sanctions"
urlpatterns = [
    path("", sanction_desk.index, name="index"),
    path("new/", sanction_desk.propose, name="propose"),
    path("<public:public_id>/", sanction_desk.sanction, name="sanction"),
    path("<public:public_id>/impose/", sanction_desk.impose, name="impose"),
    path("<public:public_id>/drop/", sanction_desk.drop, name="drop"),
    path("<public:public_id>/answer/", sanction_desk.answer, name="answer"),
    path("<public:public_id>/reverse/", sanction_desk.reverse, name="reverse"),
]
