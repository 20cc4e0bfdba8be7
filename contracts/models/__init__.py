"""The nouns of contracts."""

from contracts.models.billing import BillingDetails
from contracts.models.contract import Contract, ContractCheck, ContractEvent, Freeze
from contracts.models.decision import Decision, DecisionEvent, Finding
from contracts.models.dispute import (
    Dispute,
    DisputeEvent,
    Exhibit,
    Remark,
    SettlementOffer,
    Statement,
)
from contracts.models.document import Document, DocumentSeries
from contracts.models.event import StripeEvent, StripeEventEvent
from contracts.models.feedback import Feedback
from contracts.models.ledger import LedgerAccount, LedgerChain, LedgerEntry, LedgerTransaction
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
from contracts.models.payment import Payment, PaymentEvent
from contracts.models.payout import FormerPayoutAccount, PayoutAccount
from contracts.models.proof import ProofConsent
from contracts.models.refund import Refund
from contracts.models.terms import Amendment, AmendmentEvent, AmendmentLine, TermsVersion

__all__ = [
    "Amendment",
    "AmendmentEvent",
    "AmendmentLine",
    "BillingDetails",
    "ChangeRequest",
    "Contract",
    "ContractCheck",
    "ContractEvent",
    "Decision",
    "DecisionEvent",
    "Dispute",
    "DisputeEvent",
    "Document",
    "DocumentSeries",
    "Exhibit",
    "Feedback",
    "Finding",
    "FormerPayoutAccount",
    "Freeze",
    "LedgerAccount",
    "LedgerChain",
    "LedgerEntry",
    "LedgerTransaction",
    "Measure",
    "Milestone",
    "MilestoneEvent",
    "Offer",
    "OfferCheck",
    "OfferEvent",
    "OfferMilestone",
    "Operation",
    "OperationEvent",
    "Payment",
    "PaymentEvent",
    "PayoutAccount",
    "ProofConsent",
    "Refund",
    "Release",
    "Remark",
    "SettlementOffer",
    "Statement",
    "StripeEvent",
    "StripeEventEvent",
    "Submission",
    "TermsVersion",
]
