"""Your own profile for machines."""

from dataclasses import replace

from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED
from rest_framework.views import APIView

from accounts.api.edits import edit
from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.serializers import cleaned
from experts.models import Expert
from experts.serializers.profiles import NewProfileIn, OwnProfileOut, ProfileIn
from experts.services import profiles
from experts.services.profiles import Profile


class OwnProfile(APIView):
    """Your profile as an expert."""

    scope = Scope.PROFILE

    @extend_schema(responses=OwnProfileOut)
    def get(self, request: Request) -> Response:
        return Response(OwnProfileOut(_of(asker(request))).data)

    @extend_schema(request=NewProfileIn, responses={201: OwnProfileOut})
    @once
    def post(self, request: Request) -> Response:
        """Open it; a badge makes it public."""
        by = asker(request)
        said = cleaned(NewProfileIn, request)
        profiles.open_for(by, profile=Profile(**said), at=now())
        return Response(OwnProfileOut(_of(by)).data, status=HTTP_201_CREATED)

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
