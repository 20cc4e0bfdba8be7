"""One of everything there is, for whoever opens every address."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from accounts import emails
from accounts.models import Kind, Notification, Organisation, Sanction, User
from accounts.services import access_tokens, exports, member_invitations, webhooks
from contracts.models import (
    Amendment,
    AmendmentLine,
    Consultation,
    Contract,
    Document,
    Exhibit,
    Milestone,
    Offer,
    OfferMilestone,
    Payment,
    Slot,
    Submission,
    Timesheet,
)
from contracts.services import disputes, documents, terms
from contracts.services.statements import Told
from contracts.services.terms import Word
from experts.filters import Filters
from experts.models import Application, Check, Expert, LiveSlot, Reference
from experts.services import credentials, references, seats
from experts.services import searches as expert_searches
from jobs.models import Interview, Invitation, Job, Proposal
from jobs.services import alerts, messages, searches
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON


@pytest.fixture(name="world")
def one_of_everything(acme, ada, mallory, rhea) -> dict[str, list[str]]:
    """Build one of everything; return the arguments of each address by the kind of its row."""
    client, expert = acme.memberships.get().organisation, ada.expert
    open_job, draft = factories.job(client), factories.job(client, status=Job.Status.DRAFT)
    sent = factories.proposal(open_job, expert)
    offered = factories.proposal(factories.job(client), expert, status=Proposal.Status.OFFERED)
    offer = Offer.objects.create(
        proposal=offered, made_by=acme, title="Offer", created_at=NOON, sent_at=NOON,
        expires_at=NOON, status=Offer.Status.SENT,
        client_fee_bps=500, expert_fee_bps=600, review_window_days=14,
    )  # fmt: skip
    OfferMilestone.objects.create(
        offer=offer, position=1, title="All", amount_minor=100_00, due_on=NOON.date()
    )
    contract = factories.contract(client, expert)
    milestone = contract.milestones.get()
    Milestone.objects.filter(pk=milestone.pk).update(status=Milestone.Status.SUBMITTED)
    submission = Submission.objects.create(milestone=milestone, note="Done", created_at=NOON)
    amendment, number = _agreed(contract, acme, ada)
    case = factories.application(
        expert, factories.skill("evals"), status=Application.Status.SUBMITTED, due_at=NOON,
        submitted_at=NOON, round=1,
    )  # fmt: skip
    seats.open_blind(case, at=NOON)
    notice = Notification.objects.create(
        user=ada, kind=Kind.BADGE, key="k", subject="s", url="/", created_at=NOON
    )
    invited = factories.member_invitation(client)
    asked = Invitation.objects.create(
        job=factories.job(client), expert=expert, by=acme, created_at=NOON, expires_at=NOON
    )
    badge = expert.badges.get()
    credentials.keep_up(badge, at=NOON)
    return {
        "organisation": [client.public_id],
        "member": [client.public_id, acme.public_id],
        "invited": [client.public_id, invited.public_id],
        "invitation": [member_invitations.token_of(invited)],
        "unsubscribe": [emails.stop_url(ada, Kind.MATCH).split("/")[-2]],
        "sample": ["login-code"],
        "sample-html": ["login-code", "dark"],
        "notice": [notice.public_id],
        "expert": [expert.slug],
        "expert-id": [expert.public_id],
        "skill": ["rag"],
        "level": ["rag", "3"],
        "hub": ["skills", "rag"],
        "badge": [badge.public_id],
        "certificate": [badge.number],
        "status-list": ["0", "revocation"],
        "case": [case.public_id],
        "evidence": [case.evidence.all()[0].public_id],
        **_prepared(case),
        "job": [open_job.public_id],
        "draft": [draft.public_id],
        "section": ["jobs"],
        "alert": [alerts.create(ada.expert, "Mine", alerts.Asked(), by=ada, at=NOON).public_id],
        "expert_search": [
            expert_searches.save(
                "Mine", "q=rag", Filters(text="rag"), "daily", by=acme, at=NOON
            ).public_id
        ],
        "search": [searches.save("Mine", "fits=on&", by=ada, at=NOON).public_id],
        "flag": [factories.flag("job", open_job.public_id, by=ada).public_id],
        "person": [ada.public_id],
        "sanction": [_noticed(ada, by=acme).public_id],
        "reported": ["job", open_job.public_id],
        "asked": [asked.public_id],
        "proposal": [sent.public_id],
        "offer": [offer.public_id],
        "contract": [contract.public_id],
        "milestone": [contract.public_id, milestone.public_id],
        "submission": [contract.public_id, submission.public_id],
        "document": [_receipt(milestone, acme).public_id],
        "month": [date(2030, 1, 1)],
        "month-file": [date(2030, 1, 1), "csv"],
        "contract-file": [contract.public_id, "csv"],
        "amendment": [contract.public_id, amendment.public_id],
        "version": [contract.public_id, number],
        **_by_the_hour(client, expert),
        **_consultation(client, expert),
        **_disputed(client, expert, by=acme),
        **_written(sent, acme),
        "endpoint": ["platform"],
        **_listening(acme),
        "mail": ["nothing"],
        "family": ["gpt-6"],
        "release": [factories.release("gpt-6-sol", family="gpt-6").api_id],
        "key": ["nothing"],
        "number": ["1"],
        "reset": ["1", "nothing"],
        "": [],
    }


def exported(person) -> str:
    """A copy of somebody's data, ready to be saved."""
    row = exports.ask(by=person, at=now())
    exports.build(row.pk, at=now())
    return row.public_id


