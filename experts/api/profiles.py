"""Your own profile for machines."""

from dataclasses import replace

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.edits import edit
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.serializers import cleaned
from experts.models import Expert
from experts.serializers.profiles import OwnProfileOut, ProfileIn
from experts.services import profiles


class OwnProfile(APIView):
    """Your profile as an expert; it is opened on its page."""

    scope = Scope.PROFILE

    @extend_schema(responses=OwnProfileOut)
    def get(self, request: Request) -> Response:
        return Response(OwnProfileOut(_of(asker(request))).data)

    @extend_schema(request=ProfileIn, responses=OwnProfileOut)
    def patch(self, request: Request) -> Response:
        """Change what you send."""
        by = asker(request)

        def change(expert: Expert) -> None:
            said = cleaned(ProfileIn, request)
            profile = replace(profiles.profile_of(expert), **said)
            profiles.edit(expert, profile=profile, by=by)

        return edit(
            request,
            find=lambda: _of(by),
            shown=lambda expert: OwnProfileOut(expert).data,
            change=change,
        )


def _of(user: User) -> Expert:
    rows = Expert.objects.select_related("user")
    return get_object_or_404(rows.prefetch_related("claimed_skills__skill", "domains"), user=user)
