"""The Celery application, and the tables of what runs when and what goes before what."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init
from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES
from prometheus_client import start_http_server

from marketplace.kit import metrics

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

# Celery finds the way to a broker by the scheme of its address; ours takes no longer than it may.
TRANSPORT_ALIASES |= dict.fromkeys(("redis", "rediss"), "marketplace.kit.broker:Transport")
app = Celery("attest")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# In the order in which a worker empties them, see `queue_order_strategy` in the settings: somebody
# waits for a code, then money, then all other work; bulk mail fills the time that is left.
QUEUES = ("codes", "money", "work", "mail")
app.conf.task_queues = [Queue(name, routing_key=name) for name in QUEUES]
app.conf.task_default_queue = "work"
app.conf.task_routes = {
    "accounts.tasks.send_awaited_mail": "codes",
    "accounts.tasks.send_*": "mail",
    "accounts.tasks.deliver_*": "mail",
    "contracts.tasks.handle_*": "money",
    "contracts.tasks.send_*": "money",
    "contracts.tasks.sync_*": "money",
    "contracts.tasks.sweep_*": "money",
    "contracts.tasks.poll_*": "money",
}

# Queue messages are hints; these sweeps are the guarantee. Every due time is a column in Postgres,
# so a sweep that runs late or twice changes nothing but the delay. Seconds between two runs.
app.conf.beat_schedule = {
    "send-due-mail": {"task": "accounts.tasks.send_due_mail", "schedule": 20},
    # A program that did not answer is told again, after longer and longer waits.
    "deliver-to-webhooks": {"task": "accounts.tasks.deliver_to_webhooks", "schedule": 20},
    # What each table keeps for how long is written down beside it, see `marketplace.kit.personal`.
    "build-exports": {"task": "accounts.tasks.build_exports", "schedule": 60},
    "verify-audit": {"task": "accounts.tasks.verify_audit", "schedule": 3600},
    "erase-people": {"task": "accounts.tasks.erase_people", "schedule": 3600},
    "purge": {"task": "accounts.tasks.purge", "schedule": 3600},
    # What waits for a digest leaves at eight in the morning of its reader.
    "send-digests": {"task": "accounts.tasks.send_digests", "schedule": 300},
    "expire-member-invitations": {
        "task": "accounts.tasks.expire_member_invitations",
        "schedule": 3600,
    },
    # Whoever was kept from new work begins again within minutes of the day they were told.
    "expire-sanctions": {"task": "accounts.tasks.expire_sanctions", "schedule": 300},
    "match-waiting-jobs": {"task": "jobs.tasks.match_waiting_jobs", "schedule": 30},
    # Alerts that tell daily or weekly, and what a lost message left untold.
    "tell-matches": {"task": "jobs.tasks.tell_matches", "schedule": 20},
    # A job whose client says nothing pauses and closes; whoever proposed gets an answer.
    "sweep-silence": {"task": "jobs.tasks.sweep_silence", "schedule": 600},
    "expire-invitations": {"task": "jobs.tasks.expire_invitations", "schedule": 600},
    "sweep-board-changes": {"task": "jobs.tasks.sweep_board_changes", "schedule": 60},
    "warn-of-silence": {"task": "jobs.tasks.warn_of_silence", "schedule": 3600},
    "expire-offers": {"task": "contracts.tasks.expire_offers", "schedule": 300},
    # A proposal to change a contract does not wait for ever for its answer.
    "expire-amendments": {"task": "contracts.tasks.expire_amendments", "schedule": 300},
    # A pause ends by itself: nobody is kept waiting without an end.
    "end-pauses": {"task": "contracts.tasks.end_pauses", "schedule": 300},
    # Money held to the limit is released or returned; before that both sides are warned.
    "sweep-holds": {"task": "contracts.tasks.sweep_holds", "schedule": 300},
    "warn-of-holds": {"task": "contracts.tasks.warn_of_holds", "schedule": 3600},
    # An expert who cannot be paid is reminded, and in the end a person decides.
    "remind-of-blocked": {"task": "contracts.tasks.remind_of_blocked", "schedule": 3600},
    # Whoever waits for a look at a payout was told a day; our staff hear when it has passed.
    "remind-of-payout-cases": {
        "task": "contracts.tasks.remind_of_payout_cases",
        "schedule": 3600,
    },
    "publish-feedback": {"task": "contracts.tasks.publish_feedback", "schedule": 600},
    # Work nobody answered within its review window is released, on the minute.
    "sweep-unanswered": {"task": "contracts.tasks.sweep_unanswered", "schedule": 60},
    # Offers, proposed changes and time for feedback end; whoever can still answer hears of it.
    "remind-of-answers": {"task": "contracts.tasks.remind_of_answers", "schedule": 600},
    "remind-of-reviews": {"task": "contracts.tasks.remind_of_reviews", "schedule": 600},
    # Hours nobody answered are released on the minute; prepaid ones nobody worked go back later.
    "sweep-timesheets": {"task": "contracts.tasks.sweep_timesheets", "schedule": 60},
    "sweep-consultations": {"task": "contracts.tasks.sweep_consultations", "schedule": 60},
    "sweep-ended-hours": {"task": "contracts.tasks.sweep_ended_hours", "schedule": 300},
    "remind-of-hours": {"task": "contracts.tasks.remind_of_hours", "schedule": 600},
    # Silence in a dispute has its consequence on the minute: the claim, our staff, or the decision.
    "sweep-disputes": {"task": "contracts.tasks.sweep_disputes", "schedule": 60},
    "remind-of-disputes": {"task": "contracts.tasks.remind_of_disputes", "schedule": 600},
    # A webhook whose message was lost, or whose handling failed, is handled when it is due.
    "sweep-events": {"task": "contracts.tasks.sweep_events", "schedule": 30},
    # Money we decided to send is sent, also after a dead worker, a lost answer or a low balance.
    "sweep-operations": {"task": "contracts.tasks.sweep_operations", "schedule": 30},
    # A payment is settled although its webhook never came.
    "poll-open-payments": {"task": "contracts.tasks.poll_open_payments", "schedule": 60},
    # Released money leaves once the expert's account is ready, although nobody told us.
    "poll-awaited-accounts": {"task": "contracts.tasks.poll_awaited_accounts", "schedule": 120},
    # A chargeback is taken note of, and its money posted, although its events were lost.
    "poll-chargebacks": {"task": "contracts.tasks.poll_chargebacks", "schedule": 600},
    # What we decided to say to a bank is said, also after a lost answer.
    "sweep-answers": {"task": "contracts.tasks.sweep_answers", "schedule": 30},
    # No bank is left without the evidence we have, a day before it takes none any more.
    "sweep-unanswered-chargebacks": {
        "task": "contracts.tasks.sweep_unanswered_chargebacks",
        "schedule": 600,
    },
    # An event that no webhook brought is found in Stripe's list within the hour.
    "list-events": {"task": "contracts.tasks.list_events", "schedule": 3600},
    # What is wrong with the books is known within five minutes; alerts read it (docs/metrics.md).
    "watch-books": {"task": "contracts.tasks.watch_books", "schedule": 300},
    # Each day that is over is compared once; hourly, so that a missed run costs an hour.
    "reconcile": {"task": "contracts.tasks.reconcile", "schedule": 3600},
    # Our fees go to our bank once a day; its key is the day.
    "pay-out-fees": {"task": "contracts.tasks.pay_out_fees", "schedule": 3600},
    # Both sides hear that a model retires although nobody looked at the registry.
    "warn-of-retirement": {"task": "contracts.tasks.warn_of_retirement", "schedule": 3600},
    # Money that moved before there were papers gets them; today's are written with the money.
    "issue-missing-documents": {
        "task": "contracts.tasks.issue_missing_documents",
        "schedule": 600,
    },
    # Badges age by dates, not by messages; hourly, so that a day begins everywhere within the hour.
    "age-badges": {"task": "experts.tasks.age_badges", "schedule": 3600},
    # Weekly by what the row says, asked hourly: a worker that was down on Monday tells on Tuesday.
    "tell-scores": {"task": "experts.tasks.tell_scores", "schedule": 3600},
    # An address that did not answer, or a lost message, leaves a check to this sweep.
    "run-due-checks": {"task": "experts.tasks.run_due_checks", "schedule": 60},
    # A scanner that was down finds the files it owes an answer.
    "scan-due-uploads": {"task": "experts.tasks.scan_due_uploads", "schedule": 60},
    "sweep-stray-uploads": {"task": "experts.tasks.sweep_stray_uploads", "schedule": 3600},
    # Badges from before there were credentials get theirs, and none is left behind its badge.
    "keep-credentials-up": {"task": "experts.tasks.keep_credentials_up", "schedule": 300},
    # Services keep the search documents; scores fade by the day, and a row may be written by hand.
    "keep-search-documents": {"task": "experts.tasks.keep_search_documents", "schedule": 86400},
    # What changes is asked for by itself until it is gathered; the fewer these are, the faster.
    "gather-search": {"task": "experts.tasks.gather_search", "schedule": 60},
    # News of badges, for those who keep a search for experts.
    "tell-searches": {"task": "experts.tasks.tell_searches", "schedule": 60},
}


@worker_init.connect
def show_metrics(**_: Any) -> None:
    """Let Prometheus ask a worker too, where METRICS_PORT names a port for it."""
    if port := os.environ.get("METRICS_PORT"):
        start_http_server(int(port), registry=metrics.counted())
