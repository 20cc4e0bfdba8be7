"""Words that anybody would try first here, and no password made of little else (ASVS 5.0, 6.2.11).

Django's list knows what many people use everywhere, and compares with a person's own name and
address; this one knows where we are.
"""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What the site, its people and its subjects are called, in both of its languages, in small letters.
OWN_WORDS = (
    "attest", "openai", "chatgpt", "gpt", "expert", "experte", "freelancer", "marketplace",
    "marktplatz", "contract", "vertrag", "badge", "abzeichen", "client", "kunde", "payout",
    "auszahlung", "milestone", "meilenstein", "password", "passwort", "kennwort", "login", "admin",
    "secret", "geheim", "welcome", "willkommen", "sommer", "summer", "winter", "herbst", "autumn",
    "spring",
)  # fmt: skip
# Letters of one's own from which it is a password with such a word in it, and not such a word.
FEWEST_OWN = 6
# Whoever only counts is found by who counts.
COUNTED = "0123456789" * 13
IN_IT = re.compile("|".join(sorted(OWN_WORDS, key=len, reverse=True)))


class OwnWordsValidator:
    """Refuses a password that is words of ours with figures and signs around them, or counts."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 (Django's)
        """Look for them.

        :raises ValidationError: when fewer than six letters are left without them.
        """
        rest, found = IN_IT.subn("", password.lower())
        is_ours = found and sum(sign.isalpha() for sign in rest) < FEWEST_OWN
        if is_ours or password in COUNTED or password in COUNTED[::-1]:
            raise ValidationError(
                _("This is little more than what anybody would try here. Add your own words."),
                code="password_of_own_words",
            )

    def get_help_text(self) -> str:
        """Say it beforehand."""
        return _("Your password must be more than what anybody would try here first.")
