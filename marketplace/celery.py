"""The Celery application and the one table of what runs when."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

app = Celery("attest")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Queue messages are hints; these sweeps are the guarantee. Every due time is a column in Postgres,
# so a sweep that runs late or twice changes nothing but the delay. Seconds between two runs.
app.conf.beat_schedule = {
    "send-due-mail": {"task": "accounts.tasks.send_due_mail", "schedule": 20},
    "expire-offers": {"task": "contracts.tasks.expire_offers", "schedule": 300},
    "publish-feedback": {"task": "contracts.tasks.publish_feedback", "schedule": 600},
    "remind-of-reviews": {"task": "contracts.tasks.remind_of_reviews", "schedule": 600},
    "lapse-badges": {"task": "experts.tasks.lapse_badges", "schedule": 3600},
}
