"""What becomes of an expert who is erased: nothing is asked for any more, and no badge counts."""

from datetime import datetime

from accounts.models import User
from experts.models import Application, Badge
from experts.models.expert import VALID_BADGES
from experts.services import seats


def leave(person: User, *, at: datetime) -> None:
    """Withdraw what waits for a judgement and end what was judged; what is with a reviewer stays.

    A badge that lapsed is on no page but its own, which says so, and in no search.
    """
    for application in Application.objects.filter(expert__user=person):
        if application.may("withdraw"):
            application.move("withdraw", by=person, at=at)
            seats.drop(application, by=person, at=at)
    for badge in Badge.objects.filter(expert__user=person, status__in=VALID_BADGES):
        badge.move("lapse", by=None, at=at)
