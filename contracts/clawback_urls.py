"""The addresses of the clawback desk, which `marketplace.admin` mounts inside the admin site."""

from django.urls import path

from contracts.views import clawback_desk as desk

app_name = "clawbacks"
urlpatterns = [
    path("", desk.index, name="index"),
    path("milestones/<public:public_id>/", desk.decide, name="decide"),
    path("<public:public_id>/", desk.clawback, name="clawback"),
    path("<public:public_id>/cover/", desk.cover, name="cover"),
    path("<public:public_id>/refuse/", desk.refuse, name="refuse"),
]
