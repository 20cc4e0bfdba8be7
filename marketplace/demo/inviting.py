"""The demo's invitations: to the client's jobs in every state, and one to the expert."""

from datetime import datetime, timedelta

from experts.models import Expert
from jobs.models import Invitation, Job
from jobs.models.invitation import STANDS_FOR
from jobs.services import invitations
from marketplace.demo.cast import CLIENT, EXPERT, Scene
from marketplace.demo.demand import hiring, propose
from marketplace.demo.words import Words

NOTE = "Your badge is for just what we need. Would you look at the checks and tell us a price?"
HALF_A_DAY = timedelta(hours=12)


def load(scene: Scene, words: Words) -> None:
    """Invite to the client's oldest open job, and the expert to the newest of somebody else."""
    jobs = Job.objects.open().select_related("organisation").order_by("published_at", "pk")
    own = jobs.filter(organisation__memberships__user__email=CLIENT).first()
    if own:
        _to_own_job(scene, words, own)
    expert = Expert.objects.select_related("user").get(user__email=EXPERT)
    others = jobs.exclude(organisation__memberships__user__email=CLIENT)
    unanswered = others.filter(matches__expert=expert).exclude(proposals__expert=expert)
    if job := unanswered.last():
        _invite(job, expert, scene.ago(2))


def _to_own_job(scene: Scene, words: Words, job: Job) -> None:
    """One has proposed, one declines, one has read it, one has not, and one runs out tonight."""
    fitting = Expert.objects.filter(matches__job=job, is_open=True, badges__status="active")
    unasked = fitting.exclude(proposals__job=job).exclude(user__email=EXPERT).distinct()
    asked = list(unasked.select_related("user").order_by("slug")[:5])
    at = scene.now - STANDS_FOR + HALF_A_DAY
    sent = [_invite(job, expert, at + HALF_A_DAY * place) for place, expert in enumerate(asked)]
    for row in sent[:1]:
        invitations.mark_viewed(job, by=row.expert.user, at=at + HALF_A_DAY)
    for row in sent[1:2]:
        reason = Invitation.Reason.BUSY
        invitations.decline(row, reason=reason, by=row.expert.user, at=row.created_at + HALF_A_DAY)
    for row in sent[2:3]:
        propose(scene, words, job, row.expert, row.created_at + HALF_A_DAY)
    for row in sent[3:4]:
        invitations.mark_viewed(job, by=row.expert.user, at=row.created_at + HALF_A_DAY)


def _invite(job: Job, expert: Expert, at: datetime) -> Invitation:
    return invitations.invite(job, expert, note=NOTE, by=hiring(job.organisation), at=at)
