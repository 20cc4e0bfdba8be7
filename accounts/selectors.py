"""Reads of people and organisations."""

from accounts.models import Membership, Notification, Organisation, User


def membership(user: User, organisation: Organisation) -> Membership | None:
    """This person's place in this organisation, if they have one."""
    return Membership.objects.filter(user=user, organisation=organisation).first()


def unread_count(user: User) -> int:
    """How many notices this person has not read."""
    return Notification.objects.visible_to(user).unread().count()
