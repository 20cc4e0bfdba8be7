"""Follows allauth: what it tells of signing in becomes acts in `accounts.services.audit`.

Whoever has signed in is known in that browser from then on (`accounts.devices`).
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.dispatch import Signal, receiver

from accounts import devices
from accounts.models import AuditEvent, User
from accounts.services import audit
from marketplace.kit.clock import now

Act = AuditEvent.Act
ACTS: dict[Act, tuple[Signal, ...]] = {
    Act.SIGNED_IN: (account.user_logged_in,),
    Act.PASSWORD: (account.password_set, account.password_changed, account.password_reset),
    Act.EMAIL: (account.email_changed,),
    Act.FACTOR_ADDED: (mfa.authenticator_added,),
    Act.FACTOR_REMOVED: (mfa.authenticator_removed,),
    Act.CODES: (mfa.authenticator_reset,),
}


@receiver(account.authentication_step_completed)
def note_proof(user: User, *, reauthenticated: bool = False, **_: Any) -> None:
    """Note that somebody who is signed in has said once more who they are."""
    if reauthenticated:
        audit.note(Act.PROVED, by=user, at=now())


@receiver(account.user_logged_in)
def know_the_browser(user: User, response: Any, **_: Any) -> None:
    """Let whoever guesses their password not lock them out of here."""
    devices.remember(response, user)


def _noting(act: Act) -> Any:
    def note(user: User, **_: Any) -> None:
        audit.note(act, by=user, at=now())

    return note


for act, told in ACTS.items():
    for each in told:
        each.connect(_noting(act), weak=False, dispatch_uid=f"audit-{act}")
