"""The addresses of the desk for held jobs, which `marketplace.admin` mounts in the admin site."""

from django.urls import path

from jobs.views import review_desk

app_name = "jobs-in-review"
urlpatterns = [
    path("", review_desk.index, name="index"),
    path("<public:public_id>/", review_desk.review, name="review"),
]
