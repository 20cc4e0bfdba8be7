"""The tables of contracts: see marketplace.kit.personal."""

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from accounts.periods import ACCOUNT, AGREED, BOOKS, PROVIDER
from contracts import models
from contracts.models import Contract, Dispute, StripeEvent
from contracts.models.contract import ALIVE
from contracts.models.dispute import OPEN_DISPUTES
from contracts.selectors import leaving
from experts.models import Upload
from jobs.models import Attachment, Message
from marketplace.kit.personal import STAYS, Claim, Hold, Kept

CHECK = "metric target unit how"
SIDES = "contract__expert__user contract__organisation__memberships__user"
WORKER = "submission__milestone__contract__expert__user"

OFFERED = (
    Kept(
        models.Offer,
        AGREED,
        of="made_by",
        yours="title message",
        others="decline_note",
        plain="currency clauses sha256",
    ),
    Kept(models.OfferMilestone, AGREED, of="offer__made_by", yours="title"),
    Kept(models.OfferCheck, AGREED, of="offer__made_by", yours=CHECK),
    Kept(
        Contract,
        AGREED,
        of="expert__user organisation__memberships__user",
        yours="title",
        others="end_note",
        plain="currency clauses",
    ),
    Kept(models.ContractCheck, AGREED, of=SIDES, yours=CHECK),
    Kept(models.Milestone, AGREED, of=SIDES, yours="title"),
    Kept(models.Period, AGREED),
    Kept(models.Amendment, AGREED, of="made_by", yours="message", others="answer_note"),
    Kept(models.AmendmentLine, AGREED, of="amendment__made_by", yours="before after"),
    Kept(models.TermsVersion, AGREED, of=SIDES, yours="document", plain="sha256"),
    Kept(models.Pause, AGREED, of="by", yours="note"),
    Kept(models.Freeze, AGREED, others="note lifted_note", plain="source"),
    Kept(models.ProofConsent, AGREED, of="by"),
)
DONE = (
    Kept(
        models.Submission,
        AGREED,
        of="milestone__contract__expert__user",
        yours="note link",
        plain="sha256",
    ),
    Kept(models.Measure, AGREED, of=WORKER, yours="value explanation"),
    Kept(
        models.Declaration,
        AGREED,
        of=WORKER,
        yours="others adaptation data_used limits operators",
    ),
    Kept(models.ChangeRequest, AGREED, of="by", yours="note"),
    Kept(models.Timesheet, AGREED, of="contract__expert__user", others="question"),
    Kept(models.TimesheetLine, AGREED, of="timesheet__contract__expert__user", yours="what"),
    Kept(models.TimesheetRelease, BOOKS, of="timesheet__contract__expert__user"),
    Kept(models.Consulting, ACCOUNT, of="expert__user", plain="currency", erased=STAYS),
    Kept(models.Slot, ACCOUNT, of="expert__user", erased=STAYS),
    Kept(
        models.Consultation,
        AGREED,
        of="contract__organisation__memberships__user",
        yours="question",
    ),
    Kept(models.Feedback, AGREED, of="by", yours="scores text", others="reply"),
)
DISPUTED = (
    Kept(Dispute, AGREED, of="opened_by"),
    Kept(models.Statement, AGREED, of="by", yours="text", plain="digest"),
    Kept(models.Remark, AGREED, of="statement__by", yours="text"),
    Kept(models.Exhibit, AGREED, of="statement__by", yours="url", plain="sha256"),
    Kept(models.SettlementOffer, AGREED, of="by"),
    Kept(models.Decision, AGREED, others="reason public_text"),
    Kept(models.Finding, AGREED, others="reason"),
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
    # Nobody's copy has them: the law forbids to tell whom a suspicion is about (laundering.md).
    Kept(models.PayoutCase, BOOKS, others="reason"),
    Kept(models.Sign, BOOKS, plain="about"),
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
TABLES = (*OFFERED, *DONE, *DISPUTED, *MONEY)


def _needed() -> Q:
    """Messages of a job with a contract that runs, or over which its sides dispute."""
    running = Contract.objects.filter(status__in=ALIVE)
    disputed = Dispute.objects.filter(status__in=OPEN_DISPUTES)
    return Q(conversation__job__in=running.values("job")) | Q(
        conversation__job__in=disputed.values("milestone__contract__job")
    )


CLAIMS = (
    Claim(Upload, lambda: Q(exhibit__isnull=False), of="exhibit__statement__by", stays=True),
    Claim(Message, _needed),
    Claim(Attachment, lambda: Q(message__in=Message.objects.filter(_needed()))),
)
HOLDS = (
    Hold(_("A contract of yours has not ended. End it, or see it through."), leaving.has_contracts),
    Hold(_("An offer waits for an answer. Answer it or take it back."), leaving.has_offers),
    Hold(_("A dispute of yours is open. It is decided first."), leaving.has_disputes),
    Hold(
        _("Money is held or on its way for you. It arrives, or goes back, first."),
        leaving.has_money,
    ),
    Hold(
        _("A balance is not paid: you owe us, or we owe you. It is settled first."),
        leaving.has_balance,
    ),
)
