"""What follows from a move in this app, one line each."""

from datetime import datetime

from accounts.services import organisations
from contracts import tasks
from contracts.models import (
    Amendment,
    Answer,
    Chargeback,
    Clawback,
    Contract,
    Decision,
    Dispute,
    Instruction,
    Milestone,
    Offer,
    Operation,
    Payment,
    Timesheet,
)
from contracts.services import (
    amendments,
    announcements,
    card_testing,
    chargeback_notices,
    clawback_notices,
    clawbacks,
    consultations,
    dispute_notices,
    disputes,
    documents,
    hour_notices,
    links,
    losses,
    money_notices,
    notices,
    offer_notices,
    offers,
    operation_notices,
    pause_notices,
    pauses,
    payment_notices,
    terms_notices,
    timesheets,
)
from experts.services import ties
from jobs.models import Proposal
from marketplace.kit.states import after


@after(Proposal, "close")
def take_back_the_offer_on_it(proposal: Proposal, at: datetime) -> None:
    offers.withdraw_from_closed(proposal, at=at)


@after(Offer, "send")
def tell_the_other_side_of_the_offer(offer: Offer, at: datetime) -> None:
    offer_notices.offer_was_sent(offer, at)


@after(Offer, "decline")
def tell_those_who_made_it_that_it_was_declined(offer: Offer, at: datetime) -> None:
    offer_notices.offer_was_declined(offer, at)


@after(Offer, "withdraw")
def tell_the_other_side_it_was_taken_back(offer: Offer, at: datetime) -> None:
    offer_notices.offer_was_withdrawn(offer, at)


@after(Offer, "expire")
def tell_both_that_it_expired(offer: Offer, at: datetime) -> None:
    offer_notices.offer_has_expired(offer, at)


@after(Offer, "accept")
def tell_the_expert_their_terms_were_accepted(offer: Offer, at: datetime) -> None:
    offer_notices.terms_were_accepted(offer, at)


@after(Contract, "start")
def tie_the_two_together(contract: Contract, _: datetime) -> None:
    ties.begin(contract.expert, contract.organisation, source=contract.public_id)


@after(Contract, "start")
def note_what_the_two_have_in_common(contract: Contract, at: datetime) -> None:
    links.note(contract, at=at)


@after(Contract, "reopen")
def tie_the_two_again(contract: Contract, _: datetime) -> None:
    ties.begin(contract.expert, contract.organisation, source=contract.public_id)


@after(Contract, "complete")
def let_the_tie_end(contract: Contract, at: datetime) -> None:
    ties.end(source=contract.public_id, at=at)


@after(Contract, "start")
def tell_the_client_it_was_accepted(contract: Contract, at: datetime) -> None:
    notices.offer_was_accepted(contract, at)


@after(Contract, "start")
def ask_for_the_first_week(contract: Contract, at: datetime) -> None:
    hour_notices.contract_has_started(contract, at)


@after(Contract, "complete")
def ask_both_for_feedback(contract: Contract, at: datetime) -> None:
    notices.feedback_is_due(contract, at)


@after(Contract, "end")
def tell_both_that_nothing_new_begins(contract: Contract, at: datetime) -> None:
    terms_notices.contract_is_ending(contract, at)


@after(Contract, "cancel")
def tell_both_that_nothing_was_paid(contract: Contract, at: datetime) -> None:
    terms_notices.contract_was_cancelled(contract, at)


@after(Contract, "pause")
def tell_both_that_it_is_paused(contract: Contract, at: datetime) -> None:
    pause_notices.contract_is_paused(contract, at)


@after(Contract, "resume")
def tell_both_that_it_goes_on(contract: Contract, at: datetime) -> None:
    pause_notices.contract_goes_on(contract, at)


@after(Contract, "end", "complete", "cancel")
def end_its_pause(contract: Contract, at: datetime) -> None:
    pauses.close(contract, by=None, at=at)


@after(Contract, "end", "complete", "cancel")
def end_what_can_no_longer_be_agreed(contract: Contract, at: datetime) -> None:
    amendments.expire_open(contract, at=at)


