"""The addresses of contracts."""

from django.urls import path

from contracts import webhooks
from contracts.views import (
    billing,
    contracts,
    disputes,
    documents,
    earnings,
    feedback,
    milestones,
    money,
    offers,
    spend,
    terms,
)

app_name = "contracts"

MILESTONE = "contracts/<public:contract_id>/milestones/<public:public_id>"
CHANGE = "contracts/<public:contract_id>/changes/<public:public_id>"
DISPUTE = "disputes/<public:public_id>"
SUBMISSION = "contracts/<public:contract_id>/submissions/<public:public_id>"

urlpatterns = [
    path("proposals/<public:public_id>/offer/", offers.make, name="make-offer"),
    path("offers/<public:public_id>/", offers.detail, name="offer"),
    path("offers/<public:public_id>/accept/", offers.accept, name="accept-offer"),
    path("offers/<public:public_id>/decline/", offers.decline, name="decline-offer"),
    path("offers/<public:public_id>/withdraw/", offers.withdraw, name="withdraw-offer"),
    path("contracts/", contracts.index, name="index"),
    path("contracts/<public:public_id>/", contracts.detail, name="detail"),
    path("contracts/<public:public_id>/feedback/", feedback.leave, name="leave-feedback"),
    path("contracts/<public:public_id>/feedback/reply/", feedback.reply, name="reply"),
    path("contracts/<public:public_id>/bonus/", money.bonus, name="bonus"),
    path("contracts/<public:public_id>/terms/", terms.index, name="terms"),
    path(
        "contracts/<public:public_id>/terms/<int:number>.json",
        terms.document,
        name="terms-file",
    ),
    path("contracts/<public:public_id>/change/", terms.propose_change, name="propose-change"),
    path("contracts/<public:public_id>/end/", terms.end, name="end"),
    path("contracts/<public:public_id>/end/share/", terms.propose_end, name="propose-end"),
    path(f"{CHANGE}/", terms.amendment, name="amendment"),
    path(f"{CHANGE}/accept/", terms.accept, name="accept-change"),
    path(f"{CHANGE}/decline/", terms.decline, name="decline-change"),
    path(f"{CHANGE}/withdraw/", terms.withdraw, name="withdraw-change"),
    path(f"{MILESTONE}/cancel/", terms.cancel_milestone, name="cancel-milestone"),
    path(f"{MILESTONE}/release/", money.release_part, name="release-part"),
    path(f"{MILESTONE}/give-back/", money.give_back, name="give-back"),
    path(f"{MILESTONE}/funding/cancel/", money.cancel_funding, name="cancel-funding"),
    path(f"{MILESTONE}/fund/", milestones.fund, name="fund"),
    path(f"{MILESTONE}/funding/", milestones.funding_state, name="funding"),
    path(f"{MILESTONE}/submit/", milestones.submit, name="submit"),
    path(f"{SUBMISSION}/changes/", milestones.ask_for_changes, name="ask-for-changes"),
    path(f"{SUBMISSION}/approve/", milestones.approve, name="approve"),
    path(f"{MILESTONE}/dispute/", disputes.open_dispute, name="open-dispute"),
    path("disputes/decisions/", disputes.published, name="decisions"),
    path("disputes/files/<public:public_id>/", disputes.exhibit, name="exhibit"),
    path(f"{DISPUTE}/", disputes.detail, name="dispute"),
    path(f"{DISPUTE}/answer/", disputes.answer, name="answer-dispute"),
    path(f"{DISPUTE}/settle/", disputes.settle, name="settle-dispute"),
    path(f"{DISPUTE}/agree/", disputes.concede, name="concede-dispute"),
    path(f"{DISPUTE}/add/", disputes.add, name="add-to-dispute"),
    path(f"{DISPUTE}/withdraw/", disputes.withdraw, name="withdraw-dispute"),
    path(f"{DISPUTE}/appeal/", disputes.appeal, name="appeal-dispute"),
    path("earnings/", earnings.index, name="earnings"),
    path("earnings/lines.csv", earnings.lines_file, name="earnings-file"),
    path("earnings/statements/", earnings.statement_list, name="earnings-statements"),
    path("earnings/statements/<month:month>/", earnings.month, name="earnings-month"),
    path(
        "earnings/statements/<month:month>.<file_kind:kind>",
        earnings.month_file,
        name="earnings-month-file",
    ),
    path("earnings/contracts/<public:public_id>/", earnings.contract, name="earnings-contract"),
    path(
        "earnings/contracts/<public:public_id>.<file_kind:kind>",
        earnings.contract_file,
        name="earnings-contract-file",
    ),
    path("spend/", spend.index, name="spend"),
    path("spend/lines.csv", spend.lines_file, name="spend-file"),
    path("spend/statements/", spend.statement_list, name="spend-statements"),
    path("spend/statements/<month:month>/", spend.month, name="spend-month"),
    path(
        "spend/statements/<month:month>.<file_kind:kind>",
        spend.month_file,
        name="spend-month-file",
    ),
    path("spend/contracts/<public:public_id>/", spend.contract, name="spend-contract"),
    path(
        "spend/contracts/<public:public_id>.<file_kind:kind>",
        spend.contract_file,
        name="spend-contract-file",
    ),
    path("documents/", documents.index, name="documents"),
    path("documents/<public:public_id>/", documents.detail, name="document"),
    path("documents/<public:public_id>.pdf", documents.file, name="document-file"),
    path("settings/billing/", billing.index, name="billing"),
    path("settings/billing/expert/", billing.expert, name="billing-expert"),
    path("settings/billing/client/", billing.client, name="billing-client"),
    path("earnings/payouts/start/", earnings.start_payouts, name="start-payouts"),
    path("earnings/payouts/again/", earnings.start_payouts_again, name="start-payouts-again"),
    path("earnings/payouts/", earnings.return_from_payouts, name="payouts"),
    path("hooks/stripe/<str:endpoint>/", webhooks.receive, name="stripe-webhook"),
]
