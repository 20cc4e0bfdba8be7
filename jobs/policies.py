"""Who may do what with jobs and proposals: pure predicates over the rows passed."""

from accounts.models import Membership, User
from accounts.policies import may_begin_anew, may_hire, may_moderate
from jobs.models import Conversation, Job, Proposal
from jobs.models.proposal import LIVE_PROPOSALS


def may_post(membership: Membership | None) -> bool:
    """Owners and hiring members post, edit and close their organisation's jobs."""
    return may_hire(membership)


def may_choose(membership: Membership | None, proposal: Proposal) -> bool:
    """Owners and hiring members sort the proposals that reached them."""
    return may_hire(membership) and proposal.submitted_at is not None


def may_propose(membership: Membership | None, job: Job, *, valid_badges: int) -> bool:
    """Vetted experts from outside the organisation, while the job is open."""
    return membership is None and valid_badges > 0 and job.status == Job.Status.OPEN


def wrote(user: User, proposal: Proposal) -> bool:
    """Its author withdraws it, and accepts the offer on it."""
    return proposal.expert.user_id == user.pk


def may_speak(user: User, membership: Membership | None, conversation: Conversation) -> bool:
    """The expert, and on the client's side those who hire."""
    return conversation.expert.user_id == user.pk or may_hire(membership)


def may_begin(user: User, membership: Membership | None, proposal: Proposal) -> bool:
    """The client writes first, about a proposal that came; an expert with an offer may, too.

    So nobody is written to by everyone who would like a job.
    """
    is_live = proposal.submitted_at is not None and proposal.status in LIVE_PROPOSALS
    if not is_live or not may_begin_anew(user):
        return False
    has_offer = proposal.status in {Proposal.Status.OFFERED, Proposal.Status.HIRED}
    return may_hire(membership) or (wrote(user, proposal) and has_offer)


def may_review(user: User, membership: Membership | None) -> bool:
    """Staff who do not belong to the client."""
    return may_moderate(user) and membership is None
