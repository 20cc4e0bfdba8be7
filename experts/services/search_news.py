"""What whoever keeps a search for experts is told, and in which words."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Kind
from accounts.services.notifications import Message
from experts.listed import Row
from experts.models import ExpertSearch

# So many experts a letter names; it counts the rest.
MOST_LISTED = 10
FOUND = "experts-found:"
"""How the keys of these letters begin."""


def experts_found(search: ExpertSearch, rows: Sequence[Row], *, at: datetime) -> Message:
    """Return what the owner of a search reads of those who began to fit it."""
    more = len(rows) - MOST_LISTED
    with override(search.user.language):
        lines = [_line(row) for row in rows[:MOST_LISTED]]
        if more > 0:
            lines.append(_("And %(count)s more.") % {"count": more})
        subject = ngettext(
            "%(count)s new expert for your search: %(name)s",
            "%(count)s new experts for your search: %(name)s",
            len(rows),
        )
        return Message(
            user=search.user,
            kind=Kind.MATCH,
            key=f"{FOUND}{search.public_id}:{at:%Y%m%dT%H%M%S}",
            subject=subject % {"count": len(rows), "name": search.name},
            body="\n".join(lines),
            url=reverse("experts:expert-search", args=[search.public_id]),
            action=_("See who it found"),
        )


def _line(row: Row) -> str:
    """Say why an expert is news: the badges asked for, or else the best."""
    badges = [badge for badge in row.badges if badge.skill_id in row.asked] or row.badges[:1]
    held = [
        _("%(skill)s at level %(level)s") % {"skill": badge.skill.name, "level": badge.level}
        for badge in badges
    ]
    return f"{row.expert.name}: {', '.join(held)}"