@after(Contract, "cancel")
def let_the_tie_of_a_cancelled_one_end(contract: Contract, at: datetime) -> None:
    ties.end(source=contract.public_id, at=at)


@after(Payment, "refuse")
def close_the_pages_of_who_tries_out_cards(payment: Payment, at: datetime) -> None:
    for key in card_testing.pages_to_close(payment, at=at):
        tasks.close_pages.delay_on_commit(milestone_pk=key)


@after(Milestone, "fund")
def tell_both_that_it_is_funded(milestone: Milestone, at: datetime) -> None:
    notices.milestone_was_funded(milestone, at)


@after(Milestone, "fund")
def tell_both_that_a_week_is_paid(milestone: Milestone, at: datetime) -> None:
    hour_notices.week_was_paid(milestone, at)


@after(Milestone, "fund")
def book_the_time(milestone: Milestone, at: datetime) -> None:
    consultations.note_payment(milestone, at=at)


@after(Milestone, "stop_funding")
def free_the_time(milestone: Milestone, at: datetime) -> None:
    consultations.lapse(milestone, at=at)


@after(Milestone, "submit")
def note_that_it_took_place(milestone: Milestone, at: datetime) -> None:
    consultations.note_work(milestone, at=at)


@after(Milestone, "refund", "split", "award_client", "award_both", "take_back", "cancel")
def note_that_it_is_off(milestone: Milestone, at: datetime) -> None:
    consultations.note_return(milestone, at=at)


OVER = ("pay_out_rest", "refund", "split", "award_client", "award_expert", "award_both")


@after(Milestone, *OVER, "take_back")
def close_the_hours_it_was_to_pay(milestone: Milestone, at: datetime) -> None:
    timesheets.void_unpaid(milestone.contract, at=at)


@after(Chargeback, "lose")
def close_the_hours_a_bank_leaves_unpaid(chargeback: Chargeback, at: datetime) -> None:
    timesheets.void_unpaid(chargeback.contract, at=at)


@after(Milestone, "resume_work")
def give_the_time_to_answer_again(milestone: Milestone, at: datetime) -> None:
    timesheets.renew_review(milestone.contract, at=at)


@after(Timesheet, "submit")
def ask_the_client_about_the_hours(timesheet: Timesheet, at: datetime) -> None:
    hour_notices.hours_were_handed_in(timesheet, at)


@after(Timesheet, "void")
def tell_the_expert_they_stay_unpaid(timesheet: Timesheet, at: datetime) -> None:
    hour_notices.hours_cannot_be_paid(timesheet, at)


@after(Milestone, "cancel")
def tell_both_that_it_will_not_be_done(milestone: Milestone, at: datetime) -> None:
    terms_notices.milestone_was_cancelled(milestone, at)


@after(Milestone, "cancel")
def close_its_payment_page(milestone: Milestone, _: datetime) -> None:
    tasks.close_pages.delay_on_commit(milestone_pk=milestone.pk)


@after(Milestone, "submit")
def ask_the_client_to_review(milestone: Milestone, at: datetime) -> None:
    notices.work_was_submitted(milestone, at)


@after(Milestone, "ask_for_changes")
def tell_the_expert_what_to_change(milestone: Milestone, at: datetime) -> None:
    notices.changes_were_asked(milestone, at)


RELEASES = ("release", "release_unanswered", "pay_out_rest")


@after(Milestone, *RELEASES, "award_expert")
def let_the_expert_show_it(milestone: Milestone, at: datetime) -> None:
    links.let_it_be_shown(milestone, at=at)


@after(Payment, "hold", "adopt", "send_back")
def give_the_client_a_receipt(payment: Payment, at: datetime) -> None:
    documents.issue_receipt(payment, at=at)


@after(Payment, "hold", "adopt")
def show_that_the_client_pays(payment: Payment, at: datetime) -> None:
    organisations.record_payment(payment.milestone.contract.organisation, at=at)


@after(Milestone, "take_back")
def leave_nothing_to_dispute(milestone: Milestone, at: datetime) -> None:
    disputes.void(milestone, at=at)


