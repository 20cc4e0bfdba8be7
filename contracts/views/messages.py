"""Pages of conversations: the list, one of them as it goes on, and what to do about a bad one."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts.forms.messages import MessageForm, ReportForm
from contracts.http import (
    SeeOther,
    contract_for,
    conversation_for,
    opened_conversation_for,
    proposal_for,
)
from contracts.selectors import conversations as reads
from contracts.selectors import interviews
from experts.models import Upload
from jobs import policies, talk
from jobs.models import Attachment, Conversation, Message, Proposal
from jobs.services import messages as service
from marketplace.kit.http import if_it_can_be_noted, private_file, refusals_on

PER_PAGE = 20


@require_safe
@login_required
def inbox(request: MemberRequest) -> HttpResponse:
    """List the reader's conversations, the latest first."""
    rows = talk.conversations(request.user)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "contracts/messages.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def begin(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write the first message about a proposal; once there is one, go on where it is."""
    proposal = proposal_for(request.user, public_id)
    there = talk.of_proposal(proposal)
    if there is not None:
        return redirect("contracts:conversation", there.public_id)
    member = membership(request.user, proposal.job.organisation)
    may_write = policies.may_begin(request.user, member, proposal)
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    if typed and not may_write:
        raise PermissionDenied
    form = MessageForm(*typed, is_protected=talk.is_protected(proposal))
    if form.is_valid():
        with refusals_on(form):
            sent = service.begin(proposal, **form.sent, by=request.user, at=now())
            return _to_the_end(sent.conversation)
    context = {
        "proposal": proposal,
        "other": _other(proposal, request),
        "form": form,
        "action": request.path,
        "may_write": may_write,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/begin_conversation.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def conversation(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a conversation and go on with it."""
    row, at = opened_conversation_for(request.user, public_id), now()
    form = MessageForm(is_protected=True)
    if request.method == "POST":
        is_protected = talk.is_protected(talk.last_proposal(row))
        form = MessageForm(request.POST, request.FILES, is_protected=is_protected)
        if form.is_valid():
            with refusals_on(form):
                service.send(row, **form.sent, by=request.user, at=at)
                return _sent(request, row)
    status = 422 if form.errors else 200
    if request.htmx:
        context = _composer(request, row, form)
        return render(request, "contracts/_composer.html", context, status=status)
    before = _moment(request.GET.get("before", ""))
    if row.has_news:
        with if_it_can_be_noted():
            service.read(row, by=request.user, at=at)
    context = {
        "conversation": row,
        "other": _other(row, request),
        "page": reads.latest(row, request.user, before=before),
        "is_latest": before is None,
        "clocks": reads.clocks(row, request.user, at),
        "talks": interviews.of_conversation(row, request.user, at),
        **_composer(request, row, form),
    }
    return render(request, "contracts/conversation.html", context, status=status)


@require_safe
@login_required
def news(request: MemberRequest, public_id: str) -> HttpResponse:
    """Answer what came after the last line that the reader's page has; mostly nothing."""
    row, after = conversation_for(request.user, public_id), _moment(request.GET.get("after", ""))
    page = reads.since(row, request.user, after) if after else None
    if page is None or not page.lines:
        return HttpResponse(status=204)
    with if_it_can_be_noted():
        service.read(row, by=request.user, at=now())
    context = {"conversation": row, "page": page, "other": _other(row, request)}
    return render(request, "contracts/_news.html", context)


@require_safe
@login_required
def of_contract(request: MemberRequest, public_id: str) -> HttpResponse:
    """Lead from a contract to its conversation, or to where it begins."""
    contract = contract_for(request.user, public_id)
    if contract.offer is None:
        raise Http404
    return redirect("contracts:begin-conversation", contract.offer.proposal.public_id)


@require_safe
@login_required
def attachment(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """Send a file that came with a message, once the scanner has passed it."""
    mine = Conversation.objects.visible_to(request.user)
    files = Attachment.objects.filter(
        message__conversation__in=mine, upload__status=Upload.Status.CLEAN
    )
    upload = get_object_or_404(files.select_related("upload"), public_id=public_id).upload
    return private_file(upload.file, upload.name)


@require_POST
@login_required
def block(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take no more messages from the other side."""
    row = conversation_for(request.user, public_id)
    service.block(row, by=request.user, at=now())
    messages.success(request, _("Blocked. They cannot write to you. A contract goes on as it was."))
    return _to_the_end(row)


@require_POST
@login_required
def unblock(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take messages again."""
    row = conversation_for(request.user, public_id)
    service.unblock(row, by=request.user, at=now())
    messages.success(request, _("Unblocked. You can write to each other again."))
    return _to_the_end(row)


@require_http_methods(["GET", "POST"])
@login_required
def report(request: MemberRequest, public_id: str) -> HttpResponse:
    """Tell our staff about a message."""
    mine = Conversation.objects.visible_to(request.user)
    rows = Message.objects.filter(conversation__in=mine).select_related(
        "by", "conversation__job__organisation", "conversation__expert__user"
    )
    message = get_object_or_404(rows, public_id=public_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            service.report(message, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Reported. Our staff read it; the other side is not told."))
            return _to_the_end(message.conversation)
    context = {"form": form, "message": message}
    status = 422 if form.errors else 200
    return render(request, "contracts/report_message.html", context, status=status)


def _other(row: Conversation | Proposal, request: MemberRequest) -> str:
    """Name the other side."""
    is_expert = row.expert.user_id == request.user.pk
    return row.job.organisation.name if is_expert else row.expert.name


def _composer(request: MemberRequest, row: talk.Opened, form: MessageForm) -> dict[str, object]:
    """Return what the part of the page shows in which one writes, and what stands beside it."""
    contract, side = reads.contract_of(row), row.side_of(request.user)
    proposal = reads.proposal_of(row, contract)
    return {
        "form": form,
        "action": reverse("contracts:conversation", args=[row.public_id]),
        "may_speak": policies.may_speak(request.user, talk.place(row, request.user), row),
        "closed": talk.block_words(row.blocking, side) or _over(proposal),
        "has_blocked": side in row.blocking,
        "contract": contract,
        "proposal": proposal,
        "unchecked": reads.work_still_in_review(row, contract, request.user),
    }


def _over(last: Proposal | None) -> str:
    return "" if talk.is_open(last) else str(service.ConversationIsOver.sentence)


def _sent(request: MemberRequest, row: talk.Opened) -> HttpResponse:
    """Answer with an empty field; the page then asks for what is new, its own message first."""
    if not request.htmx:
        return _to_the_end(row)
    context = _composer(request, row, MessageForm(is_protected=True))
    response = render(request, "contracts/_composer.html", context)
    return trigger_client_event(response, "newMessages", after="settle")


def _to_the_end(row: Conversation) -> HttpResponse:
    return SeeOther(reverse("contracts:conversation", args=[row.public_id]) + "#last")


def _moment(text: str) -> datetime | None:
    """Read a moment as our own links write it; anything else is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and is_aware(found) else None
