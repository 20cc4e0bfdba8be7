"""Offers, contracts and their money as staff look them up; only services change them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contracts.models import (
    Amendment,
    AmendmentEvent,
    AmendmentLine,
    Answer,
    AnswerEvent,
    BillingDetails,
    ChangeRequest,
    Chargeback,
    ChargebackEvent,
    Clawback,
    ClawbackEvent,
    Contract,
    ContractCheck,
    ContractEvent,
    Decision,
    DecisionEvent,
    Declaration,
    Difference,
    DifferenceEvent,
    Dispute,
    DisputeEvent,
    Document,
    DocumentSeries,
    EventCursor,
    Exhibit,
    ExpertPayout,
    ExpertPayoutEvent,
    Feedback,
    Finding,
    FormerPayoutAccount,
    Freeze,
    Instruction,
    InstructionEvent,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Link,
    LinkEvent,
    Measure,
    Milestone,
    MilestoneEvent,
    Movement,
    Offer,
    OfferCheck,
    OfferEvent,
    OfferMilestone,
    Operation,
    OperationEvent,
    Payment,
    PaymentEvent,
    PayoutAccount,
    PayoutCase,
    PayoutCaseEvent,
    Reconciliation,
    Recovery,
    Refund,
    Release,
    Remark,
    Sign,
    Statement,
    StripeEvent,
    StripeEventEvent,
    Submission,
    TermsVersion,
)
from marketplace.kit.admin import ReadOnlyAdmin, column, rows


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    """Terms one side sent and the other answered, with their history."""

    list_display = ("public_id", "title", "client", "expert", "status", "expires_at")
    list_filter = ("status",)
    search_fields = ("public_id", "title", "proposal__public_id", "proposal__expert__user__email")
    list_select_related = ("proposal__job__organisation", "proposal__expert__user")
    inlines = (rows(OfferMilestone), rows(OfferCheck), rows(OfferEvent))

    client = column(_("client"), "proposal.job.organisation.name")
    expert = column(_("expert"), "proposal.expert.name")


@admin.register(Contract)
class ContractAdmin(ReadOnlyAdmin):
    """An agreement, its milestones and what each side said, with its history."""

    list_display = ("public_id", "title", "client", "hired", "status", "started_at")
    list_filter = ("status",)
    search_fields = ("public_id", "title", "organisation__name", "expert__user__email")
    list_select_related = ("organisation", "expert__user")
    inlines = (
        rows(
            Milestone,
            fields=("position", "public_id", "title", "amount_minor", "due_on", "status"),
            readonly_fields=("public_id",),
            show_change_link=True,
        ),
        rows(ContractCheck),
        rows(TermsVersion, fields=("number", "agreed_at", "sha256", "amendment")),
        rows(
            Amendment,
            fields=("public_id", "kind", "side", "status", "expires_at"),
            readonly_fields=("public_id",),
            show_change_link=True,
        ),
        rows(Feedback),
        rows(Freeze),
        rows(ContractEvent),
    )

    client = column(_("client"), "organisation.name", ordering="organisation__name")
    hired = column(_("expert"), "expert.name", ordering="expert__user__name")


@admin.register(Amendment)
class AmendmentAdmin(ReadOnlyAdmin):
    """What one side proposed to change or to end, line by line, with its history."""

    list_display = ("public_id", "contract_title", "kind", "side", "status", "expires_at")
    list_filter = ("status", "kind", "side")
    search_fields = ("public_id", "contract__public_id", "made_by__email")
    list_select_related = ("contract",)
    inlines = (rows(AmendmentLine), rows(AmendmentEvent))

    contract_title = column(_("contract"), "contract.title", ordering="contract__title")


@admin.register(Milestone)
class MilestoneAdmin(ReadOnlyAdmin):
    """A part of the work and of the money, with its history."""

    list_display = (
        *("public_id", "contract_title", "position", "title", "status", "funded_at"),
        *("review_due_at", "hold_until"),
    )
    list_filter = ("status", "kind")
    search_fields = ("public_id", "title", "contract__public_id")
    list_select_related = ("contract",)
    inlines = (rows(Release), rows(Refund), rows(MilestoneEvent))

    contract_title = column(_("contract"), "contract.title", ordering="contract__title")


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """Work handed in, what was measured and what was sent back."""

    list_display = ("public_id", "milestone_title", "created_at")
    search_fields = ("public_id", "milestone__public_id", "milestone__contract__public_id")
    list_select_related = ("milestone",)
    inlines = (rows(Measure), rows(Declaration), rows(ChangeRequest))

    milestone_title = column(_("milestone"), "milestone.title")


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """A disagreement on a milestone; the blind offers in it are shown to nobody, staff included."""

    list_display = ("public_id", "milestone_title", "amount_minor", "status", "due_at", "decider")
    list_filter = ("status", "outcome", "opener")
    search_fields = ("public_id", "milestone__public_id", "milestone__contract__public_id")
    list_select_related = ("milestone", "decider")
    inlines = (rows(Statement, show_change_link=True), rows(DisputeEvent))

    milestone_title = column(_("milestone"), "milestone.title")


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    """What one side said and handed in, with its fingerprint."""

    list_display = ("public_id", "kind", "side", "created_at", "digest")
    list_filter = ("kind", "side")
    search_fields = ("public_id", "dispute__public_id", "digest")
    inlines = (rows(Remark), rows(Exhibit))


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """What was decided about a dispute, by whom and why."""

    list_display = ("public_id", "round", "award_minor", "by", "second", "status", "given_at")
    list_filter = ("status", "round", "needs_two")
    search_fields = ("public_id", "dispute__public_id")
    list_select_related = ("by", "second")
    inlines = (rows(Finding), rows(DecisionEvent))


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """A client's payment for a milestone, with its history."""

    list_display = ("public_id", "amount_minor", "fee_minor", "currency", "status", "created_at")
    list_filter = ("status",)
    search_fields = ("public_id", "session_id", "intent_id", "charge_id", "milestone__public_id")
    inlines = (rows(PaymentEvent),)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Money that goes back to a client; how far it is stands on its operation."""

    list_display = ("public_id", "kind", "amount_minor", "fee_minor", "created_at")
    list_filter = ("kind",)
    search_fields = ("public_id", "payment__public_id", "milestone__public_id")


@admin.register(Instruction)
class InstructionAdmin(ReadOnlyAdmin):
    """What our staff had done with money by hand, why, and which two of them said so."""

    list_display = ("public_id", "kind", "by", "second", "status", "created_at")
    list_filter = ("status", "kind")
    search_fields = ("public_id", "payment__public_id", "milestone__public_id")
    list_select_related = ("by", "second")
    inlines = (rows(InstructionEvent),)


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin):
    """A call that moves money out, with its history."""

    list_display = ("public_id", "kind", "business_key", "status", "sends", "error_code", "due_at")
    list_filter = ("status", "kind")
    search_fields = ("public_id", "business_key", "stripe_id", "contract__public_id")
    inlines = (rows(OperationEvent),)


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    """What Stripe told us, with what became of it."""

    list_display = ("event_id", "kind", "endpoint", "status", "attempts", "received_at")
    list_filter = ("status", "endpoint", "kind")
    search_fields = ("event_id", "object_id", "account")
    inlines = (rows(StripeEventEvent),)


@admin.register(PayoutAccount)
class PayoutAccountAdmin(ReadOnlyAdmin):
    """An expert's account at Stripe as we last saw it."""

    list_display = ("stripe_id", "holder", "country", "can_receive", "is_closed", "checked_at")
    list_filter = ("can_receive", "is_closed")
    search_fields = ("stripe_id", "expert__user__email")
    list_select_related = ("expert__user",)

    holder = column(_("expert"), "expert.name")


