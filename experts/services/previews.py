"""Shows what a judgement would send, without giving it."""

from copy import copy
from datetime import datetime

from experts import casework
from experts.models import Application
from experts.models.vetting import Part
from experts.services import badges, letters, reviews
from experts.services.letters import Letter
from experts.services.reviews import Judgement


def preview_of(
    application: Application, *, decision: casework.Decision, judgement: Judgement, at: datetime
) -> Letter:
    """Return the letter the applicant would get if the case ended with this judgement alone."""
    ended = copy(application)  # never saved
    ended.message, ended.would_change = judgement.message, judgement.would_change
    ended.asked_parts = [part for part in Part.values if part in judgement.parts]
    ended.reapply_on = judgement.reapply_on or (at + reviews.REAPPLY_AFTER).date()
    if decision.verb == "grant":
        end = badges.months_after(at.date(), application.skill.validity_months)
        return letters.granted(ended, level=decision.level, valid_until=end)
    if decision.verb == "ask_for_changes":
        return letters.changes_asked(ended)
    if application.status == Application.Status.APPEALED:
        return letters.upheld(ended)
    return letters.rejected(ended)
