"""What the pages of an application's tasks share: finding it, saving quietly, keeping words."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now

from accounts.http import MemberRequest
from experts.models import Application, Evidence, TaskDraft
from experts.services import drafts
from marketplace.kit.forms import SiteForm


def visible_application(request: MemberRequest, public_id: str) -> Application:
    """Find an application its reader may see."""
    rows = Application.objects.visible_to(request.user)
    rows = rows.select_related("skill", "rubric", "expert__user", "badge")
    return get_object_or_404(rows, public_id=public_id)


def visible_piece(request: MemberRequest, public_id: str) -> Evidence:
    """Find a piece of evidence of an application one may see, so that public ones stay apart."""
    rows = Evidence.objects.filter(application__in=Application.objects.visible_to(request.user))
    rows = rows.select_related("application__skill", "application__expert__user", "upload")
    return get_object_or_404(rows, public_id=public_id)


def restored(application: Application, task: str, initial: dict[str, Any]) -> dict[str, Any]:
    """Return what a form begins with: what is saved, under what was typed since."""
    draft = TaskDraft.objects.filter(application=application, task=task).first()
    return initial | (draft.typed if draft else {})


def saved(request: MemberRequest, application: Application) -> HttpResponse:
    """Answer a task that was saved: a quiet word for htmx, the task list for everyone else."""
    if request.htmx:
        return render(request, "components/saved.html", {"at": now(), "is_saved": True})
    return redirect("experts:application", application.public_id)


def form_page(
    request: MemberRequest, template: str, context: dict[str, Any], task: str = ""
) -> HttpResponse:
    """Show a form, again with what is wrong; for htmx keep what was typed and say so."""
    is_sent = request.method == "POST"
    if request.htmx and is_sent:
        if task:
            _keep(request, context["application"], task, context["form"])
        return render(request, "components/saved.html", {"at": now(), "is_saved": False})
    return render(request, template, context, status=422 if is_sent else 200)


def _keep(request: MemberRequest, application: Application, task: str, form: SiteForm) -> None:
    typed = {name: form[name].data for name in form.fields if name in request.POST}
    drafts.keep(application, task=task, typed=typed, by=request.user, at=now())
