"""News for machines: what you were told, and having read it."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Notification, Scope
from accounts.serializers import Nothing, Page, PublicModelOut, cleaned
from accounts.services import notifications


class NotificationOut(PublicModelOut):
    """One fact you were told; `url` leads to what it is about."""

    url = Page(lambda notice: notice.url)
    kind = serializers.CharField()
    subject = serializers.CharField()
    body = serializers.CharField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NotificationList(ListAPIView[Notification]):
    """What you were told, the latest first."""

    serializer_class = NotificationOut

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.visible_to(asker(self.request))


class ReadNotification(APIView):
    """Mark one as read."""

    scope = Scope.PROFILE

    @extend_schema(request=Nothing, responses=NotificationOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        rows = Notification.objects.visible_to(asker(request))
        row = get_object_or_404(rows, public_id=public_id)
        cleaned(Nothing, request)
        notifications.mark_read([row], at=now())
        row.refresh_from_db()
        return Response(NotificationOut(row).data)


class ReadNotifications(APIView):
    """Mark all as read."""

    scope = Scope.PROFILE

    @extend_schema(operation_id="notifications_read_all", request=Nothing, responses={204: None})
    @once
    def post(self, request: Request) -> Response:
        unread = Notification.objects.visible_to(asker(request)).unread()
        cleaned(Nothing, request)
        notifications.mark_read(unread, at=now())
        return Response(status=204)