def _listening(person: User) -> dict[str, list[str]]:
    """Let a program of somebody's listen and ask, and tell it something."""
    token, _secret = access_tokens.issue(name="CRM", scopes=["read"], days=30, by=person, at=now())
    row = webhooks.add(url="https://hooks.example/", topics=["job"], by=person, at=NOON)
    delivery = webhooks.try_out(row, by=person, at=NOON)
    return {
        "webhook": [row.public_id],
        "delivery": [row.public_id, delivery.public_id],
        "token": [token.public_id],
        "export": [exported(person)],
    }


def _noticed(person: User, *, by: User) -> Sanction:
    """Put a notice of a person into force, written by somebody else."""
    return Sanction.objects.create(
        user=person, level="notice", rule_code="C2", facts="f", evidence="canary-of-evidence",
        proposed_by=by, proposed_at=NOON, imposed_by=by, starts_at=now(),
        status=Sanction.Status.ACTIVE,
    )  # fmt: skip


def _written(sent: Proposal, client: User) -> dict[str, list[str]]:
    """Let the client write about a proposal, with a file, and not about another."""
    file = SimpleUploadedFile("log.txt", b"late\n")
    row = messages.begin(sent, text="canary-of-a-message", files=[file], by=client, at=NOON)
    unwritten = factories.proposal(factories.job(sent.job.organisation), sent.expert)
    to_come = now() + timedelta(days=1)
    agreed = Interview.objects.create(
        conversation=row.conversation, side="client", by=client, minutes=30, created_at=NOON,
        starts_at=to_come, status="agreed",
    )  # fmt: skip
    proposed = Interview.objects.create(
        conversation=row.conversation, side="client", by=client, minutes=30, created_at=NOON,
        status="proposed",
    )  # fmt: skip
    time = proposed.times.create(starts_at=to_come)
    return {
        "conversation": [row.conversation.public_id],
        "message": [row.public_id],
        "attachment": [row.attachments.get().public_id],
        "unwritten": [unwritten.public_id],
        "interview": [proposed.public_id],
        "interview-time": [time.public_id],
        "agreed-interview": [agreed.public_id],
    }


def _agreed(contract: Contract, acme: User, ada: User) -> tuple[Amendment, int]:
    """Write down what is agreed, and what ada would change about it."""
    version = terms.record(contract, client=Word(acme, NOON), expert=Word(ada, NOON))
    amendment = Amendment.objects.create(
        contract=contract, kind="change", side="expert", made_by=ada, created_at=NOON,
        expires_at=NOON + timedelta(days=7), status="proposed",
    )  # fmt: skip
    AmendmentLine.objects.create(
        amendment=amendment, position=1, subject="review_window", before={"days": 14},
        after={"days": 7},
    )  # fmt: skip
    return amendment, version.number


def _disputed(client: Organisation, expert: Expert, *, by: User) -> dict[str, list[str]]:
    """Build a dispute of the client's that waits for the expert, with a file."""
    milestone = factories.contract(client, expert).milestones.get()
    Milestone.objects.filter(pk=milestone.pk).update(status=Milestone.Status.FUNDED)
    said = Told(
        "It is late: canary-of-a-statement.", files=[SimpleUploadedFile("log.txt", b"late\n")]
    )
    row = disputes.open_on(milestone, wants=Money(0, "usd"), told=said, by=by, at=NOON)
    exhibit = Exhibit.objects.get(statement__dispute=row)
    return {
        "dispute": [row.public_id],
        "exhibit": [exhibit.public_id],
        "decision": ["dec_000000000000"],
    }


def _consultation(client: Organisation, expert: Expert) -> dict[str, list[str]]:
    """Build a time that somebody is paying for."""
    contract = factories.contract(client, expert, kind="consultation")
    slot = Slot.objects.create(expert=expert, starts_at=NOON, minutes=30, created_at=NOON)
    row = Consultation.objects.create(slot=slot, contract=contract, question="How?")
    return {"time": [slot.public_id], "consultation": [row.public_id]}


def _by_the_hour(client: Organisation, expert: Expert) -> dict[str, list[str]]:
    """Build work by the hour with a timesheet in review."""
    terms = {"kind": "hourly", "rate_minor": 90_00, "weekly_minutes": 1200}
    contract = factories.contract(client, expert, amounts=(), **terms)
    sheet = Timesheet.objects.create(
        contract=contract, starts_on=date(2029, 12, 31), status="submitted", review_due_at=NOON
    )
    return {
        "hourly": [contract.public_id],
        "week": [contract.public_id, sheet.starts_on],
        "timesheet": [contract.public_id, sheet.public_id],
    }


def _receipt(milestone: Milestone, payer: User) -> Document:
    """Build the receipt of a payment for a milestone."""
    payment = Payment.objects.create(
        milestone=milestone, by=payer, amount_minor=100_00, fee_minor=5_00, currency="usd",
        created_at=NOON, expires_at=NOON, held_at=NOON, status=Payment.Status.HELD,
    )  # fmt: skip
    return documents.issue_receipt(payment, at=NOON)


def _prepared(case: Application) -> dict[str, list[str]]:
    """Build what an application has besides its evidence."""
    asked = Reference.objects.create(
        evidence=case.evidence.all()[0], name="Dana", email="dana@globex.example", status="asked"
    )
    slot = LiveSlot.objects.create(application=case, starts_at=NOON + timedelta(days=365))
    check = Check.objects.create(
        application=case, kind="secrets", created_at=NOON, due_at=NOON, finished_at=NOON,
        status="passed",
    )  # fmt: skip
    return {
        "referee": [references.token_of(asked)],
        "slot": [slot.public_id],
        "check": [check.public_id],
    }
