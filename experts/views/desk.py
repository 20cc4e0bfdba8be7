"""The vetting desk: the reviewers' queue, and one case at a time.

Evidence is text and files by strangers. Nothing here follows what it says: no model reads it, no
link in it is opened by us, and every verb is a form that a person sends.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from experts import casework, conflicts, proofs, selectors, worklist
from experts.forms.judgement import EVERYTHING, JudgementForm
from experts.http import hides_identity, reviewer_only
from experts.models import Application, Review, SavedReply, TrailEntry
from experts.services import desk_choices, letters, reviews, seats, trail
from experts.services.previews import preview_of
from marketplace.kit.http import refusals_on

TRAIL_SHOWN = 30


@require_safe
@reviewer_only
def queue(request: MemberRequest) -> HttpResponse:
    """Show what waits for a judgement, by deadline."""
    asked = request.GET.get("view", "all")
    view = asked if asked in worklist.VIEWS else "all"
    after = request.GET.get("after", "").replace("\x00", "")
    is_waiting = view == "waiting"
    around = worklist.desk(request.user)
    context = {
        "page": None if is_waiting else worklist.page(request.user, view, after=after, at=now()),
        "waiting": worklist.waiting() if is_waiting else (),
        "counts": around.counts,
        "view": view,
        "hides_identity": hides_identity(request),
        "has_keys": around.has_keys,
        "at": now(),
    }
    return render(request, "admin/experts/queue.html", context)


@require_POST
@reviewer_only
def take_next(request: MemberRequest) -> HttpResponse:
    """Take the seat that is due first."""
    seat = seats.take_next(by=request.user, at=now())
    return redirect("admin:vetting:case", seat.application.public_id)


@require_POST
@reviewer_only
def identity(request: MemberRequest) -> HttpResponse:
    """Hide or show names, pictures and countries, for a first pass without them."""
    request.session["desk_hides_identity"] = not hides_identity(request)
    return _back(request)


@require_POST
@reviewer_only
def keys(request: MemberRequest) -> HttpResponse:
    """Switch the shortcuts of one key off, or on again."""
    desk_choices.switch_keys(by=request.user)
    return _back(request)


@reviewer_only
def case(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a claim beside its evidence and the scores beside both; take the judgement."""
    row, seat = _case(request, public_id)
    form = _form(request, row, seat)
    if form.is_valid():
        with refusals_on(form):
            reviews.decide(
                row,
                decision=form.chosen(),
                judgement=form.judgement(),
                by=request.user,
                at=now(),
            )
            messages.success(request, _("Your judgement is given."))
            return redirect("admin:vetting:queue")
    elif request.method != "POST":
        trail.note(row, TrailEntry.Act.LOOKED, by=request.user, at=now())
    return _bench(request, *_case(request, public_id), form)


