"""Work for machines: handing it in, and sending it back.

Accepting it lets money go, so it is done on the contract's page.
"""

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED
from rest_framework.views import APIView

from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope
from accounts.serializers import cleaned
from contracts.http import milestone_for, submission_for
from contracts.serializers.contracts import MilestoneOut
from contracts.serializers.milestones import ChangesIn, SubmissionIn, SubmissionOut
from contracts.services import milestones
from contracts.services.milestones import Reading


class SubmitWork(APIView):
    """Hand in work for a milestone of yours."""

    scope = Scope.CONTRACTS

    @extend_schema(request=SubmissionIn, responses={201: SubmissionOut})
    @once
    def post(self, request: Request, contract_id: str, public_id: str) -> Response:
        """Hand it in; the client is asked to review it."""
        by = asker(request)
        milestone = milestone_for(by, contract_id, public_id)
        said = cleaned(SubmissionIn, request)
        asked = {check.position for check in milestone.contract.agreed_checks}
        readings = {
            row["position"]: Reading(row["value"], row["explanation"]) for row in said["readings"]
        }
        _refuse_unknown("readings", readings.keys() - asked)
        row = milestones.submit(
            milestone,
            note=said["note"],
            link=said["link"],
            readings=readings,
            built_on=said["built_on"],
            declared=said["declaration"],
            by=by,
            at=now(),
        )
        return Response(SubmissionOut(row).data, status=HTTP_201_CREATED)


class AskForChanges(APIView):
    """Send work back that waits for your review."""

    scope = Scope.CONTRACTS

    @extend_schema(request=ChangesIn, responses=MilestoneOut)
    @once
    def post(self, request: Request, contract_id: str, public_id: str) -> Response:
        """Say what is missing; the review clock stops, and the money stays held."""
        by = asker(request)
        submission = submission_for(by, contract_id, public_id)
        said = cleaned(ChangesIn, request)
        checks = {row.position: row for row in submission.milestone.contract.agreed_checks}
        _refuse_unknown("failing", set(said["failing"]) - checks.keys())
        milestones.ask_for_changes(
            submission,
            note=said["note"],
            failing=[checks[position] for position in said["failing"]],
            by=by,
            at=now(),
        )
        milestone = milestone_for(by, contract_id, submission.milestone.public_id)
        return Response(MilestoneOut(milestone).data)


def _refuse_unknown(field: str, positions: set[int]) -> None:
    """Refuse positions at which nothing was agreed.

    :raises ValidationError: naming the first.
    """
    if positions:
        raise ValidationError({field: [f"No check was agreed at {min(positions)}."]})
