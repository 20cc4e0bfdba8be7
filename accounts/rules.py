"""The rules of the site, by code: what a sanction names, and what `/rules/` shows.

The text of a code never changes, because people were told it; a new wording is a new code.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `code` is quoted for ever, `title` says it in three words, `text` in a sentence."""

    code: str
    title: str | Promise
    text: str | Promise


RULES = (
    Rule(
        "H1",
        _("Be who you say you are"),
        _(
            "One person, one account, in your own name. Nobody lends, sells or rents an account, "
            "and the person who was hired does the work."
        ),
    ),
    Rule(
        "H2",
        _("Claim what is true"),
        _(
            "Evidence, references, profiles and jobs say what is so. Work of others is named as "
            "theirs."
        ),
    ),
    Rule(
        "M1",
        _("Keep the money here"),
        _(
            "Nobody asks to be paid, or to pay, outside this site for work that was found on it, "
            "and nobody asks an expert for a fee, a deposit or unpaid work."
        ),
    ),
    Rule(
        "M2",
        _("Defraud nobody"),
        _(
            "No stolen cards, no hiring of oneself, no questioning of payments at a bank for work "
            "that was accepted."
        ),
    ),
    Rule(
        "C1",
        _("Treat people with respect"),
        _("No insults, threats, harassment or discrimination, in public or in a message."),
    ),
    Rule(
        "C2",
        _("Advertise nothing"),
        _("No mass messages, no job or proposal that is posted again and again."),
    ),
    Rule(
        "L1",
        _("Stay within the law"),
        _("No work that breaks the law, and no data of people who did not agree to its use."),
    ),
    Rule(
        "R1",
        _("Leave feedback free"),
        _("Feedback is neither bought nor threatened for, and nobody rates themselves."),
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}
