"""Work that happens outside a request: load, one call, done.

A sweep over money hands out one message per row; what the row says decides whether there is work.
"""

from typing import Any

from celery import shared_task

from contracts import gateway
from contracts.models import (
    Chargeback,
    Consultation,
    Contract,
    Dispute,
    Milestone,
    Payment,
    PayoutAccount,
    Timesheet,
)
from contracts.services import (
    amendments,
    answers,
    chargebacks,
    consultations,
    decisions,
    disputes,
    documents,
    event_lists,
    feedback,
    funding,
    holds,
    hours,
    inbox,
    milestones,
    offers,
    onboarding,
    operations,
    pauses,
    payout_cases,
    platform_payouts,
    reconciliation,
    reminders,
    retirement,
    timesheets,
    watching,
)
from marketplace.kit.clock import now
from marketplace.kit.tasks import AfterCommit


@shared_task(base=AfterCommit)
def handle_event(*, event_pk: int, **_: Any) -> None:
    """Handle one event from Stripe now."""
    inbox.handle(event_pk, at=now())


@shared_task(base=AfterCommit)
def send_operation(*, operation_pk: int, **_: Any) -> None:
    """Send one operation now."""
    operations.send(operation_pk, at=now())


@shared_task(base=AfterCommit, throws=(gateway.Unavailable,))
def sync_payment(*, payment_pk: int, **_: Any) -> None:
    """Ask Stripe about one payment now."""
    funding.sync(Payment.objects.get(pk=payment_pk), at=now())


@shared_task(base=AfterCommit, throws=(gateway.Unavailable,))
def sync_account(*, account_pk: int, **_: Any) -> None:
    """Ask Stripe about one expert's account now."""
    onboarding.sync(PayoutAccount.objects.get(pk=account_pk), at=now())


@shared_task(base=AfterCommit)
def sweep_events(**_: Any) -> None:
    """Find events whose message was lost or whose last attempt failed."""
    for key in inbox.due(at=now()):
        handle_event.delay_on_commit(event_pk=key)


@shared_task(base=AfterCommit)
def sweep_operations(**_: Any) -> None:
    """Find operations that are due: new, put off, or left by a dead worker."""
    for key in operations.due(at=now()):
        send_operation.delay_on_commit(operation_pk=key)


@shared_task(base=AfterCommit)
def poll_open_payments(**_: Any) -> None:
    """Find payments whose webhook is late or whose fee is not known yet."""
    for key in funding.unsettled(at=now()):
        sync_payment.delay_on_commit(payment_pk=key)


@shared_task(base=AfterCommit)
def poll_awaited_accounts(**_: Any) -> None:
    """Find accounts that released money waits for."""
    for key in onboarding.awaited(at=now()):
        sync_account.delay_on_commit(account_pk=key)


@shared_task(base=AfterCommit)
def release_unanswered(*, milestone_pk: int, **_: Any) -> None:
    """Release one milestone nobody answered, if it still is so."""
    milestones.release_unanswered(Milestone.objects.get(pk=milestone_pk), at=now())


@shared_task(base=AfterCommit)
def sweep_unanswered(**_: Any) -> None:
    """Find work whose review window is over."""
    for key in milestones.unanswered(at=now()):
        release_unanswered.delay_on_commit(milestone_pk=key)


@shared_task(base=AfterCommit)
def release_hours(*, timesheet_pk: int, **_: Any) -> None:
    """Release one week's hours that nobody answered, if it still is so."""
    timesheets.approve_unanswered(Timesheet.objects.get(pk=timesheet_pk), at=now())


@shared_task(base=AfterCommit)
def sweep_timesheets(**_: Any) -> None:
    """Find hours whose review window is over."""
    for key in timesheets.unanswered(at=now()):
        release_hours.delay_on_commit(timesheet_pk=key)


@shared_task(base=AfterCommit)
def return_hours(*, contract_pk: int, **_: Any) -> None:
    """Send back what a contract that has ended left over, if it still is so."""
    hours.return_after_the_end(Contract.objects.get(pk=contract_pk), at=now())


