"""Who is erased leaves no trace: a word of its own in every column that could hold one, then none.

The words are made from the tables of `marketplace.kit.personal` themselves, so that a new column is
looked for from its first day. What is found afterwards has to be declared as kept, and is printed.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.postgres.fields import ArrayField
from django.core.cache import caches
from django.db import DatabaseError, connection, models, transaction

from accounts.models import KeptAnswer, Mail, MemberInvitation, Notification, User
from accounts.services import erasures
from contracts.models import Contract, Dispute, Offer, Payment
from experts.models import Delivery as Made
from experts.models import Review, Snapshot, TaskDraft, ToldScore, Upload, Wording, WorkRecord
from experts.models.work_record import AmountBand
from experts.services import search_documents
from jobs.models import (
    CheckAnswer,
    HeldNote,
    JobCheck,
    Match,
    MatchSnapshot,
    MustAnswer,
    PlannedMilestone,
    ProposedMilestone,
    SentNote,
)
from marketplace.kit import personal
from marketplace.kit.personal import STAYS, Kept
from tests import factories
from tests.conftest import NOON
from tests.world import one_of_everything  # noqa: F401 (a fixture)

WORD = "canary"
# What we read ourselves when we write to somebody.
CODES = {"language", "time_zone"}
# Columns that take no word of ours: codes, numbers, files, and what another column forbids.
TAKE_NO_WORD = {
    "accounts.AccessToken.scopes",
    "accounts.User.language",
    "accounts.User.time_zone",
    "accounts.Webhook.topics",
    "experts.Evidence.referee_email",
    "experts.Upload.file",
    "experts.Wording.sketch",
    "jobs.Alert.wanted",
    "jobs.HeldNote.passages",
    "jobs.SentNote.passages",
    "usersessions.UserSession.ip",
}


def planted(kept: Kept, names: Iterator[int], people: Sequence[User]) -> Iterator[str]:
    """Write a word of its own into each column of what is these people's; yield the columns."""
    theirs = models.Q(pk__in=[])
    for path in kept.paths_of_erased:
        theirs |= models.Q(**{f"{path}__in": [person.pk for person in people]})
    rows = kept.model._base_manager
    keys = rows.filter(theirs).values_list("pk", flat=True).distinct()
    for name in kept.named("yours", "others"):
        column = kept.model._meta.get_field(name)
        for key in list(keys) if may_change(column) else ():
            # Where another column has to say the same, or nothing may stand, none is written.
            with suppress(DatabaseError, ValueError), transaction.atomic():
                rows.filter(pk=key).update(**{name: word(column, next(names))})
                yield f"{kept.model._meta.label}.{name}"


def may_change(column: Any) -> bool:
    """Whether it takes any word: not a file, an address on the net, or what we read ourselves."""
    is_free = not isinstance(column, (models.FileField, models.GenericIPAddressField))
    return is_free and not (column.model is User and column.name in CODES)


def word(column: Any, number: int) -> Any:
    """A word of its own, as this column takes it."""
    said = f"{WORD}{number}"
    if isinstance(column, ArrayField):
        return [said[: column.base_field.max_length]]
    if isinstance(column, models.JSONField):
        return {said: [said]}
    if isinstance(column, models.EmailField):
        return f"{said}@attest.example"
    return said[-column.max_length :] if column.max_length else said


@pytest.fixture
def lives(world, acme, ada, mallory) -> None:
    """Two whole lives with a word in every column, and nothing that holds them here."""
    names = count(100)
    more_of(acme, ada)
    with connection.cursor() as cursor:
        # What is never changed was written so in the first place.
        cursor.execute("SET LOCAL session_replication_role = replica")
    tables = personal.tables().values()
    written = {name for kept in tables for name in planted(kept, names, (acme, ada))}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    told_to_others(acme, ada, mallory)
    search_documents.keep([ada.expert.pk], on=NOON.date())
    let_go()
    every = {
        f"{kept.model._meta.label}.{name}"
        for kept in tables
        if kept.paths_of_erased and kept.fate != STAYS
        for name in kept.named("yours", "others")
    }
    assert every - written == TAKE_NO_WORD


