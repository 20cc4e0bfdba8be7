"""What follows from a move in this app, one line each."""

from datetime import datetime

from experts.models import Application, Badge
from experts.services import ageing, credentials, news
from marketplace.kit.states import after


@after(Application, "submit")
def confirm_the_submission(application: Application, at: datetime) -> None:
    news.submitted(application, at=at)


@after(Application, "ask_for_changes")
def tell_what_to_change(application: Application, at: datetime) -> None:
    news.changes_asked(application, at=at)


@after(Application, "reject")
def tell_why(application: Application, at: datetime) -> None:
    news.rejected(application, at=at)


@after(Badge, "issue")
def tell_the_holder(badge: Badge, at: datetime) -> None:
    news.badge_issued(badge, at=at)


@after(Badge, "age")
def tell_that_its_models_retire(badge: Badge, at: datetime) -> None:
    if badge.valid_until > at.date() + ageing.HORIZON:
        news.badge_ages(badge, at=at)


@after(Badge, "issue")
def sign_its_credential(badge: Badge, at: datetime) -> None:
    credentials.keep_up(badge, at=at)


@after(Badge, "lapse")
def tell_that_it_lapsed(badge: Badge, at: datetime) -> None:
    news.badge_lapsed(badge, at=at)


@after(Badge, "suspend")
def tell_that_it_is_suspended(badge: Badge, at: datetime) -> None:
    news.badge_suspended(badge, at=at)


@after(Badge, "reinstate")
def tell_that_it_counts_again(badge: Badge, at: datetime) -> None:
    news.badge_reinstated(badge, at=at)


@after(Badge, "revoke")
def tell_that_it_was_revoked(badge: Badge, at: datetime) -> None:
    news.badge_revoked(badge, at=at)
