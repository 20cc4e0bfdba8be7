"""`manage.py sync_models`: brings the model registry up to date, and says what follows."""

import argparse
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from experts import gateway
from experts.gateway import Listed
from experts.services import ageing, catalogue, impact, registry
from experts.services.catalogue import Difference
from experts.services.impact import Impact
from experts.services.registry import Listing
from marketplace.kit.errors import DomainError


class Command(BaseCommand):
    """Reads the project's file and, with a key, the provider's list; applies both, or previews."""

    help = "Bring the model registry up to date and say which badges and contracts it affects."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take `--preview`."""
        parser.add_argument("--preview", action="store_true", help="Say it and change nothing.")

    def handle(self, *, preview: bool = False, **_: Any) -> None:
        """Fetch first, then change everything or nothing, then age the badges."""
        at = now()
        try:
            listed = gateway.listed_models() if settings.OPENAI_API_KEY else None
        except DomainError as refusal:
            raise CommandError(refusal.sentence) from refusal
        found = impact.of(lambda: self.sync(listed, at, say=True), at=at)
        if not preview:
            self.sync(listed, at, say=False)
            ageing.age_due(at=at)
        self.say_impact(found, preview=preview)

    def sync(self, listed: list[Listed] | None, at: datetime, *, say: bool) -> None:
        """Load the file, then the list, then let the dates that have come act."""
        catalogue.load_registry(at=at, report=self.say_difference if say else _silent)
        if listed is not None:
            listing = registry.compare(listed, on=at.date())
            registry.take(listing, at=at)
            if say:
                self.say_listing(listing)
        registry.advance(at=at)

    def say_difference(self, difference: Difference) -> None:
        """Print what the file changes."""
        for row in difference.added:
            name = row.get("api_id") or row["slug"]
            self.stdout.write(f"+ {name} (file)")
        for change in difference.changed:
            columns = (f"{name} {was} -> {new}" for name, (was, new) in change.columns.items())
            self.stdout.write(f"~ {change.name}: {'; '.join(columns)}")

    def say_listing(self, listing: Listing) -> None:
        """Print what the provider's list changes, and what a person has to look at."""
        for release in listing.new:
            self.stdout.write(f"+ {release.api_id} in {release.family.name} (provider's list)")
        for api_id in listing.unsorted:
            self.stdout.write(f"? {api_id}: no family we know; add it to the file")
        for api_id in listing.missing:
            self.stdout.write(f"? {api_id}: usable here, not in the provider's list")

    def say_impact(self, found: Impact, *, preview: bool) -> None:
        """Print each badge and delivery that changes, and one line that counts them."""
        plan = found.plan
        for word, badges in (("ages", plan.ageing), ("lapses", plan.lapsing)):
            for badge in badges:
                name = f"{badge.skill.name}, level {badge.level}"
                self.stdout.write(f"! badge {badge.public_id} ({name}) {word}")
        for use in found.uses:
            self.stdout.write(f"! {use.name} runs on {use.api_id}")
        self.stdout.write(
            f"impact{' (preview)' if preview else ''}: {len(plan.ageing)} badges age, "
            f"{len(plan.fresh)} are valid again, {len(plan.lapsing)} lapse, "
            f"{len(plan.redated)} get another last day, {len(found.uses)} deliveries are affected"
        )


def _silent(_: Difference) -> None:
    """Say nothing: it was said when it was tried."""