@after(Dispute, "open")
def ask_the_other_side_to_answer(dispute: Dispute, at: datetime) -> None:
    dispute_notices.was_opened(dispute, at)


@after(Dispute, "answer")
def ask_both_to_settle(dispute: Dispute, at: datetime) -> None:
    dispute_notices.was_answered(dispute, at)


@after(Dispute, "start_settling")
def tell_that_an_amount_came_in(dispute: Dispute, at: datetime) -> None:
    dispute_notices.an_amount_came_in(dispute, at)


@after(Dispute, "settle", "concede")
def tell_both_what_they_agreed_on(dispute: Dispute, at: datetime) -> None:
    dispute_notices.was_settled(dispute, at)


@after(Dispute, "grant_unanswered")
def tell_both_that_silence_counts(dispute: Dispute, at: datetime) -> None:
    dispute_notices.was_granted(dispute, at)


@after(Dispute, "send_to_staff")
def tell_that_staff_decide(dispute: Dispute, at: datetime) -> None:
    dispute_notices.was_sent_to_staff(dispute, at)


@after(Decision, "propose")
def ask_for_a_second_person(decision: Decision, at: datetime) -> None:
    dispute_notices.waits_for_a_second(decision, at)


@after(Dispute, "decide")
def tell_both_what_was_decided(dispute: Dispute, at: datetime) -> None:
    dispute_notices.was_decided(dispute, at)


@after(Dispute, "appeal")
def tell_that_it_is_decided_again(dispute: Dispute, at: datetime) -> None:
    dispute_notices.was_appealed(dispute, at)


@after(Dispute, "finish", "decide_appeal")
def tell_both_that_it_is_final(dispute: Dispute, at: datetime) -> None:
    dispute_notices.became_final(dispute, at)


@after(Dispute, "withdraw")
def tell_both_that_work_goes_on(dispute: Dispute, at: datetime) -> None:
    dispute_notices.was_withdrawn(dispute, at)


@after(Dispute, "void")
def tell_both_that_the_money_is_gone(dispute: Dispute, at: datetime) -> None:
    dispute_notices.was_voided(dispute, at)


@after(Payment, "fail")
def tell_the_payer_it_failed(payment: Payment, at: datetime) -> None:
    payment_notices.payment_failed(payment, at)


@after(Payment, "expire")
def tell_the_payer_the_page_has_closed(payment: Payment, at: datetime) -> None:
    payment_notices.payment_page_has_closed(payment, at)


@after(Payment, "flag")
def have_a_person_look_at_it(payment: Payment, at: datetime) -> None:
    payment_notices.payment_does_not_match(payment, at)


@after(Payment, "adopt")
def tell_the_payer_it_counts(payment: Payment, at: datetime) -> None:
    payment_notices.payment_was_adopted(payment, at)


@after(Instruction, "propose")
def ask_for_a_second_person_to_move_money(instruction: Instruction, at: datetime) -> None:
    money_notices.second_person_is_needed(instruction, at)


@after(Operation, "succeed")
def tell_the_payee_they_are_paid(operation: Operation, at: datetime) -> None:
    operation_notices.money_has_arrived(operation, at)


@after(Operation, "block")
def tell_the_expert_what_blocks_it(operation: Operation, at: datetime) -> None:
    operation_notices.payout_is_blocked(operation, at)


@after(Operation, "request", "wake", "thaw", "hurry")
def send_the_money(operation: Operation, _: datetime) -> None:
    tasks.send_operation.delay_on_commit(operation_pk=operation.pk)


@after(Amendment, "propose")
def ask_the_other_side(amendment: Amendment, at: datetime) -> None:
    terms_notices.change_was_proposed(amendment, at)


@after(Amendment, "accept")
def tell_both_that_it_is_agreed(amendment: Amendment, at: datetime) -> None:
    terms_notices.change_was_accepted(amendment, at)


@after(Amendment, "decline")
def tell_who_proposed_it(amendment: Amendment, at: datetime) -> None:
    terms_notices.change_was_declined(amendment, at)


