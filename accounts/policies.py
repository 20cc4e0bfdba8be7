"""Who may do what for an organisation, and at the desks: predicates over the rows passed."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import Membership, Sanction, Standing, User

Role = Membership.Role
# Who moves the money of an organisation, and reads what came of it.
PAYING = (Role.OWNER, Role.FINANCE)
BAN = Sanction.Level.BAN


def may_hire(membership: Membership | None) -> bool:
    """Owners and hiring members post jobs and choose experts."""
    return membership is not None and membership.role in {Role.OWNER, Role.HIRING}


def may_pay(membership: Membership | None) -> bool:
    """Owners and finance members move money."""
    return membership is not None and membership.role in PAYING


def may_describe(membership: Membership | None) -> bool:
    """Owners decide how the organisation presents itself."""
    return membership is not None and membership.role == Role.OWNER


def may_manage_members(membership: Membership | None) -> bool:
    """Owners decide who belongs to the organisation, and in which role."""
    return membership is not None and membership.role == Role.OWNER


def may_moderate(user: User) -> bool:
    """Our staff read what people report."""
    return user.is_staff


def may_sign_out(user: User, person: User) -> bool:
    """Our staff end sessions of others; their own they end where everybody does."""
    return may_moderate(user) and user.pk != person.pk


def may_answer_flag(user: User, *, reporters: Collection[int], owners: Collection[int]) -> bool:
    """Staff who neither reported the thing nor own it; both are keys of people."""
    return may_moderate(user) and user.pk not in {*reporters, *owners}


def may_begin_anew(user: User) -> bool:
    """Whoever has no sanction in force begins new things; whoever has one finishes what runs.

    The one question that posting, proposing, inviting, writing first and agreeing all ask.
    """
    return user.standing == Standing.GOOD


def may_sanction(user: User, person: User) -> bool:
    """Staff propose a sanction of anybody but themselves."""
    return may_moderate(user) and user.pk != person.pk


def may_impose(user: User, sanction: Sanction) -> bool:
    """Staff who neither are the person nor reported them; a ban takes two people."""
    is_second = sanction.proposed_by_id != user.pk
    reported = sanction.flag is not None and sanction.flag.by_id == user.pk
    has_part = user.pk == sanction.user_id or reported
    return may_moderate(user) and not has_part and (is_second or sanction.level != BAN)


def may_answer_appeal(user: User, sanction: Sanction) -> bool:
    """Staff who had no part in it: they did not propose, impose or report it."""
    reporter = sanction.flag.by_id if sanction.flag else None
    part = {sanction.user_id, sanction.proposed_by_id, sanction.imposed_by_id, reporter}
    return may_moderate(user) and user.pk not in part


def may_reverse(user: User, sanction: Sanction) -> bool:
    """Staff take their own mistake back; once it was appealed, that is somebody else's to say."""
    if sanction.appealed_at:
        return may_answer_appeal(user, sanction)
    return may_moderate(user) and user.pk != sanction.user_id


def may_appeal(user: User, sanction: Sanction, *, at: datetime) -> bool:
    """The person, once, and in time."""
    until = sanction.appeal_until
    is_theirs = sanction.user_id == user.pk and sanction.may("appeal")
    return is_theirs and until is not None and at <= until
