"""Public pages of jobs: the board and one job as experts see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.selectors import membership
from experts.models import Expert
from jobs import clauses, policies, selectors, versions
from jobs.forms.board import BoardForm, facets
from jobs.job_board import Board, Page
from jobs.models import Job
from jobs.selectors import clients, postings
from jobs.selectors.invitations import shortlist, waiting_for
from jobs.services import gates, invitations
from marketplace.kit import kept
from marketplace.kit.http import keep_for_visitors, render_part
from marketplace.templatetags.ui import ago

JOBS_PER_PAGE = 20


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the open jobs that fit what the reader searches for."""
    shown = Shown(request, now())
    return keep_for_visitors(request, shown.made_from, shown.answer)


class Shown:
    """A page of the board at a moment: what it is made from, and how, if nobody has made it yet."""

    def __init__(self, request: HttpRequest, at: datetime) -> None:
        # To the minute, so that "within a day" is the same question for a while.
        self.request, self.at = request, at.replace(second=0, microsecond=0)

    def made_from(self) -> Sequence[object]:
        """Return the version of the board, and those of the cards it leads to.

        Which jobs those are is kept too, so that a page that is kept asks for versions alone.
        """
        is_timed = "days" in self.request.GET
        # The counts beside the days are as old as an hour.
        searched = versions.of_board(), self.at if is_timed else self.at.replace(minute=0)
        named = kept.name("jobs:board", self.request.get_full_path(), *searched)
        self.page = kept.value(named, self._find)
        return *searched, self.versions, [ago(job.published_at) for job in self.page.jobs]

    def answer(self) -> HttpResponse:
        """Make the page."""
        context = {
            "form": self.form,
            "board": self.board,
            "subject": self.form.subject(self.board.words),
            "facets": facets(self.form, self.board.counts),
            "wider": self.wider,
            "next": self.page.after,
            "is_first": not self.request.GET.get("after"),
            "cards": self.cards(),
            "expert": self.expert,
            "signed_in": self.request.user.is_authenticated,
        }
        return render_part(self.request, "jobs/board.html", "jobs/_board.html", context)

    @cached_property
    def expert(self) -> Expert | None:
        """The reader's profile."""
        return expert_of(self.request.user)

    @cached_property
    def form(self) -> BoardForm:
        """What is asked; what fits the reader means nothing to who is no expert."""
        form = BoardForm(self.request.GET)
        if not self.expert:
            form.cleaned_data.pop("fits", None)
        return form

    @cached_property
    def board(self) -> Board:
        """The answer."""
        return Board(self.request.user, self.form.found, self.expert, at=self.at)

    @property
    def wider(self) -> tuple[str, str] | None:
        """The one filter that costs most, in words and as a way out of an empty page."""
        option = None if self.page.jobs else self.board.wider
        if option is None:
            return None
        words, url = self.form.without(option.name)
        return _("%(count)d without “%(filter)s”") % {"count": option.count, "filter": words}, url

    @cached_property
    def page(self) -> Page:
        """Which jobs are listed."""
        return self._find()

    def _find(self) -> Page:
        return self.board.page(JOBS_PER_PAGE, self.request.GET.get("after", ""))

    @cached_property
    def versions(self) -> Mapping[int, str]:
        """The version of the card of each job that is listed."""
        return versions.CARD.versions(job.pk for job in self.page.jobs)

    def cards(self) -> list[SafeString]:
        """Return the jobs as the board shows them, made anew where they have changed."""
        levels = selectors.levels_of(self.expert) if self.expert else None
        proven, stems = levels and sorted(levels.items()), self.board.stems
        named = {
            job.pk: kept.name("jobs/_row.html", version, ago(job.published_at), proven, stems)
            for job in self.page.jobs
            if (version := self.versions.get(job.pk))
        }

        def made(missing: Sequence[int]) -> Mapping[int, str]:
            jobs = selectors.as_rows(Job.objects.filter(pk__in=missing))
            return {
                row.job.pk: render_to_string("jobs/_row.html", {"row": row})
                for row in selectors.board_rows(jobs, levels, stems)
            }

        return list(kept.parts(named, made).values())


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one job, with what the reader may do about it."""
    visible = Job.objects.visible_to(request.user).filter(public_id=public_id)
    return keep_for_visitors(
        request,
        lambda: _made_from(visible),
        lambda: _detail(request, get_object_or_404(selectors.as_rows(visible))),
    )


def _made_from(jobs: QuerySet[Job]) -> object:
    """Return the versions of the one job and its client, which its page is made from."""
    facts = jobs.values_list("pk", "organisation").first()
    if facts is None:
        raise Http404
    return versions.JOB.versions(facts[:1]), versions.CLIENT.versions(facts[1:])


def _detail(request: HttpRequest, job: selectors.CountedJob) -> HttpResponse:
    page = page_of(job, request.user)
    if page["invitation"] and isinstance(request.user, User):
        invitations.mark_viewed(job, by=request.user, at=now())
    return render(request, "jobs/detail.html", page)


def page_of(job: selectors.CountedJob, user: User | AnonymousUser) -> dict[str, object]:
    """Return what a job's page shows to this reader."""
    expert = expert_of(user)
    asked = waiting_for(user).filter(job=job) if expert and isinstance(user, User) else None
    member = membership(user, job.organisation) if isinstance(user, User) else None
    levels = selectors.levels_of(expert)
    match = selectors.match_of(job, expert) if expert else None
    could_fit = job.status == Job.Status.OPEN and not match and member is None
    return {
        "job": job,
        "posting": postings.job_posting(job),
        "rider": clauses.rider(job),
        "trust": clients.trust(job.organisation),
        "activity": selectors.activity(job.answers),
        "expert": expert,
        "coverage": selectors.coverage(job, levels) if expert else None,
        "own": selectors.live_proposal(job, expert) if expert else None,
        "invitation": asked.first() if asked is not None else None,
        "match": match,
        "is_member": member is not None,
        "fitting": job.matches.fitting().count() if member else 0,
        "shortlist": shortlist(job) if policies.may_post(member) else [],
        "gates": _gates(job, user, expert, levels) if could_fit else [],
        "can_edit": policies.may_post(member) and job.is_editable,
        "can_propose": policies.may_propose(member, job, valid_badges=len(levels)),
    }


def _gates(
    job: Job, user: User | AnonymousUser, expert: Expert | None, levels: Mapping[int, int]
) -> list[str]:
    if expert is None or not isinstance(user, User):
        return []
    return gates.shut(job, expert, levels, zone=user.time_zone, on=now().date())


def expert_of(user: User | AnonymousUser) -> Expert | None:
    """Return the reader's expert profile, if they have one."""
    return Expert.objects.filter(user=user.pk).first() if user.is_authenticated else None
