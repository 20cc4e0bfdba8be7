"""Who may do what with a profile, an application and a case: predicates over the rows given."""

from datetime import datetime, timedelta

from accounts.models import User
from accounts.models.user import LEADS, REVIEWERS
from experts.models import Application, Badge, Expert, Review
from experts.models.review import LEAD_SEATS
from experts.models.vetting import EDITABLE_APPLICATIONS

# So long after a rejection an applicant may appeal.
APPEAL_WITHIN = timedelta(days=14)


def may_edit_profile(user: User, expert: Expert) -> bool:
    """Profiles are their owners' words."""
    return expert.user_id == user.pk


def owns(user: User, application: Application) -> bool:
    """Whether this person is the applicant."""
    return application.expert.user_id == user.pk


def may_edit(user: User, application: Application) -> bool:
    """The applicant writes the claim and the evidence until a reviewer may be reading them."""
    return owns(user, application) and application.status in EDITABLE_APPLICATIONS


def may_change_level(user: User, application: Application) -> bool:
    """The applicant asks for another level until the first submission."""
    return owns(user, application) and application.status == Application.Status.DRAFT


def may_withdraw(user: User, application: Application) -> bool:
    """The applicant takes it back while nobody reads it."""
    return owns(user, application) and application.may("withdraw")


def may_appeal(user: User, application: Application, *, at: datetime) -> bool:
    """The applicant appeals once, and soon after the rejection."""
    return (
        owns(user, application)
        and application.may("appeal")
        and application.appealed_at is None
        and application.decided_at is not None
        and at <= application.decided_at + APPEAL_WITHIN
    )


def may_judge(user: User, application: Application) -> bool:
    """Reviewers judge every application but their own; conflicts of interest come on top."""
    return user.has_duty(REVIEWERS) and not owns(user, application)


def may_sit(user: User, seat: Review) -> bool:
    """Calibration and appeals are the leads'."""
    return seat.seat not in LEAD_SEATS or user.has_duty(LEADS)


def may_transfer(user: User, expert: Expert) -> bool:
    """Only a superuser gives a profile to another person, and never their own."""
    return user.is_superuser and user.has_duty(REVIEWERS) and expert.user_id != user.pk


def may_police(user: User, badge: Badge) -> bool:
    """Reviewers suspend, reinstate and revoke every badge but their own."""
    return user.has_duty(REVIEWERS) and badge.expert.user_id != user.pk


def may_correct_registry(user: User) -> bool:
    """Staff whom an administrator gave the permission on releases."""
    return user.is_staff and user.has_perm("experts.change_modelrelease")


def may_retry(user: User, application: Application) -> bool:
    """Automatic checks are asked again by the applicant and by reviewers."""
    return owns(user, application) or user.has_duty(REVIEWERS)


def may_see_everyone(user: User) -> bool:
    """Leads read every reviewer's figures; a reviewer reads their own."""
    return user.has_duty(LEADS)
