"""Refusals in the shape Stripe gives them, so that the SDK raises what it would raise for Stripe.

Codes and sentences follow https://docs.stripe.com/error-codes.
"""

from typing import Any

from marketplace.local.fakestripe.contract import Problem


class Refused(Exception):
    """The request is answered with an error."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body = {"error": _without_nothing(code=code, message=message, param=param, type=kind)}


class WrongKey(Refused):
    """Only the keys of the stand-in open it, so that a real key never travels to it unnoticed."""

    def __init__(self, key: str) -> None:
        shown = f"{key[:8]}{'*' * 8}" if key else "(none)"
        super().__init__(
            f"Invalid API Key provided: {shown}. The stand-in takes keys that begin sk_test_fake.",
            status=401,
        )


class NoSuchAccount(Refused):
    """The Stripe-Account header names an account that is not ours."""

    def __init__(self, account: str) -> None:
        super().__init__(
            f"The provided key does not have access to account '{account}' (or that account does "
            "not exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )


class NoSuchObject(Refused):
    """The id belongs to nothing the caller may see."""

    def __init__(self, kind: str, object_id: str, *, param: str) -> None:
        named = kind.removeprefix("v2.core.").replace(".", " ").replace("_", " ")
        super().__init__(
            f"No such {named}: '{object_id}'",
            status=404 if param == "id" else 400,
            code="resource_missing",
            param=param,
        )


class NotServed(Refused):
    """The SDK knows the operation, the stand-in does not."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(
            f"The stand-in does not serve {method} {path}.", status=404, code="url_invalid"
        )


class BreaksContract(Refused):
    """The installed SDK says that Stripe would not take these parameters."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        told = first.message if first.code == "parameter_unknown" else str(first)
        more = f" (and {len(problems) - 1} more: " + "; ".join(map(str, problems[1:])) + ")"
        super().__init__(
            told + (more if problems[1:] else ""),
            status=404 if first.code == "url_invalid" else 400,
            code=first.code,
            param=first.where,
        )


class WrongValue(Refused):
    """A parameter has the right type and a value that does not work."""

    def __init__(self, param: str, message: str, *, code: str | None = "parameter_invalid") -> None:
        super().__init__(message, code=code, param=param)


class KeyReused(Refused):
    """The idempotency key was first used for something else."""

    def __init__(self, key: str, *, same_target: bool) -> None:
        what = "parameters" if same_target else "endpoint"
        super().__init__(
            f"Keys for idempotent requests can only be used with the same {what} they were first "
            f"used with. Use a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )


class KeyInUse(Refused):
    """Another request with the same idempotency key is still being worked on."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"There is currently another in-progress request using this Idempotent Key: {key}.",
            status=409,
            kind="idempotency_error",
            code="idempotency_key_in_use",
        )


class CardRefused(Refused):
    """The payer's bank said no."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, status=402, kind="card_error", code=code)


class InsufficientFunds(Refused):
    """The balance does not cover it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="balance_insufficient")


def _without_nothing(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
