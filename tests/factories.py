"""One builder per noun; each asks only for what the noun requires and writes rows directly."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Flag, MemberInvitation, Membership, Organisation, User
from accounts.models.user import FINANCE
from contracts.models import (
    Chargeback,
    Clawback,
    Contract,
    Milestone,
    Offer,
    Payment,
    PayoutAccount,
    Refund,
)
from experts.models import (
    Application,
    Badge,
    Check,
    Criterion,
    Evidence,
    Expert,
    ModelFamily,
    ModelRelease,
    Review,
    Rubric,
    Skill,
    Upload,
)
from experts.models.skill import Level
from experts.services import search_documents, uploads
from jobs.models import Job, Proposal, UseCase

LONG_AGO = datetime(2029, 6, 1, tzinfo=UTC)
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def user(name: str = "Someone", **fields: Any) -> User:
    """Build a person; the address follows from the name."""
    address = f"{name.lower().replace(' ', '.')}@attest.example"
    return User.objects.create_user(address, name=name, **fields)


def finance(name: str = "Finance") -> User:
    """Build a member of staff who watches the money."""
    row = user(name, is_staff=True)
    row.groups.add(Group.objects.get_or_create(name=FINANCE)[0])
    return row


def organisation(owner: User, name: str = "Globex") -> Organisation:
    """Build an organisation with an owner."""
    row = Organisation.objects.create(name=name, country="GB", created_at=LONG_AGO)
    Membership.objects.create(
        organisation=row, user=owner, role=Membership.Role.OWNER, created_at=LONG_AGO
    )
    return row


def member_invitation(
    to: Organisation, email: str = "mallory@attest.example", **fields: Any
) -> MemberInvitation:
    """Build an invitation by an owner that waits for an answer."""
    return MemberInvitation.objects.create(
        **{
            "organisation": to,
            "email": email,
            "role": Membership.Role.FINANCE,
            "invited_by": to.memberships.filter(role=Membership.Role.OWNER)[0].user,
            "created_at": NOON,
            "mailed_at": NOON,
            "expires_at": NOON + timedelta(days=14),
            "status": MemberInvitation.Status.SENT,
        }
        | fields
    )


def skill(slug: str = "rag", **fields: Any) -> Skill:
    """Find or build a badgeable skill with a rubric of five criteria."""
    row, is_new = Skill.objects.get_or_create(
        slug=slug,
        defaults={
            "facet": Skill.Facet.CAPABILITY,
            "english_name": slug.replace("-", " ").title(),
            "english_title": slug.replace("-", " ").title(),
            "english_description": f"What {slug} means.",
            "validity_months": 18,
            "is_badgeable": True,
            "position": Skill.objects.count(),
        }
        | fields,
    )
    if is_new and row.is_badgeable:
        rubric(row)
    return row


def rubric(of: Skill) -> Rubric:
    """Build the first version of a skill's rubric."""
    row = Rubric.objects.create(
        skill=of, version=1, minimum_means=[200, 300, 400], minimum_each=2, published_at=LONG_AGO
    )
    for position, key in enumerate(["outcome", "craft", "measurement", "safety", "own-share"]):
        Criterion.objects.create(
            rubric=row,
            position=position,
            key=key,
            english_name=key.title(),
            english_question=f"How good is the {key}?",
            english_anchors=[f"{key} scores {points}" for points in range(6)],
        )
    return row


def release(api_id: str = "gpt-6-sol", **fields: Any) -> ModelRelease:
    """Build a model in a family of its own, active unless told otherwise."""
    family, _ = ModelFamily.objects.get_or_create(
        slug=fields.pop("family", api_id),
        defaults={
            "english_name": api_id,
            "english_modality": "text",
            "position": ModelFamily.objects.count(),
        },
    )
    return ModelRelease.objects.create(
        **{
            "family": family,
            "api_id": api_id,
            "lifecycle": "active",
            "source": "The provider's page",
            "checked_on": LONG_AGO.date(),
        }
        | fields
    )


