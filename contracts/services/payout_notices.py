"""What an expert is told about the account they are paid to."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import PayoutAccount
from contracts.services.telling import tell


@in_readers_languages
def account_has_changed(account: PayoutAccount, at: datetime) -> None:
    """Tell the expert that they can be paid now, or no longer, and what they can do."""
    subject, body = _state_of(account)

    def write(user: User) -> Message:
        return _about(account, user, f"state:{account.checked_at.isoformat()}", subject, body)

    tell([account.expert.user], write, at)


@in_readers_languages
def account_was_replaced(account: PayoutAccount, at: datetime) -> None:
    """Tell the expert that another account is paid from now on."""

    def write(user: User) -> Message:
        return _about(
            account,
            user,
            "replaced",
            _("Your payout account has been replaced"),
            _(
                "The old one was closed. Money decided for it waits until our staff have looked."
                " If this was not you, change your password and write to us."
            ),
        )

    tell([account.expert.user], write, at)


@in_readers_languages
def details_have_changed(account: PayoutAccount, source: str, at: datetime) -> None:
    """Tell the expert that the bank account behind it has changed; `source` names the change."""

    def write(user: User) -> Message:
        return _about(
            account,
            user,
            f"details:{source}",
            _("Your payout details were changed"),
            _(
                "The bank account you are paid to was changed at our payment provider. Nothing is"
                " sent there for 72 hours. If this was not you, change your password and write to"
                " us."
            ),
        )

    tell([account.expert.user], write, at)


def _state_of(account: PayoutAccount) -> tuple[str, str]:
    if account.can_receive:
        return (
            _("Payouts are set up: released money is sent to you"),
            _("Whatever was waiting for your payout account is on its way."),
        )
    if account.is_closed:
        return (
            _("Your payout account is closed: open a new one to be paid"),
            _("Released money is kept for you until there is an account that can receive it."),
        )
    if account.is_rejected:
        return (
            _("Your payout account was rejected: please write to us"),
            _("Our payment provider does not accept it. Released money is kept for you meanwhile."),
        )
    return (
        _("You cannot be paid at the moment: your payout account needs something"),
        _("Our payment provider asks for more. Released money is kept for you meanwhile."),
    )


def _about(account: PayoutAccount, user: User, step: str, subject: str, body: str) -> Message:
    return Message(
        user=user,
        kind=Kind.SECURITY,
        key=f"account:{account.stripe_id}:{step}",
        subject=subject,
        body=body,
        url=reverse("contracts:earnings"),
        action=_("Open your earnings"),
    )
