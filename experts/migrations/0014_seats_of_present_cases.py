"""Gives every judgement its round, and every case that waits the seats it needs."""

from datetime import timedelta

from django.db import migrations
from django.utils.timezone import now

# The n-th judgement ended the n-th submission; the level granted is that of the badge.
ROUNDS = """
UPDATE experts_application a SET round = greatest(
  (SELECT count(*) FROM experts_applicationevent e WHERE e.row_id = a.id AND e.verb = 'submit'),
  (SELECT count(*) FROM experts_review r WHERE r.application_id = a.id),
  CASE WHEN a.status = 'draft' THEN 0 ELSE 1 END
);
UPDATE experts_review r SET
  round = n.round, seat = 'first', status = 'given', given_at = r.created_at,
  claimed_at = coalesce(
    (SELECT max(e.at) FROM experts_applicationevent e
      WHERE e.row_id = r.application_id AND e.verb = 'claim' AND e.at <= r.created_at),
    r.created_at),
  level = CASE WHEN r.verdict = 'granted' THEN
    (SELECT b.level FROM experts_badge b WHERE b.application_id = r.application_id) END,
  would_change = CASE WHEN r.verdict = 'rejected' THEN a.would_change ELSE '' END,
  reapply_on = CASE WHEN r.verdict = 'rejected' THEN a.reapply_on END
FROM experts_application a,
  (SELECT id, row_number() OVER (PARTITION BY application_id ORDER BY id) AS round
     FROM experts_review) n
WHERE a.id = r.application_id AND n.id = r.id;
"""
LEASE = timedelta(minutes=45)


def open_seats(apps, _):
    """Open the seats of the cases in the queue; whoever has one keeps it for a lease."""
    review = apps.get_model("experts", "Review")
    waiting = apps.get_model("experts", "Application").objects.filter(
        status__in=("submitted", "reviewing")
    )
    at = now()
    for case in waiting.iterator():
        held = {}
        if case.status == "reviewing" and case.reviewer_id:
            held = {
                "reviewer_id": case.reviewer_id,
                "status": "claimed",
                "claimed_at": at,
                "lease_until": at + LEASE,
            }
        seat = {"application": case, "round": case.round, "created_at": case.submitted_at or at}
        review.objects.create(seat="first", **seat, **held)
        if case.level == 3:
            review.objects.create(seat="second", **seat)


def close_seats(apps, _):
    """Give each case back to the reviewer who sits at it; a judgement nobody gave was no row."""
    pending = apps.get_model("experts", "Review").objects.exclude(status="given")
    for seat in pending.filter(status="claimed").order_by("-pk"):
        seat.application.reviewer_id = seat.reviewer_id
        seat.application.save(update_fields=["reviewer"])
    apps.get_model("experts", "ReviewEvent").objects.filter(row__in=pending).delete()
    pending.delete()


class Migration(migrations.Migration):
    dependencies = [("experts", "0013_seats")]

    operations = [
        migrations.RunSQL(ROUNDS, migrations.RunSQL.noop),
        migrations.RunPython(open_seats, close_seats),
    ]