def expert(of: User | None = None, **fields: Any) -> Expert:
    """Build a profile, not yet vetted."""
    of = of or user("Expert")
    return Expert.objects.create(
        **{
            "user": of,
            "slug": of.shown_name.lower().replace(" ", "-"),
            "headline": "Retrieval that cites or stays silent",
            "overview": "I build retrieval systems and the evaluations that keep them honest.",
            "country": "NG",
            "place": "Lagos",
            "rate_minor": 145_00,
            "hours_per_week": 30,
            "languages": ["en"],
            "created_at": LONG_AGO,
        }
        | fields
    )


def application(of: Expert, skill_: Skill, *, level: int = 2, **fields: Any) -> Application:
    """Build an application with two links as evidence."""
    row = Application.objects.create(
        **{
            "expert": of,
            "skill": skill_,
            "level": level,
            "claim": "I built it and measured it.",
            "rubric": skill_.rubrics.latest("version"),
            "created_at": LONG_AGO,
        }
        | fields
    )
    for number in (1, 2):
        Evidence.objects.create(
            application=row,
            kind=Evidence.Kind.REPOSITORY,
            title=f"Repository {number}",
            url=f"https://code.attest.example/{number}",
            claim="The retrieval and its evaluation.",
            own_share=80,
            shown=Evidence.Shown.EVERYTHING,
            proof=Evidence.Proof.CODE,
            created_at=LONG_AGO,
        )
    return row


def judge(name: str = "Judge") -> User:
    """Find or build a member of staff who granted something long ago."""
    address = f"{name.lower().replace(' ', '.')}@attest.example"
    fields = {"name": name, "is_staff": True}
    return User.objects.get_or_create(email=address, defaults=fields)[0]


def judgement(of: Application, by: User, *, seat: str = "first", **fields: Any) -> Review:
    """Build a judgement that was given: a grant of the level applied for."""
    return Review.objects.create(
        **{
            "application": of,
            "round": of.round,
            "seat": seat,
            "reviewer": by,
            "verdict": Review.Verdict.GRANTED,
            "level": of.level,
            "created_at": LONG_AGO,
            "claimed_at": LONG_AGO,
            "given_at": LONG_AGO,
            "status": Review.Status.GIVEN,
        }
        | fields
    )


def upload(name: str, content: bytes) -> Upload:
    """A file somebody sent at noon, which nothing uses yet."""
    with uploads.stored([SimpleUploadedFile(name, content)]) as [file]:
        return uploads.enter(file, at=NOON)


def check(number: int = 0) -> Check:
    """Build a question about an application, not yet answered."""
    row = application(expert(user(f"Asked {number}")), skill("rag"))
    return Check.objects.create(
        application=row, kind=Check.Kind.SECRETS, created_at=LONG_AGO, due_at=LONG_AGO
    )


def badge(of: Expert, skill_: Skill, *, level: int = 2, **fields: Any) -> Badge:
    """Build a valid badge on a granted application; for level 3, on the grants of two persons."""
    reviewer = judge()
    granted = fields.pop("application", None) or application(
        of, skill_, level=level, status=Application.Status.GRANTED, decided_at=LONG_AGO, round=1
    )
    if level == Level.LED:
        judgement(granted, reviewer)
        judgement(granted, judge("Second judge"), seat="second")
    row = Badge.objects.create(
        **{
            "expert": of,
            "skill": skill_,
            "level": level,
            "application": granted,
            "granted_by": reviewer,
            "issued_on": LONG_AGO.date(),
            "valid_until": (end := fields.get("valid_until", date(2031, 1, 1))),
            "full_term_until": end,
            "status": Badge.Status.ACTIVE,
        }
        | fields
    )
    search_documents.keep([of.pk], on=NOON.date())
    return row


def use_case(slug: str = "support-assistant") -> UseCase:
    """Find or build a template of AI work."""
    row, _ = UseCase.objects.get_or_create(
        slug=slug,
        defaults={
            "position": UseCase.objects.count(),
            "english_name": slug.replace("-", " ").capitalize(),
            "english_summary": "Answers from the manuals, with its sources.",
            "title_template": "Assistant for {product}",
            "scope_template": "What it answers and what it leaves to people.",
            "screening_question": "What did your last one get wrong?",
            "sensitivity": Job.Sensitivity.NONE,
            "budget_min_minor": 5_000_00,
            "budget_max_minor": 20_000_00,
            "weeks_min": 4,
            "weeks_max": 8,
        },
    )
    return row


