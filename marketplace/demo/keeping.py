"""The experts whom the demo's client keeps in view."""

from datetime import timedelta

from accounts.models import User
from experts.models import Expert
from experts.services import saving
from marketplace.demo.cast import CLIENT, Scene

KEPT = 3


def load(scene: Scene) -> None:
    """Let the client one signs in as have something to compare: those with the most proof."""
    client = User.objects.get(email=CLIENT)
    best = Expert.objects.order_by("-search_document__quality", "pk")
    for days, expert in enumerate(best.exclude(search_document=None)[:KEPT]):
        saving.save(expert, by=client, at=scene.now - timedelta(days=days))
