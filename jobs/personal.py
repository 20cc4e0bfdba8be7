"""The tables of jobs: see marketplace.kit.personal."""

from collections.abc import Iterator

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q

from accounts.models import Flag
from accounts.periods import ACCOUNT, COMPARED, MESSAGES, SITE, VISITORS, WORK
from experts.models import Upload
from jobs.models import (
    Alert,
    AlertEntry,
    Attachment,
    Block,
    BoardChange,
    CheckAnswer,
    Conversation,
    HeldNote,
    Interview,
    InterviewTime,
    Invitation,
    Job,
    JobCheck,
    JobSkill,
    Match,
    MatchSnapshot,
    Message,
    MustAnswer,
    PlannedMilestone,
    Proposal,
    ProposedMilestone,
    Ranking,
    Reading,
    SavedSearch,
    SentNote,
    UseCase,
    UseCaseSkill,
    VisitorDraft,
)
from jobs.services import notices
from marketplace.kit.personal import NOBODY, Claim, Kept

# A job is asked by whoever writes it and belongs to the organisation, which may have others.
CLIENT = "organisation__memberships__user"
SHORTEST_TITLE = 8

TABLES = (
    Kept(
        UseCase,
        SITE,
        plain="slug english_name english_summary title_template scope_template prompts checks"
        " milestones screening_question sensitivity",
    ),
    Kept(UseCaseSkill, SITE),
    Kept(BoardChange, SITE),
    Kept(Alert, ACCOUNT, of="expert__user", yours="name wanted words"),
    Kept(AlertEntry, ACCOUNT, of="expert__user", plain="proven wanted words cadence"),
    Kept(SavedSearch, ACCOUNT, of="user", yours="name query"),
    Kept(Reading, ACCOUNT, of="user"),
    Kept(Block, ACCOUNT, of="by"),
    Kept(
        Job,
        WORK,
        of="posted_by",
        yours="title scope today screening_question typed",
        plain="currency time_zone languages sketch",
        ends=CLIENT,
        left={"title": NOBODY},
    ),
    Kept(JobSkill, WORK, of="job__posted_by"),
    Kept(
        JobCheck, WORK, of="job__posted_by", yours="metric target unit how", ends=f"job__{CLIENT}"
    ),
    Kept(PlannedMilestone, WORK, of="job__posted_by", yours="title", ends=f"job__{CLIENT}"),
    Kept(Invitation, WORK, of="by", yours="note"),
    Kept(Interview, WORK, of="by", yours="link note"),
    Kept(InterviewTime, WORK, of="interview__by"),
    Kept(Ranking, WORK, of="job__posted_by", plain="algorithm demand"),
    Kept(Match, WORK, of="expert__user", yours="reasons inputs", plain="algorithm"),
    Kept(MatchSnapshot, WORK, of="expert__user", yours="reasons inputs", plain="algorithm"),
    Kept(
        Proposal,
        WORK,
        of="expert__user",
        yours="cover_note answer typed",
        others="decline_note",
        plain="currency",
    ),
    Kept(ProposedMilestone, WORK, of="proposal__expert__user", yours="title"),
    Kept(CheckAnswer, WORK, of="proposal__expert__user", yours="counter"),
    Kept(MustAnswer, WORK, of="proposal__expert__user", yours="text"),
    Kept(SentNote, WORK, of="proposal__expert__user", yours="passages"),
    Kept(HeldNote, COMPARED, of="expert__user", yours="passages", since="held_at"),
    Kept(Conversation, WORK, of="expert__user job__posted_by"),
    # Attachments before what they are attached to, which they protect.
    Kept(Attachment, MESSAGES, of="message__by", since="message__conversation__last_at"),
    Kept(Message, MESSAGES, of="by", yours="text", plain="lures", since="conversation__last_at"),
    Kept(VisitorDraft, VISITORS, others="scope budget organisation_name", since="touched_at"),
)


def _reported() -> Q:
    """Messages that somebody reported, while our staff have not answered."""
    flags = Flag.objects.filter(kind="message", status__in=(Flag.Status.DRAFT, Flag.Status.OPEN))
    return Q(public_id__in=flags.values("about"))


CLAIMS = (
    Claim(Upload, lambda: Q(attachment__isnull=False), of="attachment__message__by"),
    Claim(Message, _reported),
    Claim(Attachment, lambda: Q(message__in=Message.objects.filter(_reported()))),
)


def _titles(person: AbstractBaseUser) -> Iterator[str]:
    """Give the titles of somebody's jobs, as our notices quote them; short ones are mere words."""
    titles = Job.objects.filter(**{CLIENT: person.pk}).values_list("title", flat=True)
    for title in titles.iterator():
        if len(title) >= SHORTEST_TITLE:
            yield from (title, notices.short(title))


NAMES = (_titles,)
