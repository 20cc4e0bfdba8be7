"""What an expert wants to hear of: list, make, change, delete."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts.http import ExpertRequest, expert_only
from experts.models import Skill
from jobs.forms.alerts import AlertForm, begins_as, begins_from, offered
from jobs.models import Alert
from jobs.selectors import alerts as reads
from jobs.services import alerts
from marketplace.kit.http import refusals_on


@require_safe
@expert_only
def alert_list(request: ExpertRequest) -> HttpResponse:
    """List the expert's alerts, that of their profile first."""
    return render(request, "jobs/alerts.html", {"rows": reads.alert_rows(request.expert)})


@require_http_methods(["GET", "POST"])
@expert_only
def new_alert(request: ExpertRequest) -> HttpResponse:
    """Make an alert; it begins as the search of the board that one comes from."""
    is_sent = request.method == "POST"
    begins, asked_for = begins_from(request.GET)
    skills = offered(request.expert, *asked_for)
    form = AlertForm(request.POST if is_sent else None, initial=begins, skills=skills)
    if form.is_valid():
        with refusals_on(form):
            alert = alerts.create(
                request.expert, form.cleaned_data["name"], form.asked, by=request.user, at=now()
            )
            return _saved(request, alert)
    return _form(request, form, Alert(expert=request.expert))


@require_http_methods(["GET", "POST"])
@expert_only
def default_alert(request: ExpertRequest) -> HttpResponse:
    """Change what the alert of the profile tells."""
    alert = request.expert.alerts.filter(is_default=True).first()
    alert = alert or Alert(expert=request.expert, is_default=True)
    form = _form_of(request, alert)
    if form.is_valid():
        with refusals_on(form):
            made = alerts.edit_default(request.expert, form.asked, by=request.user, at=now())
            return _saved(request, made)
    return _form(request, form, alert)


@require_http_methods(["GET", "POST"])
@expert_only
def edit_alert(request: ExpertRequest, public_id: str) -> HttpResponse:
    """Change an alert of one's own."""
    rows = request.expert.alerts.filter(is_default=False)
    alert = get_object_or_404(rows, public_id=public_id)
    form = _form_of(request, alert)
    if form.is_valid():
        with refusals_on(form):
            alerts.edit(alert, form.cleaned_data["name"], form.asked, by=request.user)
            return _saved(request, alert)
    return _form(request, form, alert)


@require_POST
@expert_only
def delete_alert(request: ExpertRequest, public_id: str) -> HttpResponse:
    """Forget an alert of one's own."""
    rows = request.expert.alerts.filter(is_default=False)
    alerts.delete(get_object_or_404(rows, public_id=public_id), by=request.user)
    messages.success(request, _("Deleted."))
    return redirect("jobs:alerts")


def _form_of(request: ExpertRequest, alert: Alert) -> AlertForm:
    skills = offered(request.expert, *Skill.objects.filter(pk__in=alert.wanted))
    return AlertForm(
        request.POST if request.method == "POST" else None,
        initial=begins_as(alert, skills),
        skills=skills,
        is_default=alert.is_default,
    )


def _saved(request: ExpertRequest, alert: Alert) -> HttpResponse:
    count = reads.passing(alert)
    words = ngettext(
        "Saved. %(count)s of the open jobs found for you passes it.",
        "Saved. %(count)s of the open jobs found for you pass it.",
        count,
    )
    messages.success(request, words % {"count": count})
    return redirect("jobs:alerts")


def _form(request: ExpertRequest, form: AlertForm, alert: Alert) -> HttpResponse:
    context = {"form": form, "alert": alert, "name": reads.name_of(alert)}
    status = 422 if form.errors else 200
    return render(request, "jobs/alert.html", context, status=status)
