"""Writes the trail of the desk; nothing else does, and nothing changes it."""

from datetime import datetime

from accounts.models import User
from experts.models import Application, TrailEntry


def note(
    application: Application, act: TrailEntry.Act, *, by: User, at: datetime, about: str = ""
) -> None:
    """Write down what a member of staff did at a case, and about what."""
    TrailEntry.objects.create(application=application, act=act, by=by, at=at, about=about)
