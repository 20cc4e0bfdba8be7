"""Writes the weekly letter about a score: what it is, what it was, and what every contract adds."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from experts import score_changes
from experts.reputation import PRIOR_MEAN, Reputation
from experts.score_changes import NOTHING, Change, Told
from experts.services.letters import Letter
from marketplace.kit.words import long_day_text

# Of a long record those that moved the score furthest; the page has them all.
MOST_LINES = 20


def written(before: Told | None, now: Reputation, titles: Mapping[str, str]) -> Letter:
    """Return the letter; `titles` name the contracts by their source."""
    changes = score_changes.changes(before, now)
    lines = [_line(change, titles) for change in changes[:MOST_LINES]]
    more = len(changes) - len(lines)
    if more:
        left_out = ngettext(
            "And %(count)d more contract, on the page.",
            "And %(count)d more contracts, on the page.",
            more,
        )
        lines.append(left_out % {"count": more})
    head = _("What every contract adds to the %(mean).1f where everybody begins:")
    named = {"score": now.score, "low": now.low, "high": now.high}
    return Letter(
        _subject(before, now),
        "\n\n".join(
            [
                _begin(before),
                "\n".join([head % {"mean": PRIOR_MEAN}, *lines]),
                _("Together that is %(score).2f, likely between %(low).2f and %(high).2f.") % named,
                _(
                    "A rating counts less as time passes, and the more contracts you have, the"
                    " less each of them moves the score."
                ),
            ]
        ),
    )


def _subject(before: Told | None, now: Reputation) -> str:
    if before is None:
        return _("You have a score now: %(score).2f") % {"score": now.score}
    numbers = {"before": before.score, "score": now.score}
    if before.score == now.score:
        return _("Your score stays %(score).2f, from other contracts") % numbers
    return _("Your score is %(score).2f now, it was %(before).2f") % numbers


def _begin(before: Told | None) -> str:
    if before is None:
        return _("Clients have rated your work. This is how your score came about.")
    numbers = {"score": before.score, "day": long_day_text(before.on)}
    return _("When we last wrote, on %(day)s, it was %(score).2f.") % numbers


def _line(change: Change, titles: Mapping[str, str]) -> str:
    """Return what one contract adds, and what it added when the expert last heard."""
    title = titles.get(change.source) or _("A contract that is no longer listed")
    told = {
        "title": title,
        "effect": f"{change.now.effect:+.2f}",
        "was": f"{change.before.effect:+.2f}",
        "rating": change.now.rating,
        "rated": change.before.rating,
        "weight": f"{change.now.weight:.2f}",
        "before": f"{change.before.weight:.2f}",
    }
    if change.now == NOTHING:
        line = _("%(effect)s  %(title)s: counts nothing.")
    elif change.is_new:
        line = _("%(effect)s  %(title)s: new, rated %(rating)s of 5, counts %(weight)s times.")
    elif change.now.rating != change.before.rating:
        line = _("%(effect)s  %(title)s, was %(was)s: rated %(rating)s of 5 instead of %(rated)s.")
    else:
        line = _(
            "%(effect)s  %(title)s, was %(was)s: rated %(rating)s of 5, counts %(weight)s times"
            " instead of %(before)s."
        )
    return f"{line % told} {change.why}".strip()
