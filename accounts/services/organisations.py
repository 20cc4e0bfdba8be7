"""Opening a client organisation and saying what it does."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies, selectors
from accounts.models import ClientRating, Membership, Organisation, User
from accounts.services import memberships
from marketplace.kit import names
from marketplace.kit.errors import DomainError


class AlreadyInAnOrganisation(DomainError):
    """For now one person acts for one organisation."""

    code = "already_in_an_organisation"
    sentence = _("You already belong to an organisation. Open it from your account menu.")


class NameIsTaken(DomainError):
    """A client whom others know has a name that looks the same."""

    code, field = "name_is_taken", "name"
    sentence = _(
        "Another client is known by a name that looks the same. Add what tells you apart, such as"
        " your town."
    )


def check_name(name: str, *, of: Organisation | None = None) -> None:
    """Refuse a name that could be taken for somebody else's (ADR 39).

    :param of: whose name it becomes, if there is one already.
    :raises DomainError: those of `kit.names.check`.
    :raises NameIsTaken: when it looks like that of an organisation that has paid.
    """
    names.check(name)
    others = Organisation.objects.known_as(name)
    if (others.exclude(pk=of.pk) if of else others).exists():
        raise NameIsTaken


@transaction.atomic
def open_for(
    user: User, *, name: str, website: str, country: str, about: str, at: datetime
) -> Organisation:
    """Open a client organisation with this person as its owner.

    :raises AlreadyInAnOrganisation: when they are a member of one.
    :raises DomainError: those of `check_name`.
    """
    check_name(name)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.memberships.exists():
        raise AlreadyInAnOrganisation
    organisation = Organisation.objects.create(
        name=name, website=website, country=country, about=about, created_at=at
    )
    memberships.admit(organisation, user, role=Membership.Role.OWNER, by=user, at=at)
    return organisation


@transaction.atomic
def describe(
    organisation: Organisation, *, name: str, website: str, country: str, about: str, by: User
) -> Organisation:
    """Change what an organisation says of itself.

    :raises PermissionDenied: unless `by` owns it.
    :raises DomainError: those of `check_name`.
    """
    if not policies.may_describe(selectors.membership(by, organisation)):
        raise PermissionDenied
    check_name(name, of=organisation)
    organisation.name, organisation.website = name, website
    organisation.country, organisation.about = country, about
    organisation.save()
    return organisation


def record_rating(organisation: Organisation, *, source: str, rating: int, at: datetime) -> None:
    """Count what an expert publicly gave a client; telling it again changes nothing.

    :param source: the public id of the contract it is about.
    """
    ClientRating.objects.get_or_create(
        source=source, defaults={"organisation": organisation, "rating": rating, "created_at": at}
    )


def record_payment(organisation: Organisation, *, at: datetime) -> None:
    """Remember when a payment of a client first arrived; a later one changes nothing."""
    Organisation.objects.filter(pk=organisation.pk, paid_at=None).update(paid_at=at)
