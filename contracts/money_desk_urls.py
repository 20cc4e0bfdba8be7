"""The addresses of the payments desk, which `marketplace.admin` mounts inside the admin site."""

from django.urls import path

from contracts.views import money_desk as desk

app_name = "payments"
urlpatterns = [
    path("", desk.index, name="index"),
    path("operations/<public:public_id>/", desk.operation, name="operation"),
    path("operations/<public:public_id>/again/", desk.try_again, name="try-again"),
    path("events/<str:event_id>/", desk.event, name="event"),
    path("events/<str:event_id>/again/", desk.replay, name="replay"),
    path("set-aside/<public:public_id>/", desk.set_aside, name="set-aside"),
    path("set-aside/<public:public_id>/adopt/", desk.adopt, name="adopt"),
    path("set-aside/<public:public_id>/send-back/", desk.send_back, name="send-back"),
    path("milestones/<public:public_id>/return/", desk.return_held, name="return-held"),
    path("instructions/<public:public_id>/confirm/", desk.confirm, name="confirm"),
    path("instructions/<public:public_id>/drop/", desk.drop, name="drop"),
    path("contracts/<public:public_id>/", desk.contract, name="contract"),
    path("contracts/<public:public_id>/stop/", desk.stop, name="stop"),
    path("contracts/<public:public_id>/go-on/", desk.go_on, name="go-on"),
]
