"""Who may do what for an organisation: pure predicates over a membership."""

from collections.abc import Collection

from accounts.models import Membership, User

Role = Membership.Role
# Who moves the money of an organisation, and reads what came of it.
PAYING = (Role.OWNER, Role.FINANCE)


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


def may_answer_flag(user: User, *, reporters: Collection[int], owners: Collection[int]) -> bool:
    """Staff who neither reported the thing nor own it; both are keys of people."""
    return may_moderate(user) and user.pk not in {*reporters, *owners}
