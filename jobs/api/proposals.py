"""Proposals for machines: own ones and those received, and what their two sides do with them."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED
from rest_framework.views import APIView

from accounts.api.edits import edit
from accounts.api.moves import Move
from accounts.api.once import once
from accounts.api.refused import refuse_what_the_page_would
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.serializers import Nothing, cleaned
from experts.models import Badge
from jobs import selectors
from jobs.forms.parts import as_if_sent
from jobs.forms.proposals import ProposalForm
from jobs.models import Job, Proposal
from jobs.serializers.proposals import DeclineIn, ProposalDetailOut, ProposalIn, ProposalOut
from jobs.services import proposals, received
from jobs.services.proposals import Answer
from marketplace.kit.errors import DomainError

Named = TypeVar("Named")


class ProposalList(ListAPIView[Proposal]):
    """The proposals you sent or received."""

    serializer_class = ProposalOut

    def get_queryset(self) -> QuerySet[Proposal]:
        visible = Proposal.objects.visible_to(self.request.user)
        return visible.select_related("job", "expert").prefetch_related("milestones__proposal")


class DraftIsThere(DomainError):
    """One draft for an expert and a job, and nobody overwrites what they have not read."""

    code = "draft_is_there"
    sentence = _("You have begun a proposal for this job. Change that one.")


class NewProposal(APIView):
    """Begin your proposal to a job."""

    scope = Scope.PROPOSALS

    @extend_schema(request=ProposalIn, responses={201: ProposalDetailOut})
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Begin a draft, however incomplete; the client sees nothing of it until it is sent."""
        by, at = asker(request), now()
        job = get_object_or_404(Job.objects.visible_to(by), public_id=public_id)
        if job.proposals.filter(expert__user=by, status=Proposal.Status.DRAFT).exists():
            raise DraftIsThere
        said = _as_known(cleaned(ProposalIn, request, today=at.date()), job, by)
        draft = proposals.save(job, **EMPTY | said, by=by, at=at)
        answer = ProposalDetailOut(_visible(by, draft.public_id)).data
        return Response(answer, status=HTTP_201_CREATED)


class ProposalDetail(RetrieveAPIView[Proposal]):
    """One proposal you sent or received."""

    scope = Scope.PROPOSALS
    serializer_class = ProposalDetailOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Proposal]:
        return selectors.whole(Proposal.objects.visible_to(self.request.user))

    @extend_schema(request=ProposalIn, responses=ProposalDetailOut)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what you send of a draft of yours."""
        by, at = asker(request), now()

        def change(draft: Proposal) -> None:
            said = _as_known(cleaned(ProposalIn, request, today=at.date()), draft.job, by)
            proposals.save(draft.job, **proposals.content_of(draft) | said, by=by, at=at)

        return edit(
            request,
            find=lambda: _written_by(by, public_id),
            holds=lambda draft: draft.job,  # whose row comes first wherever a proposal changes
            shown=lambda draft: ProposalDetailOut(draft).data,
            change=change,
        )


class SendProposal(APIView):
    """Send your draft to the client."""

    scope = Scope.PROPOSALS

    @extend_schema(request=Nothing, responses=ProposalDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Send it as it stands; it has to be what its page would send."""
        by, at = asker(request), now()
        draft = _written_by(by, public_id)
        cleaned(Nothing, request)
        options: dict[str, Any] = {
            "job": draft.job,
            "expert": draft.expert,
            "levels": selectors.levels_of(draft.expert),
            "draft": draft,
            "today": at.date(),
        }
        form = ProposalForm(as_if_sent(ProposalForm(**options)), **options)
        refuse_what_the_page_would(form)
        proposals.send(draft.job, **form.cleaned_data, by=by, at=at)
        return Response(ProposalDetailOut(_written_by(by, public_id)).data)


class ProposalMove(Move):
    """One move of a proposal."""

    scope = Scope.PROPOSALS
    gives = ProposalDetailOut

    def find(self, by: User, **names: str) -> Proposal:
        return _visible(by, **names)


class WithdrawProposal(ProposalMove):
    """Take your proposal or its draft back."""

    verb = staticmethod(proposals.withdraw)


class ShortlistProposal(ProposalMove):
    """Put a proposal among those you compare; the expert is told."""

    verb = staticmethod(received.shortlist)


class ArchiveProposal(ProposalMove):
    """Put a proposal aside; nobody is told."""

    verb = staticmethod(received.archive)


class RestoreProposal(ProposalMove):
    """Bring a proposal back from the archive."""

    verb = staticmethod(received.restore)


class DeclineProposal(ProposalMove):
    """Say no for good, with a reason the expert reads."""

    takes, verb = DeclineIn, staticmethod(received.decline)


EMPTY: dict[str, Any] = {
    "cover_note": "",
    "answer": "",
    "ai_use": "",
    "milestones": (),
    "checks": {},
    "musts": {},
    "badges": (),
}


def _visible(by: User, public_id: str) -> Proposal:
    visible = selectors.whole(Proposal.objects.visible_to(by))
    return get_object_or_404(visible, public_id=public_id)


def _written_by(by: User, public_id: str) -> Proposal:
    return get_object_or_404(
        selectors.whole(Proposal.objects.filter(expert__user=by)), public_id=public_id
    )


def _as_known(said: dict[str, Any], job: Job, by: User) -> dict[str, Any]:
    """Return what was sent with the rows it names.

    :raises ValidationError: when it names a check, a skill or a badge that is not there.
    """
    found = dict(said)
    if "checks" in said:
        asked = {(row.position, row.metric): row for row in job.checks.all()}
        answers = {
            (row["position"], row["metric"]): Answer(row["commits"], row["counter"])
            for row in said["checks"]
        }
        found["checks"] = dict(zip(_named("checks", asked, answers), answers.values(), strict=True))
    if "musts" in said:
        skills = {wish.skill.slug: wish.skill for wish in job.musts}
        texts = {row["skill"]: row["text"] for row in said["musts"]}
        found["musts"] = dict(zip(_named("musts", skills, texts), texts.values(), strict=True))
    if "badges" in said:
        shown = Badge.objects.valid().filter(expert__user=by, public_id__in=said["badges"])
        found["badges"] = _named("badges", {row.public_id: row for row in shown}, said["badges"])
    return found


def _named(field: str, rows: Mapping[Any, Named], names: Iterable[Any]) -> list[Named]:
    """Return rows by their names.

    :raises ValidationError: when one is not there.
    """
    if unknown := [name for name in names if name not in rows]:
        raise ValidationError({field: [f"Not there, or no longer: {unknown[0]}."]})
    return [rows[name] for name in names]
