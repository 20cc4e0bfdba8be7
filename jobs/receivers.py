"""What follows from a move in this app, one line each."""

from datetime import datetime

from accounts.models import Erasure, Flag, Sanction
from jobs import tasks
from jobs.flagged import JOB
from jobs.models import Job, Proposal
from jobs.services import (
    announcements,
    held,
    invitations,
    jobs,
    leaving,
    notices,
    received,
    silence,
)
from marketplace.kit.states import after


@after(Job, "publish", "let_through", "resume")
def find_the_experts_it_fits(job: Job, _: datetime) -> None:
    tasks.match_job.delay_on_commit(job_pk=job.pk)


@after(Job, "publish", "let_through", "pause", "resume", "hold")
def the_client_is_there(job: Job, at: datetime) -> None:
    silence.heard(job, at=at)


@after(Job, "let_through")
def tell_the_client_that_it_is_live(job: Job, at: datetime) -> None:
    notices.job_was_let_through(job, at)


@after(Job, "send_back")
def tell_the_client_what_has_to_change(job: Job, at: datetime) -> None:
    notices.job_was_sent_back(job, at)


@after(Job, "fall_silent")
def tell_the_client_that_it_pauses(job: Job, at: datetime) -> None:
    notices.job_has_paused(job, at)


@after(Job, "expire")
def tell_the_client_that_it_closed(job: Job, at: datetime) -> None:
    notices.job_has_expired(job, at)


@after(Flag, "uphold")
def take_down_what_was_reported(flag: Flag, at: datetime) -> None:
    if flag.kind == JOB:
        jobs.take_down(flag.about, at=at)


@after(Sanction, "impose")
def pause_what_nobody_can_answer(sanction: Sanction, at: datetime) -> None:
    held.hold(sanction, at=at)


@after(Sanction, "reverse", "expire")
def open_what_was_paused(sanction: Sanction, at: datetime) -> None:
    held.release(sanction, at=at)


@after(Job, "close", "fill", "expire", "remove")
def answer_everyone_who_waits(job: Job, at: datetime) -> None:
    received.close_rest(job, at=at)


@after(Proposal, "submit")
def it_answers_an_invitation(proposal: Proposal, at: datetime) -> None:
    invitations.accept(proposal, at=at)


@after(Job, "close", "fill", "expire", "remove")
def nobody_is_invited_any_more(job: Job, at: datetime) -> None:
    invitations.expire_of(job, at=at)


@after(Proposal, "submit")
def tell_the_client_it_came(proposal: Proposal, at: datetime) -> None:
    notices.proposal_came(proposal, at)


@after(Proposal, "shortlist")
def tell_the_expert_of_the_shortlist(proposal: Proposal, at: datetime) -> None:
    notices.proposal_was_shortlisted(proposal, at)


@after(Proposal, "decline")
def tell_the_expert_why(proposal: Proposal, at: datetime) -> None:
    notices.proposal_was_declined(proposal, at)


@after(Proposal, "close")
def tell_the_expert_how_it_ended(proposal: Proposal, at: datetime) -> None:
    notices.proposal_was_closed(proposal, at)


@after(Job, *Job.MOVES)
def tell_programs_of_the_job(job: Job, at: datetime) -> None:
    announcements.job_moved(job, at)


@after(Proposal, *Proposal.MOVES)
def tell_programs_of_the_proposal(proposal: Proposal, at: datetime) -> None:
    announcements.proposal_moved(proposal, at)


@after(Erasure, "begin")
def let_both_sides_go(erasure: Erasure, at: datetime) -> None:
    leaving.leave(erasure.user, at=at)
