"""Reads of invitations: whom a client could ask, whom they asked, and who asks an expert."""

from django.db.models import Case, Exists, F, OuterRef, QuerySet, When, Window
from django.db.models.functions import RowNumber

from accounts.models import Membership, Standing, User
from experts.models import Badge, Expert
from jobs.models import Block, Invitation, Job, Match, Proposal, Side

# One place in so many is a newcomer's.
NEWCOMERS_PLACE = 5
# So many stand on the page of a job that has invited nobody yet.
SHORTLIST = 5
BEST = (F("score").desc(), F("pk").asc())


def invitable(job: Job) -> QuerySet[Expert]:
    """Return who takes invitations to this job, asked already or not.

    They have a valid badge, take new work, have no sanction in force, are no members of the client
    and do not block it.
    """
    client = job.organisation_id
    blocks = Block.objects.filter(organisation=client, side=Side.EXPERT, lifted_at=None)
    return Expert.objects.filter(
        Exists(Badge.objects.valid().filter(expert=OuterRef("pk"))),
        ~Exists(Membership.objects.filter(organisation=client, user=OuterRef("user"))),
        ~Exists(blocks.filter(expert=OuterRef("pk"))),
        is_open=True,
        user__standing=Standing.GOOD,
    )


def candidates(job: Job) -> QuerySet[Match]:
    """Return the experts the job fits who take invitations and have not been asked, best first.

    One place in five is a newcomer's, if one fits: the n-th of those who have finished no work here
    stands no lower than place 5n. Whoever stands higher for it has `is_lifted`.
    """
    asked = Invitation.objects.filter(job=OuterRef("job"), expert=OuterRef("expert"))
    answered = Proposal.objects.received().filter(job=OuterRef("job"), expert=OuterRef("expert"))
    return (
        job.matches.fitting()
        .filter(~Exists(asked), ~Exists(answered), expert__in=invitable(job))
        .select_related("expert__user")
        .annotate(
            by_score=Window(RowNumber(), order_by=BEST),
            as_newcomer=Window(RowNumber(), partition_by="is_new", order_by=BEST),
        )
        .annotate(
            is_lifted=Case(
                When(is_new=True, by_score__gt=F("as_newcomer") * NEWCOMERS_PLACE, then=True),
                default=False,
            ),
        )
        .order_by(
            Case(
                # Half a place before whoever stood there.
                When(is_lifted=True, then=F("as_newcomer") * NEWCOMERS_PLACE - 0.5),
                default=F("by_score") * 1.0,
            ),
            "by_score",
        )
    )


def shortlist(job: Job) -> list[Match]:
    """Return whom an open job could invite first, as long as it has invited nobody."""
    if job.status != Job.Status.OPEN or job.invitations.exists():
        return []
    return list(candidates(job)[:SHORTLIST])


def sent(job: Job) -> QuerySet[Invitation]:
    """Return whom a job has invited, the latest first."""
    return job.invitations.select_related("expert__user")


def to_which(user: User, expert: Expert) -> QuerySet[Job]:
    """Return the person's open jobs to which this expert has been neither invited nor proposed."""
    asked = Invitation.objects.filter(job=OuterRef("pk"), expert=expert)
    answered = Proposal.objects.received().filter(job=OuterRef("pk"), expert=expert)
    rows = Job.objects.of_client(user).open().filter(~Exists(asked), ~Exists(answered))
    return rows.select_related("organisation").order_by("-published_at", "-pk")


def waiting_for(user: User) -> QuerySet[Invitation]:
    """Return the invitations this expert has not answered, the first to end first."""
    rows = Invitation.objects.visible_to(user).waiting().order_by("expires_at", "pk")
    return rows.select_related("job__organisation", "job__use_case")
