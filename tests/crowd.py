"""Rows in bulk: as many as one asks for behind every list of a client, an expert and our staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import (
    Flag,
    MemberInvitation,
    Membership,
    Notification,
    Organisation,
    Sanction,
    User,
)
from contracts.models import (
    Amendment,
    Chargeback,
    Clawback,
    Contract,
    Decision,
    Difference,
    Dispute,
    Document,
    LedgerTransaction,
    Milestone,
    Offer,
    OfferMilestone,
    Payment,
    Submission,
)
from contracts.models.dispute import DisputeEvent
from contracts.services import ledger
from experts.models import Application, Badge, Expert, ExpertSearch, Review, SavedExpert, Skill
from experts.services import search_documents
from jobs.models import (
    Alert,
    CheckAnswer,
    Conversation,
    Invitation,
    Job,
    JobCheck,
    JobSkill,
    Match,
    Message,
    Proposal,
    ProposedMilestone,
    SavedSearch,
)
from marketplace.kit.money import Money
from tests import factories
from tests.factories import LONG_AGO, NOON

DAY = timedelta(days=1)
NET, FEE, GROSS = 94_00, 11_00, 105_00
# A person keeps no more searches than that, and fewer alerts.
MOST_KEPT = 20
TERMS = {"client_fee_bps": 500, "expert_fee_bps": 600, "review_window_days": 14}
REASON = {"code": "must", "points": 30, "most": 40, "values": {"skill": "RAG", "level": 3}}


@dataclass(frozen=True, slots=True)
class Crowd:
    """What the addresses of some lists name."""

    job: Job  # with proposals and invitations
    contract: Contract  # with milestones
    draft: Proposal  # of the expert


def gather(count: int, *, client: User, expert: User, staff: User) -> Crowd:
    """Write `count` rows behind each list that these three may open."""
    company = client.memberships.get().organisation
    others = _experts(count)
    jobs = _jobs(company, count)
    _received(jobs[0], others)
    _asked(jobs[0], _experts(count, "Asked"), client)
    contract = _contracts(company, expert.expert, count, client, staff)
    draft = _sent(
        expert.expert, _jobs(factories.organisation(factories.user("Rival")), count, "Elsewhere")
    )
    _told(expert.expert, client, _jobs(factories.organisation(factories.user("Third")), count))
    assert contract.job
    _talk([*jobs, contract.job], expert.expert, client)
    _spoken(contract, count, client)
    _of_people([client, expert], count, staff)
    _own_applications(expert.expert, count)
    _team(company, others, client)
    _kept(client, expert.expert, others)
    _for_staff(others, count, client=client, staff=staff, company=company)
    return Crowd(jobs[0], contract, draft)


def _all(rows: Iterable[Any]) -> list[Any]:
    found = list(rows)
    return type(found[0])._default_manager.bulk_create(found, batch_size=1000)


def _users(count: int, name: str) -> list[User]:
    return _all(
        User(email=f"{name.lower()}.{number}@attest.example", name=f"{name} {number}")
        for number in range(count)
    )


def _experts(count: int, name: str = "Expert") -> list[Expert]:
    return _all(
        Expert(
            user=user,
            slug=f"{name.lower()}-{number}",
            headline="Retrieval that cites",
            overview="I build it.",
            country="NG",
            rate_minor=145_00,
            hours_per_week=30,
            languages=["en"],
            created_at=LONG_AGO,
        )
        for number, user in enumerate(_users(count, name))
    )


def _jobs(company: Organisation, count: int, title: str = "Job", **fields: Any) -> list[Job]:
    skill, kind = factories.skill("rag"), factories.use_case()
    owner = company.memberships.order_by("pk")[0].user
    rows = _all(
        Job(
            **{
                "organisation": company,
                "posted_by": owner,
                "use_case": kind,
                "title": f"{title} {number}",
                "scope": "Answer from the manuals.",
                "languages": ["en"],
                "created_at": LONG_AGO,
                "published_at": LONG_AGO + timedelta(minutes=number),
                "acted_at": LONG_AGO,
                "status": Job.Status.OPEN,
            }
            | fields
        )
        for number in range(count)
    )
    _all(JobSkill(job=job, skill=skill, is_must=True, level=1) for job in rows)
    return rows


def _proposals(pairs: Iterable[tuple[Job, Expert]], **fields: Any) -> list[Proposal]:
    rows = _all(
        Proposal(
            **{
                "job": job,
                "expert": expert,
                "cover_note": "I have built this twice.",
                "created_at": LONG_AGO,
                "submitted_at": LONG_AGO,
                "status": Proposal.Status.SUBMITTED,
            }
            | fields
        )
        for job, expert in pairs
    )
    _all(
        ProposedMilestone(
            proposal=row,
            position=position,
            title="Part",
            amount_minor=7_000_00,
            due_on=date(2030, 1, position),
        )
        for row in rows
        for position in (1, 2)
    )
    return rows


def _received(job: Job, experts: Sequence[Expert]) -> None:
    check = JobCheck.objects.create(
        job=job, position=1, metric="Faithfulness", comparator=">=", target="95", unit="%"
    )
    rows = _proposals((job, expert) for expert in experts)
    _all(CheckAnswer(proposal=row, job_check=check, commits=True) for row in rows)
    _matches((job, expert) for expert in experts)


def _matches(pairs: Iterable[tuple[Job, Expert]]) -> None:
    common = {"score": 80, "reasons": [REASON], "algorithm": "x", "created_at": NOON}
    _all(Match(job=job, expert=expert, **common) for job, expert in pairs)


def _invitations(pairs: Iterable[tuple[Job, Expert]], by: User) -> None:
    common = {"by": by, "created_at": NOON, "expires_at": NOON + 20_000 * DAY}
    _all(Invitation(job=job, expert=expert, **common) for job, expert in pairs)


def _asked(job: Job, experts: Sequence[Expert], by: User) -> None:
    """Half of them have been invited, the others could be."""
    half = len(experts) // 2
    _matches((job, expert) for expert in experts)
    _invitations(((job, expert) for expert in experts[:half]), by)


def _sent(expert: Expert, jobs: Sequence[Job]) -> Proposal:
    """Half of these proposals are still drafts; return the last."""
    half = len(jobs) // 2
    _proposals((job, expert) for job in jobs[:half])
    drafts = _proposals(
        ((job, expert) for job in jobs[half:]), submitted_at=None, status=Proposal.Status.DRAFT
    )
    return drafts[-1]


def _told(expert: Expert, client: User, jobs: Sequence[Job]) -> None:
    pairs = [(job, expert) for job in jobs]
    _matches(pairs)
    _invitations(pairs[: len(pairs) // 2], client)


def _contracts(
    company: Organisation, expert: Expert, count: int, client: User, staff: User
) -> Contract:
    """Each with work in review, in dispute and unpaid; the first with `count` more milestones.

    The newest has an open offer behind it as well, and every one a change that is proposed.
    """
    jobs = _jobs(company, 2 * count, "Contracted", status=Job.Status.FILLED)
    proposals = _proposals(((job, expert) for job in jobs), status=Proposal.Status.HIRED)
    offers = _all(
        Offer(
            proposal=row,
            made_by=client,
            title="Contract",
            created_at=LONG_AGO,
            sent_at=LONG_AGO,
            expires_at=NOON + 20_000 * DAY,
            status=Offer.Status.ACCEPTED if number < count else Offer.Status.SENT,
            **TERMS,
        )
        for number, row in enumerate(proposals)
    )
    _all(
        OfferMilestone(
            offer=row, position=1, title="Part", amount_minor=GROSS, due_on=date(2030, 3, 1)
        )
        for row in offers
    )
    rows = _all(
        Contract(
            offer=offer,
            job=offer.proposal.job,
            organisation=company,
            expert=expert,
            title=f"Contract {number}",
            started_at=LONG_AGO,
            status=Contract.Status.ACTIVE,
            **TERMS,
        )
        for number, offer in enumerate(offers[:count])
    )
    _all(
        Amendment(
            contract=row,
            kind="change",
            side="client",
            made_by=client,
            created_at=NOON,
            expires_at=NOON + 20_000 * DAY,
            status=Amendment.Status.PROPOSED,
        )
        for row in rows
    )
    _work(rows, client, staff)
    _book(rows)
    _all(_milestone(rows[0], number, "funded") for number in range(4, 4 + count))
    return rows[0]


def _milestone(contract: Contract, position: int, status: str) -> Milestone:
    return Milestone(
        contract=contract,
        position=position,
        title="Retrieval with sources",
        amount_minor=GROSS,
        due_on=date(2030, 3, 1),
        funded_at=None if status == "planned" else LONG_AGO,
        submitted_at=LONG_AGO if status == "submitted" else None,
        review_due_at=NOON + DAY if status == "submitted" else None,
        status=status,
    )


def _work(contracts: Sequence[Contract], client: User, staff: User) -> None:
    for position, status in enumerate(("submitted", "disputed", "planned"), start=1):
        milestones = _all(_milestone(row, position, status) for row in contracts)
        if status == "planned":
            _decided(milestones, client, staff)
            _fell_short(milestones, client)
            continue
        payments = _all(
            Payment(
                milestone=row,
                by=client,
                amount_minor=row.amount_minor,
                fee_minor=5_25,
                currency="usd",
                created_at=LONG_AGO,
                expires_at=NOON,
                held_at=LONG_AGO,
                received_minor=110_25,
                received_currency="usd",
                intent_id=f"pi_{row.pk}",
                charge_id=f"ch_{row.pk}",
                balance_transaction_id=f"txn_{row.pk}",
                status=Payment.Status.HELD,
            )
            for row in milestones
        )
        if status == "submitted":
            _all(Submission(milestone=row, note="Done.", created_at=LONG_AGO) for row in milestones)
            _all(_paper(row, kind) for row in payments for kind in ("receipt", "work"))
            _all(_chargeback(row, STANDS[row.pk % len(STANDS)]) for row in payments)
        else:
            disputes = _all(_dispute(row, client) for row in milestones)
            passed_on = {"verb": "send_to_staff", "came_from": "answered", "went_to": "deciding"}
            _all(DisputeEvent(row=row, at=NOON, **passed_on) for row in disputes)


# Where the chargebacks stand, in turn: waiting for us, with the banks.
STANDS = ("needs_response", "under_review")


def _decided(milestones: Sequence[Milestone], client: User, staff: User) -> None:
    """Let each have a dispute that is over, and the decision that everyone may read."""
    over = {"status": "final", "award_minor": NET, "outcome": "decided", "ended_at": NOON}
    disputes = _all(_dispute(row, client, **over) for row in milestones)
    _all(
        Decision(
            dispute=row,
            round=1,
            award_minor=NET,
            reason="The work was there.",
            public_text="The work was there, and what it did was measured.",
            by=staff,
            needs_two=False,
            created_at=LONG_AGO,
            given_at=NOON,
            status="standing",
        )
        for row in disputes
    )


def _fell_short(milestones: Sequence[Milestone], client: User) -> None:
    _all(
        Clawback(
            milestone=row,
            origin="staff",
            amount_minor=NET,
            reason="We agreed on less.",
            by=client,
            created_at=LONG_AGO,
            status="short",
        )
        for row in milestones
    )


def _paper(payment: Payment, kind: str) -> Document:
    party = {"name": "Acme", "address": "", "country": "GB", "vat_id": ""}
    return Document(
        kind=kind,
        series=f"{kind[0].upper()}-2030",
        issued_at=NOON,
        contract=payment.milestone.contract,
        payment=payment,
        total_minor=110_25,
        currency="usd",
        facts={"seller": party, "buyer": party, "lines": [], "about": [], "notes": []},
    )


def _chargeback(payment: Payment, status: str) -> Chargeback:
    return Chargeback(
        payment=payment,
        stripe_id=f"du_{payment.pk}",
        reason="fraudulent",
        amount_minor=110_25,
        currency="usd",
        due_at=NOON,
        opened_at=LONG_AGO,
        noticed_at=LONG_AGO,
        checked_at=LONG_AGO,
        status=status,
    )


def _dispute(milestone: Milestone, by: User, **fields: Any) -> Dispute:
    return Dispute(
        **{
            "milestone": milestone,
            "opener": "client",
            "opened_by": by,
            "amount_minor": GROSS,
            "claim_minor": 0,
            "answer_minor": GROSS,
            "created_at": LONG_AGO,
            "due_at": NOON + DAY,
            "status": Dispute.Status.DECIDING,
        }
        | fields
    )


def _book(contracts: Sequence[Contract]) -> None:
    """One bonus a contract, as the ledger knows it."""
    for row in contracts:
        legs = [
            ledger.debit(ledger.stripe("usd"), Money(GROSS, "usd")),
            ledger.credit(ledger.payable(row.expert, "usd"), Money(NET, "usd")),
            ledger.credit(ledger.fee_revenue("usd"), Money(FEE, "usd")),
        ]
        key = f"bonus:{row.public_id}"
        ledger.post(LedgerTransaction.Kind.BONUS, key, legs, contract=row, at=NOON)


def _talk(jobs: Sequence[Job], expert: Expert, client: User) -> None:
    rows = _all(Conversation(job=job, expert=expert, created_at=NOON, last_at=NOON) for job in jobs)
    for side, by, minutes in (("client", client, 1), ("expert", expert.user, 2)):
        at = NOON + timedelta(minutes=minutes)
        _all(Message(conversation=row, side=side, by=by, text="Hi", created_at=at) for row in rows)


def _spoken(contract: Contract, count: int, by: User) -> None:
    """Let much be said on one contract."""
    talk = Conversation.objects.get(job=contract.job, expert=contract.expert)
    said = {"side": "client", "by": by, "text": "And what of this?"}
    times = (NOON + timedelta(minutes=number) for number in range(3, 3 + count))
    _all(Message(conversation=talk, created_at=at, **said) for at in times)


def _of_people(people: Sequence[User], count: int, staff: User) -> None:
    _all(
        Sanction(
            user=user,
            level="notice",
            rule_code="M1",
            facts="x",
            evidence="y",
            proposed_by=staff,
            proposed_at=LONG_AGO,
            imposed_by=staff,
            starts_at=LONG_AGO,
            status=Sanction.Status.EXPIRED,
        )
        for user in people
        for _number in range(count)
    )
    _all(
        Notification(
            user=user, kind="match", key=f"{number}", subject="News", url="/home/", created_at=NOON
        )
        for user in people
        for number in range(count)
    )


def _team(company: Organisation, experts: Sequence[Expert], by: User) -> None:
    _all(
        Membership(organisation=company, user=row.user, role="viewer", created_at=NOON)
        for row in experts
    )
    _all(
        MemberInvitation(
            organisation=company,
            email=f"new.{row.pk}@attest.example",
            role="viewer",
            invited_by=by,
            created_at=NOON,
            mailed_at=NOON,
            expires_at=NOON + 20_000 * DAY,
            status=MemberInvitation.Status.SENT,
        )
        for row in experts
    )


def _kept(client: User, expert: Expert, others: Sequence[Expert]) -> None:
    _all(SavedExpert(user=client, expert=row, created_at=NOON) for row in others)
    names = [f"Search {number}" for number in range(min(len(others), MOST_KEPT))]
    _all(SavedSearch(user=expert.user, name=name, query="q=rag", created_at=NOON) for name in names)
    asked = {"query": "q=rag", "filters": {"text": "rag"}, "created_at": NOON, "looked_at": NOON}
    _all(ExpertSearch(user=client, name=name, **asked) for name in names)
    _all(
        Alert(expert=expert, name=name, words="rag", cadence="daily", created_at=NOON)
        for name in names
    )


def _for_staff(
    experts: Sequence[Expert], count: int, *, client: User, staff: User, company: Organisation
) -> None:
    skill = factories.skill("evals")
    _applications(experts, skill)
    _jobs(company, count, "To look at", status=Job.Status.IN_REVIEW, published_at=None)
    _all(
        Flag(
            kind="job",
            about=f"job_{number:012}",
            title="A job",
            url="/",
            reason="spam",
            by=client,
            created_at=NOON,
            status=Flag.Status.OPEN,
        )
        for number in range(count)
    )
    _all(
        Sanction(
            user=row.user,
            level="limit",
            rule_code="M1",
            facts="x",
            evidence="y",
            days=7,
            proposed_by=staff,
            proposed_at=NOON,
            status=Sanction.Status.PROPOSED,
        )
        for row in experts
    )
    _all(
        Difference(
            kind="amount",
            about=f"txn_x{number}",
            day=NOON.date(),
            theirs_minor=100,
            ours_minor=200,
            their_currency="usd",
            our_currency="usd",
            found_at=NOON,
            status="open",
        )
        for number in range(count)
    )


def _own_applications(expert: Expert, count: int) -> None:
    """Let one expert have been told no, again and again."""
    skill = factories.skill("evals")
    _all(
        Application(
            expert=expert,
            skill=skill,
            claim="I built it.",
            rubric=skill.rubrics.latest("version"),
            level=1,
            created_at=LONG_AGO,
            submitted_at=LONG_AGO,
            decided_at=LONG_AGO,
            status=Application.Status.WITHDRAWN,
        )
        for _number in range(count)
    )


def _applications(experts: Sequence[Expert], skill: Skill) -> None:
    """One each that waits for two reviewers, and a badge from an earlier one."""
    rubric, judge = skill.rubrics.latest("version"), factories.judge()
    common = {"skill": skill, "claim": "I built it.", "rubric": rubric, "round": 1}
    waiting, granted = (
        _all(
            Application(
                expert=row,
                level=level,
                created_at=LONG_AGO,
                submitted_at=LONG_AGO,
                due_at=NOON + DAY,
                decided_at=None if status == "submitted" else LONG_AGO,
                status=status,
                **common,
            )
            for row in experts
        )
        for level, status in ((2, "submitted"), (1, "granted"))
    )
    _all(
        Review(application=row, round=1, seat=seat, created_at=LONG_AGO)
        for row in waiting
        for seat in ("first", "second")
    )
    _all(
        Badge(
            expert=row.expert,
            skill=skill,
            level=1,
            application=row,
            granted_by=judge,
            issued_on=LONG_AGO.date(),
            valid_until=date(2031, 1, 1),
            full_term_until=date(2031, 1, 1),
            status=Badge.Status.ACTIVE,
        )
        for row in granted
    )
    search_documents.keep([row.pk for row in experts], on=NOON.date())