def more_of(acme: User, ada: User) -> None:
    """What the two have besides, for tables in which the world has nothing of theirs."""
    expert, day = ada.expert, NOON.date()
    job = acme.jobs.first()
    proposal = expert.proposals.filter(job=job).first() or factories.proposal(job, expert)
    skill, case = factories.skill("rag"), expert.applications.order_by("-pk")[0]
    check = JobCheck.objects.create(job=job, position=9, metric="m", comparator=">=", target="t")
    PlannedMilestone.objects.create(job=job, position=9, title="t", share_percent=100)
    ProposedMilestone.objects.create(
        proposal=proposal, position=9, title="t", amount_minor=1, due_on=day
    )
    CheckAnswer.objects.create(proposal=proposal, job_check=check, commits=True)
    MustAnswer.objects.create(proposal=proposal, skill=skill, text="t")
    SentNote.objects.create(proposal=proposal, passages=[])
    HeldNote.objects.create(job=job, expert=expert, passages=[], held_at=NOON)
    for model in (Match, MatchSnapshot):
        model.objects.create(job=job, expert=expert, score=1, algorithm="a", created_at=NOON)
    Snapshot.objects.create(
        evidence=case.evidence.all()[0], taken_at=NOON, size=1, sha256="s", words_sha256="s"
    )
    Wording.objects.create(application=case, part="claim", text="t", sketch=[1])
    TaskDraft.objects.create(application=case, task="claim", typed={}, saved_at=NOON)
    about = {
        "expert": expert,
        "title": "t",
        "client_name": "c",
        "amount_band": AmountBand.values[0],
    }
    WorkRecord.objects.create(source="w", completed_on=day, rating=5, **about)
    Made.objects.create(source="d", released_on=day, **about)
    judged = Review.objects.filter(application__expert=expert).first()
    judged.scores.create(criterion=judged.application.rubric.criteria.first(), points=3)
    ToldScore.objects.create(expert=expert, week=day)
    KeptAnswer.objects.create(user=ada, key="k", asked="a", status=200, created_at=NOON)
    UserSession.objects.create(user=ada, ip="192.0.2.7", user_agent="u", session_key="s")
    EmailAddress.objects.create(user=ada, email=ada.email)
    for kept in personal.tables().values():
        if hasattr(kept.model, "history"):
            for row in kept.model._base_manager.all():
                row.history.create(verb="v", came_from="a", went_to="b", at=NOON, reason="r")


def told_to_others(acme, ada, mallory) -> None:
    """Sentences of ours to others that name the two."""
    for person in (acme, ada):
        person.refresh_from_db()
        Notification.objects.create(
            user=mallory, kind="message", key=f"k{person.pk}", url="/", created_at=NOON,
            subject=f"{person.shown_name} wrote to you", body=f"So {person.email} says.",
        )  # fmt: skip
    Mail.objects.create(
        key="own", to=ada.email, subject=ada.name, text="t", html="h", created_at=NOON, due_at=NOON
    )
    MemberInvitation.objects.update(email=ada.email)


def let_go() -> None:
    """End what holds the two here, as if it had ended long ago."""
    Contract.objects.update(status="completed")  # states: over
    Offer.objects.filter(status="sent").update(status="expired")  # states: over
    Dispute.objects.update(status="withdrawn", due_at=None)  # states: over
    Payment.objects.filter(status__in=("created", "open", "processing")).update(
        status="expired"  # states: over
    )


def left() -> set[tuple[str, str]]:
    """Return which columns of which tables hold a word, whatever their type."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT DISTINCT each.key FROM "{table}" AS row, '  # noqa: S608 (our own tables)
                "LATERAL jsonb_each_text(to_jsonb(row)) AS each WHERE each.value LIKE %s",
                [f"%{WORD}%"],
            )
            found |= {(table, key) for (key,) in cursor.fetchall()}
    return found


def declared() -> set[tuple[str, str]]:
    """Return the columns of words that stay by their period; an exhibit's file has its name."""
    return {("experts_upload", "name")} | {
        (kept.model._meta.db_table, kept.model._meta.get_field(name).column)
        for kept in personal.tables().values()
        if kept.fate == STAYS
        for name in kept.named("yours", "others")
    }


def test_a_word_in_every_column_is_gone_but_where_it_is_declared_to_stay(
    lives, acme, ada, settings, caplog, django_capture_on_commit_callbacks
):
    assert ("experts_searchdocument", "lexemes") in left()
    before = left()
    day = NOON + timedelta(days=400)
    for person in (ada, acme):
        erasures.ask(by=person, at=day)
    with django_capture_on_commit_callbacks(execute=True):
        erasures.erase_due(at=day + erasures.GRACE)

    kept = left()
    print("gone from", len(before - kept), "columns; kept by law or by agreement in:")
    print("\n".join(f"  {table}.{column}" for table, column in sorted(kept)))
    assert kept <= declared()
    root = Path(settings.MEDIA_ROOT)
    files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert files == set(Upload.objects.exclude(exhibit=None).values_list("file", flat=True))
    assert WORD not in caplog.text
    assert WORD not in repr(vars(caches["default"]).get("_cache", ""))
