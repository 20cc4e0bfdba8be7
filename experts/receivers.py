"""What follows from a move in this app, one line each."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251 - no save
from django.dispatch import receiver

from accounts.models import Erasure, Sanction, User
from accounts.services.people import after_describing
from experts import tasks
from experts.models import Application, Badge, Check, Evidence, Reference, Upload
from experts.services import (
    ageing,
    checks,
    credentials,
    leaving,
    news,
    references,
    search_documents,
)
from marketplace.kit import scanner
from marketplace.kit.states import after


@receiver(post_migrate)
def give_the_database_its_function(sender: AppConfig, using: str, **_: Any) -> None:
    if sender.name == "experts":
        search_documents.install(using)


@after(Application, "submit")
def confirm_the_submission(application: Application, at: datetime) -> None:
    news.submitted(application, at=at)


@after(Application, "ask_for_changes")
def tell_what_to_change(application: Application, at: datetime) -> None:
    news.changes_asked(application, at=at)


@after(Application, "reject")
def tell_why(application: Application, at: datetime) -> None:
    news.rejected(application, at=at)


@after(Application, "appeal")
def confirm_the_appeal(application: Application, at: datetime) -> None:
    news.appealed(application, at=at)


@after(Application, "uphold")
def tell_that_the_rejection_stands(application: Application, at: datetime) -> None:
    news.upheld(application, at=at)


@after(Badge, "issue")
def tell_the_holder(badge: Badge, at: datetime) -> None:
    news.badge_issued(badge, at=at)


@after(Badge, "age")
def tell_that_its_models_retire(badge: Badge, at: datetime) -> None:
    if badge.valid_until > at.date() + ageing.HORIZON:
        news.badge_ages(badge, at=at)


@after(Badge, "issue")
def sign_its_credential(badge: Badge, at: datetime) -> None:
    credentials.keep_up(badge, at=at)


@after(Badge, "lapse")
def tell_that_it_lapsed(badge: Badge, at: datetime) -> None:
    news.badge_lapsed(badge, at=at)


@after(Badge, "suspend")
def tell_that_it_is_suspended(badge: Badge, at: datetime) -> None:
    news.badge_suspended(badge, at=at)


@after(Badge, "reinstate")
def tell_that_it_counts_again(badge: Badge, at: datetime) -> None:
    news.badge_reinstated(badge, at=at)


@after(Badge, "revoke")
def tell_that_it_was_revoked(badge: Badge, at: datetime) -> None:
    news.badge_revoked(badge, at=at)


@after(Application, "submit")
def look_into_it(application: Application, at: datetime) -> None:
    references.ask(application, at=at)
    checks.plan(application, at=at)
    tasks.run_checks.delay_on_commit(application_pk=application.pk)


@after(Reference, "confirm", "deny", "expire")
def use_the_answer(reference: Reference, at: datetime) -> None:
    checks.wake(reference.evidence, Check.Kind.REFERENCE, at=at)
    tasks.run_checks.delay_on_commit(application_pk=reference.evidence.application_id)


@after(Check, "retry")
def look_again(check: Check, _: datetime) -> None:
    tasks.run_checks.delay_on_commit(application_pk=check.application_id)


@after(Upload, "quarantine")
def ask_the_scanner(upload: Upload, _: datetime) -> None:
    if scanner.is_named():
        tasks.scan_upload.delay_on_commit(upload_pk=upload.pk)


@after(Upload, "refuse")
def tell_that_the_scanner_refused_it(upload: Upload, at: datetime) -> None:
    if piece := Evidence.objects.filter(upload=upload).first():
        news.file_refused(piece, at=at)


@after(Badge, "issue", "lapse", "supersede", "suspend", "reinstate", "revoke")
def let_the_search_know(badge: Badge, at: datetime) -> None:
    search_documents.keep([badge.expert_id], on=at.date())


@after_describing
def let_the_search_know_the_name(user: User) -> None:
    search_documents.keep_of(user)


@after(Sanction, "impose", "reverse", "expire")
def let_the_search_know_who_is_banned(sanction: Sanction, _: datetime) -> None:
    search_documents.keep_of(sanction.user)


@after(Erasure, "begin")
def let_the_expert_go(erasure: Erasure, at: datetime) -> None:
    leaving.leave(erasure.user, at=at)
