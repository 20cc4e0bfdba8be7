"""Writes the trail of the desk; nothing else does, and nothing changes it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.activity import Seen, tells_looks
from accounts.models import User
from experts.models import Application, TrailEntry


def note(
    application: Application, act: TrailEntry.Act, *, by: User, at: datetime, about: str = ""
) -> None:
    """Write down what a member of staff did at a case, and about what."""
    TrailEntry.objects.create(application=application, act=act, by=by, at=at, about=about)


@tells_looks
def looks_at(person: User, limit: int) -> Iterable[Seen]:
    """Tell an applicant when their case and the files of it were read; by whom, no page says."""
    words = {
        TrailEntry.Act.LOOKED: _("Your application for %(skill)s"),
        TrailEntry.Act.OPENED: _("A file of your application for %(skill)s"),
    }
    looks = TrailEntry.objects.filter(application__expert__user=person, act__in=words)
    for look in looks.select_related("application__skill").order_by("-at")[:limit]:
        yield Seen(
            look.at, words[TrailEntry.Act(look.act)] % {"skill": look.application.skill.name}
        )
