"""Each side rates the other once; neither reads the other's words before both are in."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Membership, Notification
from contracts import tasks
from contracts.models import Feedback
from contracts.models.feedback import ClientScoreKey
from contracts.selectors import contracts
from contracts.services import decisions, feedback
from contracts.services.feedback import (
    FeedbackIsNotOpen,
    FeedbackWasGiven,
    ReplyIsNotOpen,
    ScoreMissing,
)
from experts.models import ScoreKey, WorkRecord
from jobs.selectors import clients
from tests.conftest import NOON
from tests.contracts import disputed

LATER = NOON + timedelta(days=3)
THE_END = NOON + timedelta(days=14)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is three days later for the pages too."""
    for page in ("contracts", "feedback"):
        monkeypatch.setattr(f"contracts.views.{page}.now", lambda: LATER)


def say(contract, by, *, rating=5, text="Clear and early.", at=LATER, **scores):
    keys = ClientScoreKey if by == contract.expert.user else ScoreKey
    said = {key.value: rating for key in keys} | scores
    return feedback.give(contract, rating=rating, scores=said, text=text, by=by, at=at)


def typed(keys=ClientScoreKey, **fields):
    """What the form of one side sends."""
    return {f"score_{key.value}": "4" for key in keys} | {"rating": "4", "text": "Fine"} | fields


# --- The verb


def test_one_side_alone_stays_unseen(complete, acme, ada):
    row = say(complete, acme)

    assert row.published_at is None
    assert contracts.feedback(complete, acme).own == row
    assert contracts.feedback(complete, ada).others is None
    assert not WorkRecord.objects.exists()


def test_both_are_published_once_the_second_is_in(complete, acme, ada):
    say(complete, acme)
    say(complete, ada, rating=4, text="They answer fast.")

    complete = type(complete).objects.get(pk=complete.pk)
    assert set(Feedback.objects.values_list("published_at", flat=True)) == {LATER}
    assert contracts.feedback(complete, acme).others.text == "They answer fast."
    assert contracts.feedback(complete, ada).others.rating == 5
    told = Notification.objects.filter(key=f"contract:{complete.public_id}:published")
    assert {notice.user for notice in told} == {acme, ada}


def test_the_clients_words_go_on_the_experts_profile(complete, acme, ada):
    say(complete, acme, rating=5, text="Clear and early.")
    say(complete, ada)

    record = WorkRecord.objects.get()
    assert (record.expert, record.source) == (ada.expert, complete.public_id)
    assert (record.rating, record.quote) == (5, "Clear and early.")
    assert (record.client_name, record.completed_on) == ("Acme", NOON.date())


def test_the_experts_rating_counts_for_the_client_on_their_jobs(complete, acme, ada):
    say(complete, acme)
    assert clients.trust(complete.organisation).ratings == 0

    say(complete, ada, rating=4)

    trust = clients.trust(complete.organisation)
    assert (trust.rating, trust.ratings) == (4.0, 1)


def test_one_side_alone_is_published_when_the_window_ends(complete, acme):
    say(complete, acme)

    assert feedback.publish_due(at=THE_END - timedelta(seconds=1)) == 0
    assert feedback.publish_due(at=THE_END) == 1
    assert feedback.publish_due(at=THE_END) == 0

    assert Feedback.objects.get().published_at == THE_END
    assert WorkRecord.objects.count() == 1


def test_the_beat_runs_the_sweep(complete, ada, monkeypatch):
    say(complete, ada)
    monkeypatch.setattr("contracts.tasks.now", lambda: THE_END)

    tasks.publish_feedback()

    assert Feedback.objects.get().published_at == THE_END
    assert not WorkRecord.objects.exists()  # nobody said anything of the expert


def test_a_side_speaks_once(complete, acme, member):
    say(complete, acme)

    for who in (acme, member(Membership.Role.HIRING)):
        with pytest.raises(FeedbackWasGiven):
            say(complete, who)

    assert Feedback.objects.count() == 1


def test_there_is_no_feedback_while_work_is_left(contract, acme):
    with pytest.raises(FeedbackIsNotOpen):
        say(contract, acme)

    assert not Feedback.objects.exists()


