"""The family of notes that nothing was set by: sentences built anew from their parts each time.

It shares no template, no list of words and no move with the two of `corpus.py`. Each sentence is
put together from parts in several wordings, its circumstance stands first or last, sentences come
in any order, some of them in German, and the job's own words pad it. So no two of its notes are
alike in many words in a row, as it is when a machine rewrites one text again and again.
"""

import random
from collections.abc import Sequence

from tests.drills_hiring.corpus import Asked

# Who does what to what, and under which circumstance.
Parts = tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]

SENTENCES: Sequence[Parts] = (
    (
        ("I", "our small studio", "my team of two", "someone like me"),
        ("has handled", "took care of", "was responsible for", "carried"),
        (
            "{skill} for three banks",
            "the {skill} part of a ministry's portal",
            "{skill} in a hospital group",
            "every question of {skill} at a telecom",
        ),
        (
            "over the last two years",
            "until this spring",
            "from the first sketch to nightly operation",
            "with nobody else on call",
        ),
    ),
    (
        ("a project like {title}", "what {client} wants", "this assignment", "such a build"),
        ("calls for", "stands or falls with", "needs above all", "will be decided by"),
        (
            "patience with messy inputs",
            "a yardstick everyone accepts",
            "somebody who reads the logs",
            "an honest look at failures",
        ),
        (
            "long before any model is picked",
            "as far as I can tell from here",
            "whatever the budget says",
            "in the first fortnight",
        ),
    ),
    (
        ("the plan", "my proposal", "the route I would take", "what I offer"),
        ("begins with", "opens on", "rests upon", "starts out from"),
        (
            "fifty real cases scored by your people",
            "a dry run against last month's tickets",
            "a baseline anybody can repeat",
            "two interviews and a shared spreadsheet",
        ),
        (
            "during week one",
            "before a contract for the rest is signed",
            "so that we argue about numbers",
            "at a fixed price",
        ),
    ),
    (
        ("I", "we", "my colleague and I", "the two of us"),
        ("will then wire up", "go on to assemble", "afterwards put together", "next deliver"),
        (
            "prompts, tools and fallbacks",
            "retrieval, ranking and citations",
            "the pipeline with its alarms",
            "a service your staff can switch off",
        ),
        (
            "behind a feature flag",
            "inside your own cloud account",
            "in slices of three days",
            "next to the process you have",
        ),
    ),
    (
        ("quality", "the risk of wrong answers", "cost per request", "every regression"),
        ("is watched by", "gets measured with", "shows up in", "is kept in check through"),
        (
            "a nightly test of two hundred questions",
            "dashboards that a manager understands",
            "sampling by hand each Friday",
            "alerts that wake me and not you",
        ),
        (
            "from the day of launch",
            "for as long as you want",
            "without extra fees",
            "even after hand-over",
        ),
    ),
    (
        ("references", "numbers from earlier clients", "code samples", "two short case studies"),
        ("can be had", "are yours to read", "wait in my profile", "follow on demand"),
        (
            "including one failure and its lesson",
            "all of them with names to call",
            "each with before and after",
            "none older than a year",
        ),
        (
            "any time you ask",
            "under a confidentiality agreement",
            "as soon as we have spoken",
            "by tomorrow evening",
        ),
    ),
    (
        ("my calendar", "capacity", "the coming month", "our schedule"),
        ("leaves room for", "is open for", "has been cleared for", "allows"),
        (
            "thirty hours a week on this",
            "a start on Monday",
            "daily overlap with your office",
            "a quick kick-off meeting",
        ),
        (
            "if you decide soon",
            "without touching other commitments",
            "in whichever zone you work",
            "right through to December",
        ),
    ),
)
GERMAN = (
    "Ich habe {skill} schon mehrfach erfolgreich umgesetzt und freue mich auf die Aufgabe.",
    "Gern erkläre ich Ihnen in einem kurzen Gespräch, wie ich {title} angehen würde.",
    "Qualität, Termintreue und eine offene Kommunikation sind für mich selbstverständlich.",
    "Für {client} würde ich zuerst die vorhandenen Daten prüfen und dann einen Plan vorlegen.",
)
FRAMES = ("", "", "Frankly, ", "To be specific: ", "One more thing: ", "In short, ")


def paraphrased(dice: random.Random, asked: Asked) -> str:
    """Write a note: five or six sentences in any order, one in German now and then, and padding."""
    said = [_sentence(dice, parts) for parts in dice.sample(SENTENCES, dice.choice((5, 6)))]
    if dice.random() < 0.4:
        said.append(dice.choice(GERMAN))
    if asked.scope and dice.random() < 0.5:
        said.append(f"You write: {dice.choice(asked.scope.split('. '))}.")
    dice.shuffle(said)
    return " ".join(said).format(title=asked.title, client=asked.client, skill=asked.skill)


def _sentence(dice: random.Random, parts: Parts) -> str:
    who, does, what, how = map(dice.choice, parts)
    frame = dice.choice(FRAMES)
    text = f"{how}, {who} {does} {what}" if dice.random() < 0.5 else f"{who} {does} {what} {how}"
    return f"{frame}{text}." if frame else f"{text[0].upper()}{text[1:]}."
