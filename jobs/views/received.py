"""What a client does with the proposals that came: read, sort, compare, decline."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest, client_only
from accounts.selectors import membership
from experts.selectors import has_single_keys
from experts.services import desk_choices
from jobs import comparison, policies, selectors, talk
from jobs.forms.proposals import DeclineForm
from jobs.models import Job, JobCheck, Proposal
from jobs.services import received
from marketplace.kit import lures
from marketplace.kit.http import refusals_on
from marketplace.kit.sums import count_of
from marketplace.kit.urls import PublicIdConverter

PROPOSALS_PER_PAGE = 20
FEWEST_COMPARED, MOST_COMPARED = 2, 4


@require_safe
@client_only
def received_proposals(request: MemberRequest, public_id: str) -> HttpResponse:
    """List a job's proposals, one tab at a time."""
    job = _client_job(request, public_id)
    tab = request.GET.get("tab", "all")
    tab = tab if tab in selectors.TABS else "all"
    tabs = selectors.tabs(job)
    pages = Paginator(selectors.received_proposals(job, tab=tab), PROPOSALS_PER_PAGE)
    pages.count = next(row.rows for row in tabs if row.name == tab)  # counted with the tabs
    page = pages.get_page(request.GET.get("page"))
    context = {
        "job": job,
        "tab": tab,
        "tabs": tabs,
        "page": page,
        "digests": comparison.digests(job, list(page), on=now().date()),
        "can_choose": policies.may_post(membership(request.user, job.organisation)),
        "archived": _just_archived(request, job),
        "has_keys": has_single_keys(request.user),
    }
    return render(request, "jobs/received_proposals.html", context)


@require_POST
@client_only
def keys(request: MemberRequest, public_id: str) -> HttpResponse:
    """Switch the reader's shortcuts of one key off, or on again."""
    job = _client_job(request, public_id)
    desk_choices.switch_keys(by=request.user)
    tab = request.POST.get("from", "")
    page = reverse("jobs:received-proposals", args=[job.public_id])
    return redirect(f"{page}?tab={tab}" if tab in selectors.TABS else page)


@require_safe
@client_only
def compare(request: MemberRequest, public_id: str) -> HttpResponse:
    """Lay two to four proposals side by side."""
    job = _client_job(request, public_id)
    ticked = [
        name for name in request.GET.getlist("p") if re.fullmatch(PublicIdConverter.regex, name)
    ]
    rows = list(selectors.compared(job, ticked)[:MOST_COMPARED])
    if len(rows) < FEWEST_COMPARED:
        messages.warning(request, _("Tick two to four proposals to compare them."))
        return redirect("jobs:received-proposals", job.public_id)
    columns = comparison.digests(job, rows, on=now().date())
    context = {
        "job": job,
        "columns": columns,
        "lines": comparison.lines(job, columns),
        "can_choose": policies.may_post(membership(request.user, job.organisation)),
    }
    return render(request, "jobs/compare.html", context)


@require_POST
@client_only
def shortlist(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put a proposal on the shortlist."""
    return _sort(
        request, public_id, received.shortlist, _("On your shortlist. The expert sees it.")
    )


@require_POST
@client_only
def archive(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put a proposal aside."""
    return _sort(request, public_id, received.archive, _("Archived. You can restore it."))


@require_POST
@client_only
def restore(request: MemberRequest, public_id: str) -> HttpResponse:
    """Bring a proposal back from the archive."""
    return _sort(request, public_id, received.restore, _("Restored."))


@client_only
def decline(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say no to a proposal, with a reason."""
    row = _received(request, public_id)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            received.decline(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Declined. The expert has your reason."))
            return redirect("jobs:received-proposals", row.job.public_id)
    status = 422 if form.errors else 200
    return render(request, "jobs/decline.html", {"form": form, "proposal": row}, status=status)


def client_page(request: MemberRequest, row: Proposal) -> dict[str, object]:
    """Return what the client sees of one proposal and may do with it."""
    member = membership(request.user, row.job.organisation)
    verbs = ("shortlist", "archive", "restore", "decline", "offer")
    may_choose = policies.may_choose(member, row)
    return {
        "proposal": row,
        "digest": comparison.digests(row.job, [row], on=now().date())[0],
        "can": {verb: may_choose and row.may(verb) for verb in verbs},
        "leads_away": bool(lures.find(f"{row.cover_note}\n{row.answer}")),
        "can_write": policies.may_begin(request.user, member, row) or talk.has_begun(row),
    }


def _client_job(request: MemberRequest, public_id: str) -> Job:
    jobs = Job.objects.of_client(request.user).exclude(status=Job.Status.DRAFT)
    rows = jobs.select_related("organisation").prefetch_related(selectors.WISHES)
    rows = rows.annotate(counted_checks=count_of(JobCheck.objects.all(), "job"))
    return get_object_or_404(rows, public_id=public_id)


def _received(request: MemberRequest, public_id: str) -> Proposal:
    rows = Proposal.objects.received().filter(job__in=Job.objects.of_client(request.user))
    return get_object_or_404(
        rows.select_related("job__organisation", "expert__user"), public_id=public_id
    )


def _just_archived(request: MemberRequest, job: Job) -> Proposal | None:
    """Return what the reader has just put aside from the list, so that they can take it back."""
    name = request.GET.get("archived", "")
    if not re.fullmatch(PublicIdConverter.regex, name):
        return None
    rows = job.proposals.received().filter(status=Proposal.Status.ARCHIVED, public_id=name)
    return rows.select_related("expert__user").first()


def _sort(
    request: MemberRequest, public_id: str, verb: Callable[..., Proposal], said: str
) -> HttpResponse:
    """Make one move and go back to where the client was choosing."""
    row = _received(request, public_id)
    verb(row, by=request.user, at=now())
    came_from = request.POST.get("from", "")
    if came_from not in selectors.TABS:
        messages.success(request, said)
        return redirect("jobs:proposal", row.public_id)
    query = {"tab": came_from}
    if row.status == Proposal.Status.ARCHIVED:  # the list says it, with the way back
        query["archived"] = row.public_id
    else:
        messages.success(request, said)
    page = reverse("jobs:received-proposals", args=[row.job.public_id])
    return redirect(f"{page}?{urlencode(query)}")
