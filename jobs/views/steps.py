"""The three steps of posting, for whoever takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.http import MemberRequest, to_second_factor
from accounts.services.second_factors import SecondFactorFirst
from jobs import clauses
from jobs.forms.jobs import DraftBudgetForm
from jobs.models import Job, JobSkill, UseCase, UseCaseSkill
from jobs.selectors.benchmarks import Benchmark, benchmarks
from jobs.services import jobs
from jobs.services.jobs import JobIsIncomplete
from jobs.services.reviews import PostedAlready

STEPS = (
    gettext_lazy("Use case"),
    gettext_lazy("Scope and checks"),
    gettext_lazy("Budget and review"),
)


# Of the steps that are saved by themselves: as `jobs.services.typed` and a refusal name them.
NAMES = {2: "scope", 3: "budget"}
# What the script sends while somebody types, in the place of a pressed button.
AUTOSAVE = "autosave"


def step(request: HttpRequest, template: str, number: int, context: dict[str, Any]) -> HttpResponse:
    """Show one step, with 422 when what was typed there cannot be taken."""
    form = context.get("form")
    status = 422 if form is not None and request.method == "POST" and form.errors else 200
    shown = {"steps": STEPS, "now": number} | context
    if "use_case" in context:
        shown["brought"] = clauses.of_use_case(context["use_case"].slug)
    return render(request, template, shown, status=status)


def saved(
    request: HttpRequest, *, is_saved: bool, benchmarks: Sequence[Benchmark] | None = None
) -> HttpResponse:
    """Answer the script with a quiet word on what was typed, and with what was worked out of it.

    :param is_saved: whether it counts; otherwise it is kept as it was typed.
    """
    context = {
        "at": now(),
        "is_saved": is_saved,
        "benchmarks": benchmarks,
        "is_swap": True,
    }
    return render(request, "jobs/_saved.html", context)


def benchmarks_of(
    form: DraftBudgetForm, use_case: UseCase, wishes: QuerySet[JobSkill] | QuerySet[UseCaseSkill]
) -> list[Benchmark]:
    """Hold what stands in the form against what comparable work was agreed at."""
    first = wishes.filter(is_must=True).select_related("skill").first()
    return benchmarks(
        use_case,
        first.skill if first else None,
        budget=(form.readable("budget_min"), form.readable("budget_max")),
        max_rate=form.readable("max_rate"),
        at=now(),
    )


def shown_again(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed in step 2 to be shown without a check, as when a row was added."""
    return {**typed, "check-update": "1"}


def goes_to(request: HttpRequest) -> str:
    """Return where the pressed button leads: `on`, or elsewhere with whatever is there already."""
    pressed = request.POST.get("then", "")
    return pressed if pressed in {"later", "back", "sign-in", AUTOSAVE} else "on"


def publish_or_open(request: MemberRequest, job: Job) -> HttpResponse:
    """Publish a draft, or lead to what is missing: in the job, or of keys to the account."""
    try:
        jobs.publish(job, by=request.user, at=now())
    except JobIsIncomplete as refusal:
        messages.warning(request, str(refusal))
        return redirect(f"{reverse(f'jobs:edit-{refusal.step}', args=[job.public_id])}?missing=1")
    except SecondFactorFirst:
        return to_second_factor(reverse("jobs:preview", args=[job.public_id]))
    except PostedAlready as refusal:
        messages.warning(request, str(refusal))
        return redirect("jobs:detail", refusal.public_id)
    if job.status == Job.Status.IN_REVIEW:
        messages.success(request, _("Sent. Our staff look at this job before experts see it."))
        return redirect("jobs:detail", job.public_id)
    messages.success(request, _("Your job is live. The experts it fits are being told."))
    return redirect("jobs:detail", job.public_id)