@admin.register(FormerPayoutAccount)
class FormerPayoutAccountAdmin(ReadOnlyAdmin):
    """An account that was closed and replaced."""

    list_display = ("stripe_id", "holder", "replaced_at")
    search_fields = ("stripe_id", "expert__user__email")
    list_select_related = ("expert__user",)

    holder = column(_("expert"), "expert.name")


@admin.register(LedgerAccount)
class LedgerAccountAdmin(ReadOnlyAdmin):
    """A pot of money and what is in it."""

    list_display = ("code", "kind", "currency", "balance")
    list_filter = ("kind", "currency")
    search_fields = ("code",)


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(ReadOnlyAdmin):
    """One money fact with all its legs."""

    list_display = ("idem_key", "kind", "happened_at")
    list_filter = ("kind",)
    search_fields = ("idem_key", "contract__public_id")
    inlines = (rows(LedgerEntry),)


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """A receipt, an invoice or a credit note, as it was issued."""

    list_display = ("name", "kind", "total_minor", "currency", "contract_title", "issued_at")
    list_filter = ("kind",)
    search_fields = ("public_id", "series", "contract__public_id")
    list_select_related = ("contract",)
    readonly_fields = ("number",)

    contract_title = column(_("contract"), "contract.title", ordering="contract__title")