@shared_task(base=AfterCommit)
def sweep_ended_hours(**_: Any) -> None:
    """Find contracts that ended a week ago with prepaid hours nobody worked."""
    for key in hours.ended(at=now()):
        return_hours.delay_on_commit(contract_pk=key)


@shared_task(base=AfterCommit)
def return_unsaid(*, consultation_pk: int, **_: Any) -> None:
    """Return the money of one consultation nobody says took place, if it still is so."""
    consultations.give_back_unsaid(Consultation.objects.get(pk=consultation_pk), at=now())


@shared_task(base=AfterCommit)
def free_time(*, consultation_pk: int, **_: Any) -> None:
    """Free the time of one consultation that nobody can pay for, if it still is so."""
    consultations.lapse_unopened(Consultation.objects.get(pk=consultation_pk), at=now())


@shared_task(base=AfterCommit)
def sweep_consultations(**_: Any) -> None:
    """Find consultations of which nobody said in time how they went, or that nobody can pay for."""
    for key in consultations.unsaid(at=now()):
        return_unsaid.delay_on_commit(consultation_pk=key)
    for key in consultations.unopened(at=now()):
        free_time.delay_on_commit(consultation_pk=key)


@shared_task(base=AfterCommit)
def remind_of_hours(**_: Any) -> None:
    """Sweep: remind clients of hours that wait for them, and of a next week nobody paid for."""
    timesheets.remind_due(at=now())
    hours.remind_due(at=now())


@shared_task(base=AfterCommit, throws=(funding.PaymentPageStaysOpen,))
def close_pages(*, milestone_pk: int, **_: Any) -> None:
    """Close the payment page of a milestone that is given up, should one have been opened since."""
    funding.close_pages([Milestone.objects.get(pk=milestone_pk)], at=now())


@shared_task(base=AfterCommit)
def decide_hold(*, milestone_pk: int, **_: Any) -> None:
    """Let time decide about one milestone's money, if it still is due."""
    holds.decide(Milestone.objects.get(pk=milestone_pk), at=now())


@shared_task(base=AfterCommit)
def sweep_holds(**_: Any) -> None:
    """Find money that has been held to the limit."""
    for key in holds.overdue(at=now()):
        decide_hold.delay_on_commit(milestone_pk=key)


@shared_task(base=AfterCommit)
def warn_of_holds(**_: Any) -> None:
    """Sweep: warn both sides of money that has been held for long."""
    holds.warn_due(at=now())


@shared_task(base=AfterCommit)
def remind_of_blocked(**_: Any) -> None:
    """Sweep: remind experts, and in the end our staff, of money that nobody can receive."""
    onboarding.remind_of_blocked(at=now())


@shared_task(base=AfterCommit)
def remind_of_payout_cases(**_: Any) -> None:
    """Sweep: remind our staff of payouts nobody has looked at in the time that was promised."""
    payout_cases.remind_of_late(at=now())


@shared_task(base=AfterCommit)
def expire_amendments(**_: Any) -> None:
    """Sweep: end the proposals to change a contract that nobody answered in time."""
    amendments.expire_due(at=now())


@shared_task(base=AfterCommit)
def end_pauses(**_: Any) -> None:
    """Sweep: let contracts go on whose pause has lasted as long as one may."""
    pauses.resume_due(at=now())


@shared_task(base=AfterCommit)
def end_dispute_phase(*, dispute_pk: int, **_: Any) -> None:
    """Do what the end of a dispute's phase brings, if it still is so."""
    decisions.end_phase(Dispute.objects.get(pk=dispute_pk), at=now())


@shared_task(base=AfterCommit)
def sweep_disputes(**_: Any) -> None:
    """Find disputes whose present phase is over."""
    for key in disputes.due(at=now()):
        end_dispute_phase.delay_on_commit(dispute_pk=key)


@shared_task(base=AfterCommit)
def remind_of_disputes(**_: Any) -> None:
    """Sweep: remind those who can still act, a day before a phase ends."""
    disputes.remind(at=now())