@after(Amendment, "withdraw")
def tell_the_other_side_it_was_withdrawn(amendment: Amendment, at: datetime) -> None:
    terms_notices.change_was_withdrawn(amendment, at)


@after(Amendment, "expire")
def tell_both_that_nothing_came_of_it(amendment: Amendment, at: datetime) -> None:
    terms_notices.change_has_expired(amendment, at)


# --- What comes back from an expert


@after(Operation, "succeed")
def let_what_came_back_bear_a_loss(operation: Operation, at: datetime) -> None:
    losses.reversal_succeeded(operation, at=at)


@after(Operation, "fail")
def let_what_did_not_come_back_be_owed(operation: Operation, at: datetime) -> None:
    losses.reversal_failed(operation, at=at)


@after(Operation, "succeed")
def return_what_came_back(operation: Operation, at: datetime) -> None:
    clawbacks.reversal_succeeded(operation, at=at)


@after(Operation, "fail")
def stop_what_did_not_come_back(operation: Operation, at: datetime) -> None:
    clawbacks.reversal_failed(operation, at=at)


@after(Clawback, "begin")
def tell_the_expert_what_is_taken_back(clawback: Clawback, at: datetime) -> None:
    clawback_notices.has_begun(clawback, at)


@after(Clawback, "give", "cover")
def tell_the_expert_that_it_is_returned(clawback: Clawback, at: datetime) -> None:
    clawback_notices.is_through(clawback, at)


@after(Clawback, "fall_short")
def have_staff_decide_on_what_is_missing(clawback: Clawback, at: datetime) -> None:
    clawback_notices.is_short(clawback, at)


@after(Clawback, "refuse")
def tell_the_expert_that_they_keep_it(clawback: Clawback, at: datetime) -> None:
    clawback_notices.was_refused(clawback, at)


# --- What a bank takes


@after(Chargeback, "inquire", "withdraw", "review")
def tell_both_that_a_bank_asks(chargeback: Chargeback, at: datetime) -> None:
    chargeback_notices.opened(chargeback, at)


@after(Chargeback, "withdraw")
def tell_both_that_a_bank_has_it(chargeback: Chargeback, at: datetime) -> None:
    chargeback_notices.taken(chargeback, at)


@after(Chargeback, "win")
def tell_both_that_it_is_won(chargeback: Chargeback, at: datetime) -> None:
    chargeback_notices.won(chargeback, at)


@after(Chargeback, "lose")
def tell_both_that_it_is_lost(chargeback: Chargeback, at: datetime) -> None:
    chargeback_notices.lost(chargeback, at)


@after(Chargeback, "close")
def tell_both_that_a_bank_asks_no_more(chargeback: Chargeback, at: datetime) -> None:
    chargeback_notices.closed(chargeback, at)


@after(Answer, "propose")
def ask_for_a_second_person_to_give_up(answer: Answer, at: datetime) -> None:
    chargeback_notices.second_person_is_needed(answer, at)


@after(Answer, "decide", "confirm")
def send_the_answer(answer: Answer, _: datetime) -> None:
    tasks.send_answer.delay_on_commit(answer_pk=answer.pk)


@after(Answer, "send")
def tell_the_expert_that_we_answered(answer: Answer, at: datetime) -> None:
    chargeback_notices.answered(answer.chargeback, at)


@after(Offer, *Offer.MOVES)
def tell_programs_of_the_offer(offer: Offer, at: datetime) -> None:
    announcements.offer_moved(offer, at)


@after(Contract, *Contract.MOVES)
def tell_programs_of_the_contract(contract: Contract, at: datetime) -> None:
    announcements.contract_moved(contract, at)


@after(Milestone, *Milestone.MOVES)
def tell_programs_of_the_milestone(milestone: Milestone, at: datetime) -> None:
    announcements.milestone_moved(milestone, at)


@after(Dispute, *Dispute.MOVES)
def tell_programs_of_the_dispute(dispute: Dispute, at: datetime) -> None:
    announcements.dispute_moved(dispute, at)
