"""Who looks at a job before experts do: our staff, where something in it speaks for trouble.

Most jobs go live at once. One that is nearly another client's, or that leads people away from this
site, waits for a person. docs/jobs.md says why.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import selectors as people
from accounts.models import User
from jobs import policies
from jobs.models import Job, UseCase
from marketplace.kit import lures, wording
from marketplace.kit.errors import DomainError

# Jaccard of the sketches of what two clients wrote themselves, from which a job is looked at.
ALIKE = 0.6
# Fewer kept hashes than these, some ten words of one's own, say too little to be compared.
FEWEST = 6
# How a risk is written in a job's history.
LIKE, LURE = "like", "lure"


class PostedAlready(DomainError):
    """The organisation has an open job with the same words; `public_id` is that job's."""

    code = "posted_already"
    sentence = gettext_lazy(
        "You have posted this already: this is the open job. The new one is kept as a draft."
    )

    def __init__(self, public_id: str) -> None:
        super().__init__()
        self.public_id = public_id


class EditLeadsAway(DomainError):
    """A job that experts see already may not be given what would have been looked at first."""

    code = "edit_leads_away"
    status = 422

    def __init__(self, found: Iterable[str]) -> None:
        what = get_text_list(lures.words(found), _("and"))
        super().__init__(_("Experts see this job: leave out %(what)s.") % {"what": what})


def sketch(job: Job) -> list[int]:
    """Return the hashes of what the client wrote beyond the template, which many share."""
    said = wording.sketch(_text(job.title, job.scope, job.today))
    return sorted(set(said) - _sketch_of_template(job.use_case))


def _sketch_of_template(use_case: UseCase) -> set[int]:
    """Return the hashes of what a template fills in, in each language it may be chosen in."""
    found: set[int] = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            filled = map(translation.gettext, (use_case.title_template, use_case.scope_template))
            found.update(wording.sketch(_text(*filled)))
    return found


def risks(job: Job) -> list[str]:
    """Return what speaks for a look at the job: codes as they stand in its history.

    :raises PostedAlready: when the organisation has an open job that says the same.
    """
    live = Job.objects.filter(status__in=(Job.Status.OPEN, Job.Status.PAUSED, Job.Status.IN_REVIEW))
    live = live.exclude(pk=job.pk)
    same = {"title": job.title, "scope": job.scope, "today": job.today}
    if own := live.filter(organisation=job.organisation, use_case=job.use_case, **same).first():
        raise PostedAlready(own.public_id)
    found = [f"{LIKE}:{other.public_id}" for other in _alike(job, live.defer("scope", "today"))]
    return found[:3] + [f"{LURE}:{name}" for name in lures_of(job)]


def lures_of(job: Job) -> list[str]:
    """Return what in a job's own words leads experts away from here, or is the mark of a scam."""
    return lures.find(_text(job.title, job.scope, job.today, job.screening_question))


def refuse_new_lures(job: Job) -> None:
    """Keep a job that experts see as free of lures as it was when it was published.

    :raises EditLeadsAway: when what is to be saved has one that the row does not have.
    """
    new = [name for name in lures_of(job) if name not in lures_of(Job.objects.get(pk=job.pk))]
    if new:
        raise EditLeadsAway(new)


def reasons(job: Job) -> list[str]:
    """Return in words why a job was held."""
    held = job.history.filter(verb="review").last()
    codes = [code.partition(":") for code in held.reason.split()] if held else []
    words = lures.words(name for kind, _colon, name in codes if kind == LURE)
    said = [_("It has %(what)s.") % {"what": what} for what in words]
    like = [name for kind, _colon, name in codes if kind == LIKE]
    return said + [_("It is nearly the same as %(job)s.") % {"job": name} for name in like]


@transaction.atomic
def let_through(job: Job, *, by: User, at: datetime) -> Job:
    """Show a held job to experts; its client is told.

    :raises PermissionDenied: unless `by` is staff and has no part in the client.
    :raises IllegalMove: when it was decided already.
    """
    refuse_others(job, by)
    job.move("let_through", by=by, at=at)
    job.published_at = at
    job.save(update_fields=["published_at"])
    return job


@transaction.atomic
def send_back(job: Job, *, answer: str, by: User, at: datetime) -> Job:
    """Make a held job a draft again, with what has to change; its client is told.

    :raises PermissionDenied: unless `by` is staff and has no part in the client.
    :raises IllegalMove: when it was decided already.
    """
    refuse_others(job, by)
    job.move("send_back", by=by, at=at, reason=answer)
    return job


def answer_to(job: Job) -> str:
    """Return why a draft was sent back, or nothing if it was not."""
    last = job.history.last()
    return last.reason if last and last.verb == "send_back" else ""


def refuse_others(job: Job, by: User) -> None:
    """Keep the desk to those who may decide about this job.

    :raises PermissionDenied: for all others.
    """
    if not policies.may_review(by, people.membership(by, job.organisation)):
        raise PermissionDenied


def _alike(job: Job, live: QuerySet[Job]) -> list[Job]:
    ours = set(job.sketch)
    if len(ours) < FEWEST:
        return []
    others = live.filter(sketch__overlap=job.sketch).order_by("pk")
    return [row for row in others if _jaccard(ours, set(row.sketch)) >= ALIKE]


def _jaccard(ours: set[int], theirs: set[int]) -> float:
    return len(ours & theirs) / len(ours | theirs)


def _text(*parts: str) -> str:
    return "\n".join(parts)