@shared_task(base=AfterCommit)
def expire_offers(**_: Any) -> None:
    """Sweep: end the offers nobody answered in time."""
    offers.expire_due(at=now())


@shared_task(base=AfterCommit)
def publish_feedback(**_: Any) -> None:
    """Sweep: publish what one side alone said once the window has ended."""
    feedback.publish_due(at=now())


@shared_task(base=AfterCommit)
def remind_of_answers(**_: Any) -> None:
    """Sweep: remind of offers, changes and feedback, a day or two before their time ends."""
    reminders.send_due(at=now())


@shared_task(base=AfterCommit)
def remind_of_reviews(**_: Any) -> None:
    """Sweep: remind clients of work that waits for them, seven, two and one day before the end."""
    milestones.remind_of_reviews(at=now())


@shared_task(base=AfterCommit)
def warn_of_retirement(**_: Any) -> None:
    """Sweep: warn both sides of work on models that retire."""
    retirement.warn_due(at=now())


@shared_task(base=AfterCommit)
def issue_missing_documents(**_: Any) -> None:
    """Sweep: write the papers of money that moved before there were papers."""
    documents.issue_missing(at=now())


@shared_task(base=AfterCommit, throws=(gateway.Unavailable,))
def sync_chargeback(*, chargeback_pk: int, **_: Any) -> None:
    """Ask Stripe about one chargeback now."""
    chargebacks.sync(Chargeback.objects.get(pk=chargeback_pk), at=now())


@shared_task(base=AfterCommit)
def poll_chargebacks(**_: Any) -> None:
    """Find chargebacks whose events may have been lost."""
    for key in chargebacks.unsettled(at=now()):
        sync_chargeback.delay_on_commit(chargeback_pk=key)


@shared_task(base=AfterCommit)
def send_answer(*, answer_pk: int, **_: Any) -> None:
    """Send one answer to a bank now."""
    answers.send(answer_pk, at=now())


@shared_task(base=AfterCommit)
def sweep_answers(**_: Any) -> None:
    """Find answers to banks that are due."""
    for key in answers.due(at=now()):
        send_answer.delay_on_commit(answer_pk=key)


@shared_task(base=AfterCommit)
def answer_unanswered(*, chargeback_pk: int, **_: Any) -> None:
    """Answer one chargeback with the evidence there is, if still nobody has."""
    answers.answer_unanswered(Chargeback.objects.get(pk=chargeback_pk), at=now())


@shared_task(base=AfterCommit)
def sweep_unanswered_chargebacks(**_: Any) -> None:
    """Remind our staff of banks that wait, and find those that wait no longer."""
    answers.remind(at=now())
    for key in answers.unanswered(at=now()):
        answer_unanswered.delay_on_commit(chargeback_pk=key)


@shared_task(base=AfterCommit, throws=(gateway.Unavailable,))
def catch_up_on(*, account: str, **_: Any) -> None:
    """List what happened to one expert's account."""
    event_lists.catch_up(account, at=now())


@shared_task(base=AfterCommit, throws=(gateway.Unavailable,))
def list_events(**_: Any) -> None:
    """List what happened to us, and have it listed for each expert's account."""
    event_lists.catch_up(at=now())
    for account in event_lists.accounts():
        catch_up_on.delay_on_commit(account=account)


@shared_task(base=AfterCommit, throws=(gateway.Unavailable,))
def reconcile(**_: Any) -> None:
    """Compare the days that are over, and what all of them add up to."""
    at = now()
    for day in reconciliation.days_to_do(at=at):
        reconciliation.reconcile(day, at=at)
    reconciliation.compare_balance(at=at)


@shared_task(base=AfterCommit, throws=(gateway.Unavailable,))
def pay_out_fees(**_: Any) -> None:
    """Send what we have earned to our bank."""
    platform_payouts.pay_out(at=now())


@shared_task(base=AfterCommit)
def watch_books(**_: Any) -> None:
    """Ask whether the money is as it must be."""
    watching.watch(at=now())
