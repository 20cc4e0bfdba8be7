"""What arrives at fifty jobs: honest notes, and two families of notes that machines wrote.

A third is in `paraphrased.py`.

There is no collection of real proposals that could be kept here. The honest notes were written once
for this drill and are frozen in `honest.txt`: a hundred people, each with what they say of
themselves, the same in both of their notes as people do, and two paragraphs about two pieces of
work, each behind one of sixteen openings, as stock phrases are. The guard has never been set by
them.

The rules of the guard were set with the first family, `spun`, on the table, and the second,
`assembled`, was known when they were looked at again.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHOICE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Asked:
    """What a machine reads of a job before it writes."""

    title: str
    client: str
    skill: str
    scope: str


OPENINGS, *PEOPLE = (
    block.splitlines() for block in Path(__file__).with_name("honest.txt").read_text().split("\n\n")
)


def honest(dice: random.Random) -> Iterator[Sequence[str]]:
    """Yield one person's two notes after the other's."""
    for person, *works in PEOPLE:
        yield [" ".join([dice.choice(OPENINGS), person, work]) for work in works]


# --- The first family: one text with alternatives, as the tools sold for it have


TEMPLATES = Path(__file__).with_name("spun.txt").read_text().split("\n\n")


def spun(dice: random.Random, asked: Asked) -> str:
    """Write a note of the first family: choose among the alternatives, innermost first."""
    text = " ".join(dice.choice(TEMPLATES).split())
    for name in ("title", "client", "skill"):
        text = text.replace(f"{{{name}}}", getattr(asked, name))
    while found := CHOICE.search(text):
        text = text[: found.start()] + dice.choice(found[1].split("|")) + text[found.end() :]
    return text


# --- The second family: moves in changing order, each in one of several wordings, words exchanged


OPENING, CLOSING = (
    (
        "Thank you for posting {title}; the description is thorough and speaks to my background.",
        "After going over {title} carefully, I believe there is a strong overlap with my work.",
        "The outcome {client} describes is one that my previous customers have asked me for, too.",
        "What stands out in {title} is that you care for measurable results rather than hype.",
        "Projects such as {title} are the reason why I moved from research into consulting.",
    ),
    (
        "If this resonates, I can walk you through a comparable case in a brief conversation.",
        "I would welcome the opportunity to go deeper into the details with your stakeholders.",
        "Should you wish, I will share a more detailed breakdown of effort before you decide.",
        "Feel free to reach out with questions; I usually respond within a couple of hours.",
        "I look forward to learning more about the context and to exploring a collaboration.",
    ),
)
MOVES = (
    (
        "My expertise in {skill} covers the entire lifecycle from discovery up to operations.",
        "For several years {skill} has been at the centre of my daily practice as a consultant.",
        "I bring a blend of strategic thinking and deep technical knowledge of {skill}.",
        "Across finance, retail and logistics I have put {skill} into production many times.",
        "Clients come to me for {skill} when a prototype has to become a dependable product.",
    ),
    (
        "In a recent engagement we lowered manual handling by 42 per cent within one quarter.",
        "One system I built now serves 18,000 users and keeps its answers under two seconds.",
        "For a leading insurer the error rate dropped from 12 to 3 per cent after our changes.",
        "A logistics provider recovered its whole investment in 5 months thanks to that work.",
        "My latest rollout reached an adoption of 76 per cent among the intended audience.",
    ),
    (
        "I suggest starting with a discovery phase in which we align on objectives and metrics.",
        "To begin, I would map the current workflow, identify gaps and quantify the potential.",
        "The initial step should be a concise assessment of data quality and of the constraints.",
        "First of all I would set up an evaluation harness so that progress becomes visible.",
        "It makes sense to open with a pilot on a narrow slice before widening the coverage.",
    ),
    (
        "From there, I iterate in short cycles and demonstrate progress at the end of each one.",
        "Next comes an incremental implementation with transparent reporting along the way.",
        "Afterwards the solution is hardened, monitored and handed to your engineers with care.",
        "Building on that, I would introduce guardrails, logging and a process for feedback.",
        "Subsequently we scale what works, retire what does not, and document each decision.",
    ),
    (
        "Security and compliance are considered from the outset rather than added afterwards.",
        "I pay particular attention to privacy, to responsible use and to sustainable costs.",
        "Every deliverable includes documentation, automated tests and a session for questions.",
        "Communication is proactive: a weekly summary, a shared board and no surprises.",
        "Your internal team will be able to maintain and extend everything without my help.",
    ),
)
WORDS: Mapping[str, Sequence[str]] = {
    "strong": ("clear", "great", "solid"),
    "believe": ("think", "feel"),
    "work": ("practice", "experience"),
    "customers": ("clients", "partners"),
    "results": ("outcomes", "impact"),
    "entire": ("whole", "full", "complete"),
    "daily": ("everyday", "regular"),
    "deep": ("profound", "broad"),
    "recent": ("past", "previous"),
    "lowered": ("reduced", "cut"),
    "built": ("designed", "created", "developed"),
    "suggest": ("propose", "recommend"),
    "objectives": ("goals", "aims"),
    "identify": ("find", "spot"),
    "concise": ("short", "compact"),
    "progress": ("improvement", "advance"),
    "narrow": ("small", "limited"),
    "short": ("brief", "quick"),
    "transparent": ("open", "honest"),
    "solution": ("system", "product"),
    "introduce": ("add", "establish"),
    "scale": ("extend", "grow"),
    "particular": ("special", "close"),
    "includes": ("contains", "comes with"),
    "maintain": ("run", "operate"),
    "brief": ("short", "quick"),
    "share": ("send", "provide"),
    "details": ("specifics", "particulars"),
}


def assembled(dice: random.Random, asked: Asked) -> str:
    """Write a note of the second family: an opening, some moves in any order, a closing."""
    moves = [dice.choice(move) for move in dice.sample(MOVES, dice.choice((4, 5)))]
    text = " ".join([dice.choice(OPENING), *moves, dice.choice(CLOSING)])
    exchanged = [
        dice.choice(WORDS[word]) if word in WORDS and dice.random() < 0.5 else word
        for word in text.split()
    ]
    return " ".join(exchanged).format(title=asked.title, client=asked.client, skill=asked.skill)
