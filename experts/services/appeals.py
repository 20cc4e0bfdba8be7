"""Appealing against a rejection: once, in the applicant's words, to somebody who did not sit."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts import policies
from experts.models import Application
from experts.models.review import Seat
from experts.models.vetting import OPEN_APPLICATIONS, PROMISED
from experts.services import seats
from experts.services.vetting import AlreadyApplied
from marketplace.kit import business
from marketplace.kit.errors import DomainError


class TooLateToAppeal(DomainError):
    """An appeal is made once, and soon after the rejection."""

    code = "too_late_to_appeal"
    sentence = _("You can appeal once, within 14 days of a rejection.")


class WordsMissing(DomainError):
    """Whoever decides an appeal begins with what the applicant says."""

    code = "appeal_without_words"
    sentence = _("Say what the reviewers overlooked or got wrong.")


@transaction.atomic
def appeal(application: Application, *, words: str, by: User, at: datetime) -> Application:
    """Ask for another decision on the same submission; it is final.

    :raises PermissionDenied: unless the application is theirs.
    :raises TooLateToAppeal: unless it was rejected within 14 days and not appealed before.
    :raises WordsMissing: without words.
    :raises AlreadyApplied: while another application for the skill is open.
    """
    if not policies.owns(by, application):
        raise PermissionDenied
    seats.hold(application)
    if not policies.may_appeal(by, application, at=at):
        raise TooLateToAppeal
    if not words.strip():
        raise WordsMissing
    others = Application.objects.filter(expert=application.expert_id, skill=application.skill_id)
    if others.filter(status__in=OPEN_APPLICATIONS).exists():
        raise AlreadyApplied
    application.appeal, application.appealed_at = words.strip(), at
    application.due_at = business.after(at, PROMISED)
    application.move("appeal", by=by, at=at)
    application.save(update_fields=["appeal", "appealed_at", "due_at"])
    seats.open_one(application, Seat.APPEAL, at=at)
    return application