@require_POST
@reviewer_only
def preview(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show the mail that a judgement would send, and send nothing."""
    row, seat = _case(request, public_id)
    form = _form(request, row, seat)
    letter = None
    if form.is_valid():
        letter = preview_of(row, decision=form.chosen(), judgement=form.judgement(), at=now())
    return _bench(request, row, seat, form, letter=letter)


@require_POST
@reviewer_only
def insert_reply(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put the words of a saved reply into the form; nothing typed is lost, nothing is sent."""
    row, seat = _case(request, public_id)
    chosen = request.POST.get("reply", "").replace("\x00", "")
    reply = get_object_or_404(SavedReply, public_id=chosen)
    typed = _form(request, row, seat).as_typed()
    typed["message"] = "\n\n".join(filter(None, [typed["message"], reply.message]))
    typed["would_change"] = reply.would_change or typed["would_change"]
    return _bench(request, row, seat, _form(request, row, seat, start=typed))


@require_POST
@reviewer_only
def claim(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a seat at this case."""
    row, _seat = _case(request, public_id)
    seats.claim(row, by=request.user, at=now())
    return redirect("admin:vetting:case", row.public_id)


@require_POST
@reviewer_only
def hand_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Give the seat back."""
    row, _seat = _case(request, public_id)
    seats.hand_back(row, by=request.user, at=now())
    messages.success(request, _("The case is back in the queue."))
    return redirect("admin:vetting:queue")


@require_POST
@reviewer_only
def tally(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say what the scores ticked so far add up to, while they are being ticked."""
    row, seat = _case(request, public_id)
    form = _form(request, row, seat)
    context = {"tally": casework.tally(row, form.points())}
    return render(request, "admin/experts/_tally.html", context)


@require_POST
@reviewer_only
def fields(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show the fields that the decision ticked so far needs, with what was typed."""
    row, seat = _case(request, public_id)
    typed = _form(request, row, seat).as_typed()
    form = _form(request, row, seat, start=typed)
    context = {"form": form, "needed": form.needed()}
    return render(request, "admin/experts/_fields.html", context)


def _back(request: MemberRequest) -> HttpResponse:
    """Return to the case a switch was pressed on, or to the queue."""
    asked = request.POST.get("case", "").replace("\x00", "")
    row = Application.objects.visible_to(request.user).filter(public_id=asked).first()
    return redirect("admin:vetting:case", row.public_id) if row else redirect("admin:vetting:queue")


def _case(request: MemberRequest, public_id: str) -> tuple[Application, Review | None]:
    """Find a submitted application and one's seat at it, whose lease begins anew.

    :raises PermissionDenied: through the service, when a reviewer acts on their own.
    """
    rows = Application.objects.visible_to(request.user).select_related(
        "skill", "rubric", "expert__user"
    )
    row = get_object_or_404(rows.exclude(status=Application.Status.DRAFT), public_id=public_id)
    seats.renew(row, by=request.user, at=now())
    return row, seats.taken_by(request.user, row)


def _form(
    request: MemberRequest,
    row: Application,
    seat: Review | None,
    *,
    start: dict[str, object] | None = None,
) -> JudgementForm:
    """Return the form as sent, or begun with `start` or an earlier judgement of one's own."""
    reapply_on = (now() + reviews.REAPPLY_AFTER).date()
    earlier = casework.latest_review(row, request.user)
    return JudgementForm(
        None if start else request.POST or None,
        criteria=row.rubric.criteria.all(),
        decisions=casework.decisions(row, seat),
        initial=start or JudgementForm.initial_of(earlier, reapply_on),
    )


def _bench(
    request: MemberRequest,
    row: Application,
    seat: Review | None,
    form: JudgementForm,
    *,
    letter: letters.Letter | None = None,
) -> HttpResponse:
    at = now()
    is_sealed = casework.is_sealed(row, request.user)
    conflict = conflicts.conflict_of(request.user, row.expert, at=at)
    context = {
        "application": row,
        "seat": seat,
        "pieces": proofs.pieces_of(row),
        "checks": proofs.checks_of(row),
        "slots": row.slots.all(),
        "timeline": casework.timeline(row, is_nameless=is_sealed or hides_identity(request)),
        "sittings": casework.sittings(row, request.user),
        "judgements": casework.judgements(row, request.user),
        "trail": casework.trail(row, request.user)[:TRAIL_SHOWN],
        "is_sealed": is_sealed,
        "conflict": conflicts.WORDS.get(conflict, ""),
        "may_claim": not seat and seats.waiting_for(request.user, at=at).filter(application=row),
        "form": form,
        "needed": EVERYTHING,
        "decisions": casework.decisions(row, seat),
        "replies": SavedReply.objects.all(),
        "letter": letter,
        "tally": casework.tally(row, form.points()),
        "hides_identity": hides_identity(request),
        "has_keys": selectors.has_single_keys(request.user),
        "at": at,
    }
    return render(request, "admin/experts/case.html", context, status=422 if form.errors else 200)