def test_there_is_no_feedback_after_the_window(complete, acme):
    with pytest.raises(FeedbackIsNotOpen):
        say(complete, acme, at=THE_END)

    assert not Feedback.objects.exists()


def test_viewers_and_outsiders_do_not_rate(complete, mallory, member):
    for who in (mallory, member(Membership.Role.VIEWER)):
        with pytest.raises(PermissionDenied):
            say(complete, who)

    assert not Feedback.objects.exists()


# --- The page


def test_sending_the_form_leaves_feedback(client, complete, ada):
    client.force_login(ada)
    url = reverse("contracts:leave-feedback", args=[complete.public_id])

    assert client.post(url, typed(text="They answer fast.")).status_code == 302

    row = Feedback.objects.get()
    assert (row.side, row.rating, row.by) == ("expert", 4, ada)
    again = client.post(url, typed(rating="1", text="Changed my mind."))
    assert again.status_code == 422
    assert Feedback.objects.get().rating == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": ""},
        {"rating": "0"},
        {"rating": "6"},
        {"text": ""},
        {"text": "a\x00b"},
        {"text": "x" * 1501},
        {"score_fairness": ""},
        {"score_fairness": "0"},
        {"score_fairness": "6"},
        {"score_fairness": "4.5"},
        {"score_access": "five"},
    ],
)
def test_what_cannot_be_taken_is_said(client, complete, ada, wrong):
    client.force_login(ada)
    url = reverse("contracts:leave-feedback", args=[complete.public_id])

    assert client.post(url, typed(**wrong)).status_code == 422
    assert not Feedback.objects.exists()


def test_the_page_is_closed_to_others(client, complete, mallory, member):
    url = reverse("contracts:leave-feedback", args=[complete.public_id])
    for who, status in ((mallory, 404), (member(Membership.Role.VIEWER), 403)):
        client.force_login(who)
        assert client.post(url, typed()).status_code == status
    assert not Feedback.objects.exists()


def test_the_other_sides_words_are_not_on_the_page_before_their_time(client, complete, acme, ada):
    say(complete, acme, text="A secret until later.")
    client.force_login(ada)
    page = reverse("contracts:detail", args=[complete.public_id])

    assert "A secret until later." not in client.get(page).content.decode()
    say(complete, ada)
    assert "A secret until later." in client.get(page).content.decode()


# --- Six sub-scores


@pytest.mark.parametrize(
    "wrong", [{"quality": 0}, {"quality": 6}, {"charm": 5}, {"clarity": 4}], ids=str
)
def test_a_side_gives_its_six_scores_and_no_other(complete, acme, wrong):
    with pytest.raises(ScoreMissing):
        say(complete, acme, **wrong)

    assert not Feedback.objects.exists()


def test_the_scores_and_the_outcome_go_on_the_experts_profile(complete, acme, ada):
    say(complete, acme, rating=5, timeliness=3)
    say(complete, ada)

    record = WorkRecord.objects.get()
    assert record.scores == {key.value: 5 for key in ScoreKey} | {"timeliness": 3}
    assert (record.outcome, record.is_linked) == ("on_time", False)


def test_work_handed_in_after_its_day_was_late(complete, acme, ada):
    complete.milestones.filter(position=1).update(due_on=(NOON - timedelta(days=1)).date())
    say(complete, acme)
    say(complete, ada)

    assert WorkRecord.objects.get().outcome == "late"


def test_the_word_of_ones_own_organisation_is_marked(complete, acme, ada):
    Membership.objects.create(
        organisation=complete.organisation, user=ada, role="viewer", created_at=NOON
    )
    say(complete, acme)
    say(complete, ada)

    assert WorkRecord.objects.get().is_linked


# --- One reply


@pytest.fixture
def published(complete, acme, ada):
    """What each side said, by side, public since three days later."""
    say(complete, acme, text="Late, and honest about it.")
    say(complete, ada, text="They answer fast.")
    return {row.side: row for row in Feedback.objects.all()}


