"""The nouns of contracts."""

from contracts.models.billing import BillingDetails
from contracts.models.chargeback import Answer, AnswerEvent, Chargeback, ChargebackEvent
from contracts.models.clawback import Clawback, ClawbackEvent, Recovery
from contracts.models.consultation import (
    Consultation,
    ConsultationEvent,
    Consulting,
    Slot,
)
from contracts.models.contract import Contract, ContractCheck, ContractEvent, Freeze
from contracts.models.decision import Decision, DecisionEvent, Finding
from contracts.models.declaration import Declaration
from contracts.models.dispute import (
    Dispute,
    DisputeEvent,
    Exhibit,
    Remark,
    SettlementOffer,
    Statement,
)
from contracts.models.document import Document, DocumentSeries
from contracts.models.event import EventCursor, StripeEvent, StripeEventEvent
from contracts.models.feedback import Feedback
from contracts.models.hourly import (
    Period,
    Timesheet,
    TimesheetEvent,
    TimesheetLine,
    TimesheetRelease,
)
from contracts.models.instruction import Instruction, InstructionEvent
from contracts.models.ledger import LedgerAccount, LedgerChain, LedgerEntry, LedgerTransaction
from contracts.models.link import Link, LinkEvent
from contracts.models.milestone import (
    ChangeRequest,
    Measure,
    Milestone,
    MilestoneEvent,
    Release,
    Submission,
)
from contracts.models.offer import Offer, OfferCheck, OfferEvent, OfferMilestone
from contracts.models.operation import Operation, OperationEvent
from contracts.models.pause import Pause
from contracts.models.payment import Payment, PaymentEvent
from contracts.models.payout import (
    ExpertPayout,
    ExpertPayoutEvent,
    FormerPayoutAccount,
    PayoutAccount,
)
from contracts.models.payout_case import PayoutCase, PayoutCaseEvent, Sign
from contracts.models.proof import ProofConsent
from contracts.models.reconciliation import (
    Difference,
    DifferenceEvent,
    Match,
    Movement,
    Reconciliation,
)
from contracts.models.refund import Refund
from contracts.models.terms import Amendment, AmendmentEvent, AmendmentLine, TermsVersion

__all__ = [
    "Amendment",
    "AmendmentEvent",
    "AmendmentLine",
    "Answer",
    "AnswerEvent",
    "BillingDetails",
    "ChangeRequest",
    "Chargeback",
    "ChargebackEvent",
    "Clawback",
    "ClawbackEvent",
    "Consultation",
    "ConsultationEvent",
    "Consulting",
    "Contract",
    "ContractCheck",
    "ContractEvent",
    "Decision",
    "DecisionEvent",
    "Declaration",
    "Difference",
    "DifferenceEvent",
    "Dispute",
    "DisputeEvent",
    "Document",
    "DocumentSeries",
    "EventCursor",
    "Exhibit",
    "ExpertPayout",
    "ExpertPayoutEvent",
    "Feedback",
    "Finding",
    "FormerPayoutAccount",
    "Freeze",
    "Instruction",
    "InstructionEvent",
    "LedgerAccount",
    "LedgerChain",
    "LedgerEntry",
    "LedgerTransaction",
    "Link",
    "LinkEvent",
    "Match",
    "Measure",
    "Milestone",
    "MilestoneEvent",
    "Movement",
    "Offer",
    "OfferCheck",
    "OfferEvent",
    "OfferMilestone",
    "Operation",
    "OperationEvent",
    "Pause",
    "Payment",
    "PaymentEvent",
    "PayoutAccount",
    "PayoutCase",
    "PayoutCaseEvent",
    "Period",
    "ProofConsent",
    "Reconciliation",
    "Recovery",
    "Refund",
    "Release",
    "Remark",
    "SettlementOffer",
    "Sign",
    "Slot",
    "Statement",
    "StripeEvent",
    "StripeEventEvent",
    "Submission",
    "TermsVersion",
    "Timesheet",
    "TimesheetEvent",
    "TimesheetLine",
    "TimesheetRelease",
]
