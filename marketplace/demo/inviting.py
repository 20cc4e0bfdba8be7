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
    """Invite to the client's two open jobs, and the expert to the newest of somebody else."""
    jobs = Job.objects.open().select_related("organisation").order_by("published_at", "pk")
    own = list(jobs.filter(organisation__memberships__user__email=CLIENT)[:2])
    for job in own[:1]:
        _wait(scene, job)
    for job in own[1:]:
        _hear(scene, words, job)
    expert = Expert.objects.select_related("user").get(user__email=EXPERT)
    others = jobs.exclude(organisation__memberships__user__email=CLIENT)
    unanswered = others.filter(matches__expert=expert).exclude(proposals__expert=expert)
    newest = unanswered.last()
    if newest:
        _invite(newest, expert, scene.ago(2))


def _wait(scene: Scene, job: Job) -> None:
    """One has read it and it soon runs out, one declines, one has not opened it."""
    at = max(scene.now - STANDS_FOR, job.published_at or scene.now) + HALF_A_DAY
    sent = [_invite(job, expert, at) for expert in _skilled(job, 3)]
    for row in sent[:1]:
        invitations.mark_viewed(job, by=row.expert.user, at=at + HALF_A_DAY)
    for row in sent[1:2]:
        reason = Invitation.Reason.BUSY
        invitations.decline(row, reason=reason, by=row.expert.user, at=at + HALF_A_DAY)


def _hear(scene: Scene, words: Words, job: Job) -> None:
    """One of three proposes; whose note is too like others says nothing, and the next one does."""
    at = (job.published_at or scene.now) + HALF_A_DAY
    for row in [_invite(job, expert, at) for expert in _skilled(job, 3)]:
        propose(scene, words, job, row.expert, at + HALF_A_DAY)
        if job.proposals.filter(expert=row.expert).exists():
            break


def _skilled(job: Job, number: int) -> list[Expert]:
    """Return experts with a badge for something the job asks, who have not proposed to it."""
    skilled = Expert.objects.vetted().filter(
        is_open=True, badges__status="active", badges__skill__in=job.skills.values("skill")
    )
    unasked = skilled.exclude(proposals__job=job).exclude(user__email=EXPERT).distinct()
    return list(unasked.select_related("user").order_by("slug")[:number])


def _invite(job: Job, expert: Expert, at: datetime) -> Invitation:
    return invitations.invite(job, expert, note=NOTE, by=hiring(job.organisation), at=at)
