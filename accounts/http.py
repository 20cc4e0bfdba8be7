"""Who is at the other end: signed-in people, clients, and visitors who sign up on the way."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from allauth.account.decorators import reauthentication_required
from allauth.account.forms import RequestLoginCodeForm, SignupForm
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.core.internal.ratelimit import get_ip
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from accounts import attempts, devices, policies, reading
from accounts.attempts import MAILED_CODES, Attempt, Door
from accounts.models import User
from marketplace.kit import limits
from marketplace.kit.errors import DomainError
from marketplace.kit.evenly import HASHES, leave_on_a_step
from marketplace.kit.limits import A_MINUTE, AN_HOUR, Rate

P = ParamSpec("P")

# Accounts opened from one place on the net, by whichever form.
SIGN_UPS = Rate("sign-up", 30, AN_HOUR)
# Tokens from one place on the net that open nothing.
BAD_TOKENS = Rate("bad-token", 30, 10 * A_MINUTE)

# Under this name a session remembers where its visitor goes once they are signed in.
GOES_ON_AT = "goes_on_at"


# Under this name a session remembers what waits for a second factor.
WAITS_FOR_FACTOR = "waits_for_factor"


class MemberRequest(HttpRequest):
    """A request whose sender is signed in."""

    user: User
    htmx: HtmxDetails


V = TypeVar("V", bound=Callable[..., HttpResponseBase])
View = Callable[Concatenate[MemberRequest, P], HttpResponse]


def client_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let members of an organisation through; send others to where they can open one."""

    @login_required
    @wraps(view)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.memberships.exists():
            return redirect("accounts:start")
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


def only_those_who(
    may: Callable[[User], bool],
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Return what lets those through to a view who may; everyone else is refused.

    :raises PermissionDenied: which becomes a 403.
    """

    def only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]

    return only


# For our staff; for those of them who look at what is reported.
staff_only = only_those_who(lambda user: user.is_staff)
moderator_only = only_those_who(policies.may_moderate)


def not_too_often(request: HttpRequest, rate: Rate, *, at: datetime) -> None:
    """Count something that somebody does, for the person or for their place on the net.

    :raises TooOften: when they did it as often as they may.
    """
    is_known = request.user.is_authenticated
    who = f"user:{request.user.pk}" if is_known else f"address:{get_ip(request)}"
    request.spent = limits.spend(rate, who, at=at)  # type: ignore[attr-defined]  # for the headers


def not_read_too_often(request: HttpRequest, rates: Iterable[Rate], *, at: datetime) -> None:
    """Count a page that somebody reads, for whom `accounts.reading` says.

    :raises TooOften: when they have read as many as they may.
    """
    reading.count(request.user, get_ip(request), rates, at=at)


def asks_again(view: V) -> V:
    """Ask whoever has a password or a factor once more who they are, and go on.

    For ten minutes it does not ask again. allauth keeps a form that was sent meanwhile.
    """
    guarded: V = reauthentication_required()(view)
    return guarded


def to_second_factor(then: str) -> HttpResponse:
    """Lead to where a second factor is added, and from there on to `then`, a path of ours."""
    return redirect(f"{reverse('accounts:second-factor')}?{urlencode({'next': then})}")


def begin_attempt(request: HttpRequest, door: Door, email: str) -> Attempt:
    """Count that this browser tries the account with this address now; see `attempts.begin`."""
    shown = request.COOKIES.get(devices.COOKIE, "")
    return attempts.begin(door, email=email, shown=shown, address=get_ip(request), at=now())


class AddressIsRefused(DomainError):
    """allauth takes no account with this address."""

    code = "address_is_refused"
    sentence = _("Enter another e-mail address. We cannot send a code to this one.")


def sign_up(request: HttpRequest, *, email: str, then: str) -> HttpResponse:
    """Mail a code to this address, and lead to the page that asks for it and from there to `then`.

    Whether there is an account with this address cannot be seen: there is one afterwards, and the
    code signs in. A new one has no password, which its owner may choose at any time.

    :raises TooOften: from one place on the net, or to one address.
    :raises AddressIsRefused: when it is none.
    """
    new = SignupForm({"email": email}, by_passkey=True)  # which is how allauth says: no password
    if not new.is_valid():
        raise AddressIsRefused
    not_too_often(request, SIGN_UPS, at=now())
    leave_on_a_step(request, HASHES)
    begin_attempt(request, MAILED_CODES, email)
    if new.account_already_exists:
        _forget_unproved_password(email)
    else:
        new.save(request)
    code = RequestLoginCodeForm({"email": email})
    code.full_clean()  # which looks whose it is
    LoginCodeVerificationProcess.initiate(request=request, user=code._user, email=email.lower())
    request.session[GOES_ON_AT] = then
    return redirect("account_confirm_login_code")


def _forget_unproved_password(email: str) -> None:
    """Let nobody who signed up with somebody else's address come in behind its owner."""
    unproved = User.objects.exclude(emailaddress__verified=True).filter(email=email.lower())
    for user in unproved:
        user.set_unusable_password()
        user.save(update_fields=["password"])
