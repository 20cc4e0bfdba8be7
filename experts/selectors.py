"""Reads of experts, shaped for a page."""

from datetime import datetime

from accounts.models import User
from accounts.selectors import Todo


def needs_you(user: User, at: datetime) -> list[Todo]:
    """Return what waits for this person, to be filled by the app's helper."""
    return []
