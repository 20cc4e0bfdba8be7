"""Issues the signed form of badges, keeps it up with them, and publishes which are withdrawn."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from experts import issuer, openbadge
from experts.models import Badge, Credential, Expert, SigningKey
from marketplace.kit import jws
from marketplace.kit.errors import DomainError

Status = Badge.Status
# Badges that have or had a credential; a granted one is not issued yet.
ISSUED = (Status.ACTIVE, Status.AGING, Status.SUSPENDED)
# What the revocation list says of a badge in these states. A lapsed credential has also expired.
WITHDRAWN = (Status.REVOKED, Status.SUPERSEDED, Status.LAPSED)
SALT_BYTES = 16


class KeyIsInUse(DomainError):
    """Without a key that signs, there would be no badge anybody could check."""

    code = "key_is_in_use"
    sentence = _("Put a new key first in CREDENTIAL_KEYS, then distrust this one.")


@transaction.atomic
def keep_up(badge: Badge, *, at: datetime) -> Credential:
    """Return the credential that says what the badge says now, issuing one when none does.

    Call it in the transaction that issues a badge or moves its last day: an earlier version is
    replaced, and the revocation list says so from then on. Doing it again changes nothing.
    """
    badge = _held(badge)
    current = badge.credentials.current().select_related("key").first()
    if current and _still_says(current, badge):
        return current
    if current:
        current.replaced_at = at
        current.save(update_fields=["replaced_at"])
    return _issue(badge, at)


def withdraw_all(expert: Expert, *, at: datetime) -> None:
    """Revoke the credentials of a profile for ever: they name a person who has it no more.

    The sweep issues others to the person who has it now; they count when the badges do.
    """
    issued = Credential.objects.current().filter(badge__expert=expert)
    issued.update(replaced_at=at)


def keep_all_up(*, at: datetime) -> int:
    """Sweep: issue what is missing or out of date; return how many.

    It is how the badges of an older installation get theirs.
    """
    said = Credential.objects.current().filter(
        badge=OuterRef("pk"), valid_until=OuterRef("valid_until"), key__distrusted_at=None
    )
    due = Badge.objects.filter(~Exists(said), status__in=ISSUED)
    for badge in due:
        keep_up(badge, at=at)
    return len(due)


@transaction.atomic
def distrust(kid: str, *, at: datetime) -> int:
    """Publish a key no more, because somebody else may have it; issue anew what it signed.

    :raises KeyIsInUse: while it is the one we sign with.
    :raises LookupError: when we never signed with it.
    """
    if kid == issuer.newest_key()[0]:
        raise KeyIsInUse
    if not SigningKey.objects.filter(kid=kid).update(distrusted_at=at):
        raise LookupError(kid)
    return keep_all_up(at=at)


def status_list(purpose: str, number: int, *, at: datetime) -> str:
    """Return a status list as a signed token, straight from the badges as they stand.

    :param purpose: `revocation` or `suspension`.
    """
    first = number * openbadge.LIST_SIZE
    within = Credential.objects.filter(
        position__gte=first, position__lt=first + openbadge.LIST_SIZE
    )
    marked = within.filter(_is_marked(purpose)).values_list("position", flat=True)
    claims = openbadge.status_list(
        purpose, number, (position - first for position in marked), at=at
    )
    kid, seed = issuer.newest_key()
    return jws.sign(claims, seed=seed, kid=issuer.key_address(kid))


def lists() -> int:
    """Return how many status lists there are for each purpose."""
    return _list_of(Credential.objects.count()) + 1


class Published:
    """What we publish, as a verifier sees it at one moment; see `verification.Registry`."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at

    @property
    def did(self) -> str:
        """Our identifier."""
        return issuer.did()

    def keys(self) -> Mapping[str, bytes]:
        """Return the keys of our did document."""
        return self._keys

    def status_list(self, address: str) -> str:
        """Return one of our status lists, as we would send it now.

        :raises LookupError: when the address is none of ours.
        """
        return status_list(*self._lists[address], at=self.at)

    @cached_property
    def _keys(self) -> Mapping[str, bytes]:
        return issuer.keys_of(issuer.did_document(issuer.public_keys()))

    @cached_property
    def _lists(self) -> Mapping[str, tuple[str, int]]:
        return {
            issuer.address("experts:status-list", number, purpose): (purpose, number)
            for number in range(lists())
            for purpose in openbadge.PURPOSES
        }


def _is_marked(purpose: str) -> Q:
    if purpose == "suspension":
        return Q(badge__status=Status.SUSPENDED)
    return Q(badge__status__in=WITHDRAWN) | Q(replaced_at__isnull=False)


def _still_says(credential: Credential, badge: Badge) -> bool:
    is_trusted = credential.key.distrusted_at is None
    return is_trusted and credential.valid_until == badge.valid_until


def _held(badge: Badge) -> Badge:
    rows: QuerySet[Badge] = Badge.objects.select_for_update(of=("self",), no_key=True)
    related = rows.select_related("expert__user", "skill", "application")
    return related.prefetch_related("application__evidence").get(pk=badge.pk)


def _issue(badge: Badge, at: datetime) -> Credential:
    position = _free_position()
    # A credential is read for years and by machines: it does not speak its issuer's language of
    # the moment.
    with translation.override(settings.LANGUAGE_CODE):
        claims = openbadge.credential(
            badge,
            badge.application.shown_evidence,
            position=position,
            salt=secrets.token_hex(SALT_BYTES),
            at=at,
        )
    kid, seed = issuer.newest_key()
    return Credential.objects.create(
        badge=badge,
        key=_kept(kid, seed, at),
        jwt=jws.sign(claims, seed=seed, kid=issuer.key_address(kid)),
        position=position,
        valid_until=badge.valid_until,
        issued_at=at,
    )


def _kept(kid: str, seed: bytes, at: datetime) -> SigningKey:
    """Keep the public half of a key before anything it signs leaves us."""
    public = jws.encoded_key(jws.public_half(seed))
    key, _is_new = SigningKey.objects.get_or_create(
        kid=kid, defaults={"public": public, "first_used_at": at}
    )
    if key.public != public:
        raise ImproperlyConfigured(f"CREDENTIAL_KEYS: {kid} named another key before.")
    return key


def _free_position() -> int:
    """Return a random place that nobody has; a list is never more than half full."""
    first = _list_of(Credential.objects.count()) * openbadge.LIST_SIZE
    while True:
        position = first + secrets.randbelow(openbadge.LIST_SIZE)
        if not Credential.objects.filter(position=position).exists():
            return position


def _list_of(count: int) -> int:
    return count // (openbadge.LIST_SIZE // 2)