def test_the_side_that_was_spoken_of_replies_once(published, ada, acme):
    for side, by in (("client", ada), ("expert", acme)):
        feedback.reply(published[side], text="Fair.", by=by, at=LATER)
        with pytest.raises(ReplyIsNotOpen):
            feedback.reply(published[side], text="And another thing.", by=by, at=LATER)

    assert set(Feedback.objects.values_list("reply", flat=True)) == {"Fair."}
    assert (WorkRecord.objects.get().reply, WorkRecord.objects.get().replied_on) == (
        "Fair.",
        LATER.date(),
    )


def test_nobody_replies_to_their_own_words_or_to_a_strangers(published, acme, ada, mallory, member):
    viewer = member(Membership.Role.VIEWER)
    for side, by in (
        ("client", acme), ("client", mallory), ("expert", ada), ("expert", mallory),
        ("expert", viewer),
    ):  # fmt: skip
        with pytest.raises(PermissionDenied):
            feedback.reply(published[side], text="Fair.", by=by, at=LATER)

    assert set(Feedback.objects.values_list("reply", flat=True)) == {""}


def test_a_reply_is_not_open_before_publication_or_after_28_days(complete, acme, ada):
    row = say(complete, acme)
    with pytest.raises(ReplyIsNotOpen):
        feedback.reply(row, text="Fair.", by=ada, at=LATER)
    say(complete, ada)
    with pytest.raises(ReplyIsNotOpen):
        feedback.reply(row, text="Fair.", by=ada, at=LATER + timedelta(days=28))

    row.refresh_from_db()
    assert row.reply == ""


def test_replying_on_the_page(client, complete, published, ada):
    client.force_login(ada)
    url = reverse("contracts:reply", args=[complete.public_id])
    page = reverse("contracts:detail", args=[complete.public_id])
    assert "Reply once, in public" in client.get(page).content.decode()
    assert "Late, and honest about it." in client.get(url).content.decode()

    assert client.post(url, {"text": "It was. I plan two weeks more now."}).status_code == 302

    assert "I plan two weeks more now." in client.get(page).content.decode()
    assert "Reply once, in public" not in client.get(page).content.decode()
    assert client.post(url, {"text": "Again."}).status_code == 422


@pytest.mark.parametrize("text", ["", " ", "a\x00b", "x" * 1001])
def test_a_reply_that_cannot_be_taken_is_said(client, complete, published, ada, text):
    client.force_login(ada)
    url = reverse("contracts:reply", args=[complete.public_id])

    assert client.post(url, {"text": text}).status_code == 422
    assert set(Feedback.objects.values_list("reply", flat=True)) == {""}


# --- After a dispute


@pytest.fixture
def lost_by(submission, acme, ada):
    """End the contract with a decision that gives nothing to the one side or the other."""

    def lost_by(side):
        contract = submission.milestone.contract
        contract.milestones.exclude(pk=submission.milestone_id).delete()
        dispute = disputed.unsettled(
            disputed.answered(disputed.opened(submission.milestone, by=acme), by=ada)
        )
        award = 2_000_00 if side == "client" else 1_000_00
        disputed.decided(dispute, award, by=disputed.staff("Dan"))
        decisions.finish(dispute, at=disputed.APPEAL_DUE)
        contract.refresh_from_db()
        return contract

    return lost_by


@pytest.mark.parametrize("loser", ["client", "expert"])
def test_what_the_loser_writes_is_labelled_and_the_winners_words_are_not(lost_by, acme, ada, loser):
    contract, at = lost_by(loser), disputed.APPEAL_DUE
    for person, keys in ((acme, ScoreKey), (ada, ClientScoreKey)):
        scores = {key.value: 1 for key in keys}
        feedback.give(contract, rating=1, scores=scores, text="Never again.", by=person, at=at)

    labelled = Feedback.objects.filter(follows_lost_dispute=True)
    assert [row.side for row in labelled] == [loser]
    assert WorkRecord.objects.get().follows_lost_dispute == (loser == "client")


def test_nobody_has_lost_what_both_agreed_to(answered, acme, ada):
    disputed.named(answered, 1, by=acme)
    assert disputed.named(answered, 0, by=ada).loser == ""
