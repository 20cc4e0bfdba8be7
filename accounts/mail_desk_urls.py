"""The addresses of the mail desk, which `marketplace.admin` mounts in the admin site."""

from django.urls import path

from accounts.views import mail_desk

app_name = "mails"
urlpatterns = [
    path("", mail_desk.index, name="index"),
    path("<slug:slug>/", mail_desk.sample, name="sample"),
    path("<slug:slug>/<str:scheme>/", mail_desk.sample_html, name="html-file"),
]
