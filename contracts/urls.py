"""The addresses of contracts."""

from django.urls import path

from contracts import webhooks
from contracts.views import contracts, earnings, feedback, milestones, offers

app_name = "contracts"

MILESTONE = "contracts/<public:contract_id>/milestones/<public:public_id>"
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
    path(f"{MILESTONE}/fund/", milestones.fund, name="fund"),
    path(f"{MILESTONE}/funding/", milestones.funding_state, name="funding"),
    path(f"{MILESTONE}/submit/", milestones.submit, name="submit"),
    path(f"{SUBMISSION}/changes/", milestones.ask_for_changes, name="ask-for-changes"),
    path(f"{SUBMISSION}/approve/", milestones.approve, name="approve"),
    path("earnings/", earnings.index, name="earnings"),
    path("earnings/payouts/start/", earnings.start_payouts, name="start-payouts"),
    path("earnings/payouts/", earnings.return_from_payouts, name="payouts"),
    path("hooks/stripe/<str:endpoint>/", webhooks.receive, name="stripe-webhook"),
]
