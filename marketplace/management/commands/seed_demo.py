"""Loads the demo: experts with badges, clients with jobs, contracts with money in every state."""

from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from accounts.services import outbox
from experts.services import ageing
from marketplace.demo import (
    bargain,
    cast,
    demand,
    inviting,
    keeping,
    pausing,
    supply,
    talk,
    times,
    trust,
    work,
)
from marketplace.demo.cast import SIZES, Scene, Size
from marketplace.demo.words import Words
from marketplace.kit.tasks import left_to_the_sweeps


class Command(BaseCommand):
    """Add what is missing of a size: `full` after `small` brings only the rest."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="small")

    def handle(self, *args: Any, **options: Any) -> None:
        size, loaded = SIZES[options["size"]], cast.turns_loaded()
        if loaded is None:
            raise CommandError("A tiny demo does not grow: `make reset` first.")
        turns = range(loaded, size.turns)
        if not turns:
            self.stdout.write("The demo is there already.")
            return
        scene = cast.scene(now=now(), say=partial(print, flush=True))
        # A worker that gets thousands of hints about the past is late for whoever signs up now.
        with left_to_the_sweeps():
            _load(scene, size, turns)
        outbox.drop_late(at=scene.now)


def _load(scene: Scene, size: Size, turns: range) -> None:
    reviewers = cast.staff(scene)
    experts = supply.load(scene, size, turns, reviewers)
    scene.say(f"{experts} experts have been vetted")
    aged = ageing.age_due(at=scene.now)
    scene.say(f"{aged} badges age with their models")
    if turns.start == 0:
        _hire(scene, size)


def _hire(scene: Scene, size: Size) -> None:
    words = Words(scene.dice)
    posted = demand.load(scene, words, size)
    times.offer(scene)
    work.play(scene, words, [job for job in posted if job.state == "filled"])
    for job in posted:
        demand.end(scene, job)
    talk.load(scene)
    bargain.load(scene)
    pausing.load(scene)
    inviting.load(scene, words)
    keeping.load(scene)
    trust.load(scene)
    scene.say(f"{len(posted)} jobs have been posted and worked on")