def job(of: Organisation, **fields: Any) -> Job:
    """Build an open job of an organisation, posted by its first member."""
    return Job.objects.create(
        **{
            "organisation": of,
            "posted_by": of.memberships.order_by("pk")[0].user,
            "use_case": use_case(),
            "title": "Support assistant that cites or stays silent",
            "scope": "Answer from the manuals, name the page, pass the rest on.",
            "languages": ["en"],
            "created_at": LONG_AGO,
            "published_at": LONG_AGO,
            "status": Job.Status.OPEN,
        }
        | fields
    )


def proposal(to: Job, of: Expert, **fields: Any) -> Proposal:
    """Build a proposal that has been sent."""
    return Proposal.objects.create(
        **{
            "job": to,
            "expert": of,
            "cover_note": "I have built this twice.",
            "created_at": LONG_AGO,
            "submitted_at": LONG_AGO,
            "status": Proposal.Status.SUBMITTED,
        }
        | fields
    )


def contract(
    client: Organisation, with_: Expert, *, amounts: tuple[int, ...] = (3_000_00,), **fields: Any
) -> Contract:
    """Build an active contract; `amounts` are its milestones' prices in minor units."""
    to = job(client, status=Job.Status.FILLED)
    terms = {"client_fee_bps": 500, "expert_fee_bps": 600, "review_window_days": 14}
    offer = Offer.objects.create(
        **{
            "proposal": proposal(to, with_, status=Proposal.Status.HIRED),
            "made_by": to.posted_by,
            "title": to.title,
            "created_at": LONG_AGO,
            "sent_at": LONG_AGO,
            "expires_at": LONG_AGO,
            "status": Offer.Status.ACCEPTED,
        }
        | terms
    )
    row = Contract.objects.create(
        **{
            "offer": offer,
            "job": to,
            "organisation": client,
            "expert": with_,
            "title": to.title,
            "started_at": LONG_AGO,
            "status": Contract.Status.ACTIVE,
        }
        | terms
        | fields
    )
    for position, amount in enumerate(amounts, start=1):
        milestone(row, amount, position=position)
    return row


def milestone(of: Contract, amount_minor: int = 3_000_00, **fields: Any) -> Milestone:
    """Build a milestone nobody has paid for."""
    return Milestone.objects.create(
        **{
            "contract": of,
            "position": of.milestones.count() + 1,
            "title": "Retrieval with sources",
            "amount_minor": amount_minor,
            "due_on": date(2030, 3, 1),
        }
        | fields
    )


def payout_account(of: Expert) -> PayoutAccount:
    """Build an expert's account at Stripe, ready to be paid."""
    return PayoutAccount.objects.create(
        expert=of,
        stripe_id=f"acct_{of.pk}",
        country=of.country,
        can_receive=True,
        created_at=LONG_AGO,
        checked_at=LONG_AGO,
    )


def chargeback(of: Payment, **fields: Any) -> Chargeback:
    """Build a chargeback of a payment, noticed and nothing more."""
    return Chargeback.objects.create(
        **{
            "payment": of,
            "stripe_id": f"du_{of.pk}",
            "reason": "fraudulent",
            "amount_minor": of.total.minor,
            "currency": of.currency,
            "due_at": of.expires_at,
            "opened_at": of.created_at,
            "noticed_at": of.created_at,
            "checked_at": of.created_at,
        }
        | fields
    )


def clawback(of: Milestone, by: User, **fields: Any) -> Clawback:
    """Build a wish to give a milestone's released money back, with the refund it may end with."""
    refund = Refund.objects.create(
        kind="clawed_back",
        payment=of.payments.get(),
        amount_minor=1,
        fee_minor=0,
        created_at=LONG_AGO,
    )
    return Clawback.objects.create(
        **{
            "milestone": of,
            "origin": "expert",
            "amount_minor": of.amount_minor,
            "reason": "We agreed on less.",
            "by": by,
            "refund": refund,
            "created_at": LONG_AGO,
        }
        | fields
    )


def flag(kind: str, about: str, *, by: User) -> Flag:
    """Build a report of something (its public id) that nobody has answered yet."""
    return Flag.objects.create(
        kind=kind, about=about, title="Reported", url="/", reason="scam", by=by,
        created_at=NOON, status="open",
    )  # fmt: skip
