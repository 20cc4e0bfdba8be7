"""The tables of contracts: see marketplace.kit.personal."""

from django.db.models import Q

from accounts.periods import ACCOUNT, BOOKS, PROVIDER, WORK
from contracts import models
from contracts.models import Contract, Dispute, StripeEvent
from contracts.models.contract import ALIVE
from contracts.models.dispute import OPEN_DISPUTES
from experts.models import Upload
from jobs.models import Attachment, Message
from marketplace.kit.personal import Claim, Kept

CHECK = "metric target unit how"
SIDES = "contract__expert__user contract__organisation__memberships__user"
WORKER = "submission__milestone__contract__expert__user"

AGREED = (
    Kept(
        models.Offer,
        WORK,
        of="made_by",
        yours="title message",
        others="decline_note",
        plain="currency clauses sha256",
    ),
    Kept(models.OfferMilestone, WORK, of="offer__made_by", yours="title"),
    Kept(models.OfferCheck, WORK, of="offer__made_by", yours=CHECK),
    Kept(
        Contract,
        WORK,
        of="expert__user organisation__memberships__user",
        yours="title",
        others="end_note",
        plain="currency clauses",
    ),
    Kept(models.ContractCheck, WORK, of=SIDES, yours=CHECK),
    Kept(models.Milestone, WORK, of=SIDES, yours="title"),
    Kept(models.Period, WORK),
    Kept(models.Amendment, WORK, of="made_by", yours="message", others="answer_note"),
    Kept(models.AmendmentLine, WORK, of="amendment__made_by", yours="before after"),
    Kept(models.TermsVersion, WORK, of=SIDES, yours="document", plain="sha256"),
    Kept(models.Pause, WORK, of="by", yours="note"),
    Kept(models.Freeze, WORK, others="note lifted_note", plain="source"),
    Kept(models.ProofConsent, WORK, of="by"),
)
DONE = (
    Kept(
        models.Submission,
        WORK,
        of="milestone__contract__expert__user",
        yours="note link",
        plain="sha256",
    ),
    Kept(models.Measure, WORK, of=WORKER, yours="value explanation"),
    Kept(
        models.Declaration,
        WORK,
        of=WORKER,
        yours="others adaptation data_used limits operators",
    ),
    Kept(models.ChangeRequest, WORK, of="by", yours="note"),
    Kept(models.Timesheet, WORK, of="contract__expert__user", others="question"),
    Kept(models.TimesheetLine, WORK, of="timesheet__contract__expert__user", yours="what"),
    Kept(models.TimesheetRelease, BOOKS, of="timesheet__contract__expert__user"),
    Kept(models.Consulting, ACCOUNT, of="expert__user", plain="currency"),
    Kept(models.Slot, ACCOUNT, of="expert__user"),
    Kept(
        models.Consultation,
        WORK,
        of="contract__organisation__memberships__user",
        yours="question",
    ),
    Kept(models.Feedback, WORK, of="by", yours="scores text", others="reply"),
)
DISPUTED = (
    Kept(Dispute, WORK, of="opened_by"),
    Kept(models.Statement, WORK, of="by", yours="text", plain="digest"),
    Kept(models.Remark, WORK, of="statement__by", yours="text"),
    Kept(models.Exhibit, WORK, of="statement__by", yours="url", plain="sha256"),
    Kept(models.SettlementOffer, WORK, of="by"),
    Kept(models.Decision, WORK, others="reason public_text"),
    Kept(models.Finding, WORK, others="reason"),
)
MONEY = (
    Kept(models.BillingDetails, BOOKS, of="by", yours="legal_name address country vat_id"),
    Kept(
        models.Payment,
        BOOKS,
        of="by",
        yours="card",
        plain="currency intent_id charge_id balance_transaction_id refused_with received_currency",
        hidden="session_id session_url",
    ),
    Kept(models.Link, BOOKS, of="expert__user", others="reason"),
    Kept(models.Release, BOOKS, of="by"),
    Kept(models.Refund, BOOKS, of="by", others="reason"),
    Kept(
        models.Chargeback,
        BOOKS,
        of="payment__by",
        others="uncover_reason",
        plain="stripe_id reason currency",
    ),
    Kept(models.Answer, BOOKS, others="evidence note", plain="error_code"),
    Kept(models.Operation, BOOKS, plain="business_key params stripe_id error_code"),
    Kept(models.Clawback, BOOKS, others="reason"),
    Kept(models.Recovery, BOOKS),
    Kept(models.Instruction, BOOKS, others="reason"),
    # What was billed to whom names both sides; each side has its papers on the page of papers.
    Kept(models.Document, BOOKS, others="facts", plain="series currency"),
    Kept(models.DocumentSeries, BOOKS, plain="code"),
    Kept(models.LedgerAccount, BOOKS, plain="code currency"),
    Kept(models.LedgerTransaction, BOOKS, plain="idem_key legs previous hash"),
    Kept(models.LedgerChain, BOOKS, plain="head"),
    Kept(models.LedgerEntry, BOOKS, plain="currency"),
    Kept(
        models.PayoutAccount,
        BOOKS,
        of="expert__user",
        yours="stripe_id country requirements_due bank",
    ),
    Kept(models.FormerPayoutAccount, BOOKS, of="expert__user", yours="stripe_id"),
    Kept(
        models.ExpertPayout,
        BOOKS,
        of="account__expert__user",
        plain="stripe_id currency failure_code original_id",
    ),
    Kept(
        models.Movement,
        BOOKS,
        plain="stripe_id kind category source_id description currency",
    ),
    Kept(models.Match, BOOKS),
    Kept(models.Reconciliation, BOOKS, plain="currency"),
    Kept(
        models.Difference,
        BOOKS,
        others="proposed_reason",
        plain="about their_currency our_currency",
    ),
    Kept(models.EventCursor, BOOKS, plain="account"),
    Kept(
        StripeEvent,
        PROVIDER,
        others="payload",
        plain="event_id endpoint kind object_id account error",
        since="received_at",
        only=Q(status__in=(StripeEvent.Status.DONE, StripeEvent.Status.IGNORED)),
        blank=True,
    ),
)
TABLES = (*AGREED, *DONE, *DISPUTED, *MONEY)


def _needed() -> Q:
    """Messages of a job with a contract that runs, or over which its sides dispute."""
    running = Contract.objects.filter(status__in=ALIVE)
    disputed = Dispute.objects.filter(status__in=OPEN_DISPUTES)
    return Q(conversation__job__in=running.values("job")) | Q(
        conversation__job__in=disputed.values("milestone__contract__job")
    )


CLAIMS = (
    Claim(Upload, lambda: Q(exhibit__isnull=False), of="exhibit__statement__by"),
    Claim(Message, _needed),
    Claim(Attachment, lambda: Q(message__in=Message.objects.filter(_needed()))),
)
