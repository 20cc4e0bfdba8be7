"""Who asks the API: a person signed in, or a program of theirs with a token."""

from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import (
    SAFE_METHODS,
    AllowAny,
    BasePermission,
    IsAuthenticatedOrReadOnly,
)
from rest_framework.request import Request

from accounts.http import BAD_TOKENS
from accounts.models import AccessToken, Scope, User
from accounts.services import access_tokens
from marketplace.kit import limits
from marketplace.kit.errors import DomainError


class Bearer(BaseAuthentication):
    """Lets a program act as whose token it shows; on the API alone."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """Find whose token it is; without one, a session may say who asks.

        :raises AuthenticationFailed: when it opens nothing, also where nobody needs one.
        :raises TooOften: when one place has shown many that open nothing.
        """
        kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        at = now()
        row = access_tokens.find(token.strip(), at=at)
        if row is None:
            limits.spend(BAD_TOKENS, f"address:{get_ip(request._request)}", at=at)
            raise AuthenticationFailed
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        """Say what is asked for, so that an unknown caller gets 401."""
        return 'Bearer realm="api"'


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names a token."""

    target_class = "accounts.api.who.Bearer"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe it."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": f"{access_tokens.PREFIX}…"}


class OutOfScope(DomainError):
    """Its owner may, this token may not."""

    status = 403
    code = "out_of_scope"
    sentence = _("This token may not be used for that. Make one with the scope it takes.")


class InScope(BasePermission):
    """Holds a token to its scopes; a person who is signed in has no such bounds.

    Reading takes `read`; what a view writes takes its `scope`.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Let it through.

        :raises OutOfScope: otherwise.
        """
        if not isinstance(request.auth, AccessToken):
            return True
        is_reading = request.method in SAFE_METHODS
        needed = Scope.READ if is_reading else getattr(view, "scope", Scope.READ)
        if needed not in request.auth.scopes:
            raise OutOfScope
        return True


def asker(request: Request) -> User:
    """Return who asks, of a view that answers nobody else.

    :raises NotAuthenticated: which the view's permissions have ruled out.
    """
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


# Nobody needs to say who they are; a token that does is held to its scopes here as well.
PUBLIC = (AllowAny, InScope)
# The same for reading; whoever writes has said who they are.
READ_BY_ALL = (IsAuthenticatedOrReadOnly, InScope)
