"""What all of the demo shares: its people's addresses, its random choices, its place in time."""

import json
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.models.user import DISPUTES, FINANCE, LEADS, REVIEWERS
from experts.models import Expert

FOLDER = Path(__file__).parent
DOMAIN = "attest.example"
PASSWORD = "attest-demo"  # noqa: S105 - printed to everyone who starts the demo
SEED = 20261123
# The people to sign in as; the first organisation and the first expert get these addresses.
CLIENT, EXPERT, REVIEWER, DECIDER, ADMIN = (
    f"{name}@{DOMAIN}" for name in ("client", "expert", "reviewer", "disputes", "admin")
)


@dataclass(frozen=True)
class Size:
    """How much of the files is used: how many times over, and which part of it."""

    turns: int = 1
    one_in: int = 1
    """Of the people without a story of their own."""
    organisations: Collection[str] | None = None
    """Whose jobs there are; None for everybody's."""


SIZES = {
    # Every kind of page has something to show, and starting takes seconds: for browser tests.
    "tiny": Size(one_in=7, organisations=("harrow-tide", "kestrel-freight", "quillstone")),
    "small": Size(),
    "full": Size(turns=10),
}


@dataclass(frozen=True)
class Scene:
    """One load of the demo: when it is, its dice, and how it reports progress."""

    now: datetime
    dice: random.Random
    say: Callable[[str], None]
    password: str

    def for_one(self, name: str) -> "Scene":
        """Return this scene with dice of one person's own, the same at every load."""
        return replace(self, dice=random.Random(f"{SEED} {name}"))  # noqa: S311 - no secret

    def ago(self, days: float, hour: int = 10) -> datetime:
        """Return a moment so many days back, at about this hour in UTC and never in the future."""
        moment = self.now - timedelta(days=days)
        return min(moment.replace(hour=hour, minute=self.dice.randrange(60)), self.now)


def scene(*, now: datetime, say: Callable[[str], None]) -> Scene:
    """Set the scene; one password is hashed once, because a good hash is slow by design."""
    return Scene(now, random.Random(SEED), say, make_password(PASSWORD))  # noqa: S311


def read(name: str) -> Any:
    """Return one of the files beside this module."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def turns_loaded() -> int | None:
    """Return how many times over the files are in the database; None for a part of them."""
    loaded = Expert.objects.filter(user__email__endswith=f"@{DOMAIN}").count()
    turns, rest = divmod(loaded, len(read("people")))
    return None if rest else turns


def person(scene: Scene, email: str, **fields: Any) -> User:
    """Create somebody who can sign in, with their address confirmed."""
    user = User.objects.create(email=email, password=scene.password, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def staff(scene: Scene) -> list[User]:
    """Return the reviewers, one a lead; the first load creates them and the other staff."""
    if reviewers_there := list(User.objects.filter(groups__name=REVIEWERS)):
        return reviewers_there
    reviewers = Group.objects.get_or_create(name=REVIEWERS)[0]
    names = {
        "Rhea Lindqvist": REVIEWER,
        "Ines Carrasco": None,
        "Yusuf Adeyemi": None,
        "Tobias Ferrant": None,
    }
    people = [
        person(
            scene,
            email or f"{name.lower().replace(' ', '.')}@{DOMAIN}",
            name=name,
            time_zone="Europe/London",
            is_staff=True,
        )
        for name, email in names.items()
    ]
    for member in people:
        member.groups.add(reviewers)
    people[-1].groups.add(Group.objects.get_or_create(name=LEADS)[0])
    deciders = Group.objects.get_or_create(name=DISPUTES)[0]
    for email, name in ((DECIDER, "Maren Holt"), (f"samir.okafor@{DOMAIN}", "Samir Okafor")):
        decider = person(scene, email, name=name, time_zone="Europe/London", is_staff=True)
        decider.groups.add(deciders)
    admin = person(scene, ADMIN, name="Noor Castellan", is_staff=True, is_superuser=True)
    admin.groups.add(Group.objects.get_or_create(name=FINANCE)[0])
    return people
