"""What browsers may keep of our answers: nothing of what opens an account or names its money.

Other pages of signed-in people are kept by the browser alone and for as long as they are signed in:
so Back shows a form as it was left, with every word that was typed (ASVS 5.0, 14.3).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

# Names of addresses, by their beginnings: keys and sessions, the copy of one's data, who is paid
# where and how much, papers with names and tax numbers, and all that our staff read.
NOT_STORED = (
    *("account_", "mfa_", "usersessions_", "second-factor"),
    *("accounts:own-", "accounts:activity", "accounts:tokens", "accounts:webhook-secret"),
    *("contracts:earnings", "contracts:spend", "contracts:billing", "contracts:document"),
    "admin:",
)
# Said once, to the browser that signs out: pages it still has, those of Back among them, and
# whatever a script of ours could have left.
FORGET = '"cache", "storage"'


class Stored:
    """Says so in the headers of each answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        match = request.resolver_match
        if match and match.view_name.startswith(NOT_STORED):
            response["Cache-Control"] = "private, no-store"
        if getattr(request, "has_signed_out", False):
            response["Clear-Site-Data"] = FORGET
            response["Cache-Control"] = "private, no-store"
        return response