@admin.register(DocumentSeries)
class DocumentSeriesAdmin(ReadOnlyAdmin):
    """How far a sequence of numbers has come."""

    list_display = ("code", "last")
    search_fields = ("code",)


@admin.register(BillingDetails)
class BillingDetailsAdmin(ReadOnlyAdmin):
    """What papers call a side, by versions; the latest counts."""

    list_display = ("legal_name", "country", "vat_id", "created_at")
    search_fields = ("legal_name", "organisation__name", "expert__user__email")


@admin.register(Chargeback)
class ChargebackAdmin(ReadOnlyAdmin):
    """A payment a bank questions; it is answered at the chargeback desk."""

    list_display = ("public_id", "stripe_id", "reason", "amount_minor", "status", "due_at")
    list_filter = ("status", "reason")
    search_fields = ("public_id", "stripe_id", "payment__public_id")
    inlines = (rows(Answer, exclude=("evidence",)), rows(Recovery), rows(ChargebackEvent))


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    """What a bank was told, with its history."""

    list_display = ("public_id", "kind", "status", "by", "second", "created_at")
    list_filter = ("kind", "status")
    search_fields = ("public_id", "chargeback__public_id")
    inlines = (rows(AnswerEvent),)


@admin.register(Clawback)
class ClawbackAdmin(ReadOnlyAdmin):
    """Released money that goes back; what is short is decided at the clawback desk."""

    list_display = ("public_id", "origin", "amount_minor", "status", "covered_by", "created_at")
    list_filter = ("status", "origin", "covered_by")
    search_fields = ("public_id", "milestone__public_id", "milestone__contract__public_id")
    inlines = (rows(Recovery), rows(ClawbackEvent))


@admin.register(Link)
class LinkAdmin(ReadOnlyAdmin):
    """What a client and an expert have in common; judged at the desk of linked accounts."""

    list_display = ("public_id", "organisation", "expert", "kind", "status", "seen_at")
    list_filter = ("status", "kind")
    search_fields = ("public_id", "organisation__public_id", "expert__public_id")
    inlines = (rows(LinkEvent),)


@admin.register(PayoutCase)
class PayoutCaseAdmin(ReadOnlyAdmin):
    """Why payouts to an account wait; judged at the desk of payouts to look at."""

    list_display = ("public_id", "expert", "organisation", "status", "opened_at", "look_until")
    list_filter = ("status",)
    search_fields = ("public_id", "organisation__public_id", "expert__public_id")
    inlines = (rows(Sign), rows(PayoutCaseEvent))


@admin.register(ExpertPayout)
class ExpertPayoutAdmin(ReadOnlyAdmin):
    """Money from an expert's account to their bank, as we last saw it."""

    list_display = ("stripe_id", "account", "amount_minor", "status", "arrives_on", "failure_code")
    list_filter = ("status",)
    search_fields = ("stripe_id", "account__stripe_id", "account__expert__user__email")
    inlines = (rows(ExpertPayoutEvent),)


@admin.register(Movement)
class MovementAdmin(ReadOnlyAdmin):
    """A line of Stripe's own book."""

    list_display = ("stripe_id", "kind", "source_id", "net_minor", "currency", "moved_at")
    list_filter = ("kind", "currency")
    search_fields = ("stripe_id", "source_id")


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    """A day that was compared."""

    list_display = ("day", "currency", "movements", "net_minor", "matched_minor", "done_at")
    list_filter = ("currency",)


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    """What two books do not agree on; it is explained at the reconciliation desk."""

    list_display = ("public_id", "day", "kind", "about", "theirs_minor", "ours_minor", "status")
    list_filter = ("status", "kind")
    search_fields = ("public_id", "about")
    inlines = (rows(DifferenceEvent),)


@admin.register(EventCursor)
class EventCursorAdmin(ReadOnlyAdmin):
    """Up to when events were listed."""

    list_display = ("account", "listed_until")
    search_fields = ("account",)
