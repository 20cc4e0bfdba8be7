"""What helps a reviewer at the desk: the mail beforehand, saved replies, hidden names, own keys."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission

from accounts.models import Mail, Notification
from experts.models import Badge, DeskChoice, Review, SavedReply, TrailEntry
from experts.services import appeals, reviews, seats
from tests import factories
from tests.conftest import NOON
from tests.experts.test_desk import at, scores
from tests.laid import laid


@pytest.fixture
def desk(client, rhea):
    """Rhea's browser."""
    client.force_login(rhea)
    return client


def words(page: str) -> str:
    """Return what a page says, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


# --- The mail, before it is sent

DECISIONS = [
    (
        {"decision": "grant-1"},
        ["You hold a badge now: Evals, level 1", "Clear.", "valid until"],
    ),
    (
        {"decision": "ask_for_changes", "parts": ["method", "claim"], "message": "Add how."},
        ["The reviewer asks for changes: Evals", "Add how.", "The claim, How it was measured"],
    ),
    (
        {"decision": "reject", "reapply_on": "2030-03-05"},
        ["Your application was rejected", "A result.", "Apply again from 5", "appeal once within"],
    ),
]


@pytest.mark.parametrize(("typed", "says"), DECISIONS, ids=["grant", "changes", "reject"])
def test_the_preview_is_the_mail_that_is_sent_then_and_sends_nothing_now(
    desk, case, monkeypatch, typed, says
):
    monkeypatch.setattr("experts.views.desk.now", lambda: NOON)
    Mail.objects.all().delete()
    Notification.objects.all().delete()
    typed = scores(case, 3) | typed

    page = desk.post(at(case, "preview/"), typed)

    assert page.status_code == 200
    letter = words(page.content.decode())
    letter = letter[letter.index("The mail, not sent yet") : letter.index("Give this judgement")]
    assert not [sentence for sentence in says if sentence not in letter]
    case.refresh_from_db()
    assert (case.status, case.message) == ("reviewing", "")
    for nothing in (Mail, Notification, Badge):
        assert not nothing.objects.exists()
    assert not Review.objects.given().exists()
    assert not TrailEntry.objects.filter(act__in=["judged", "decided"]).exists()

    desk.post(at(case), typed)

    sent = Mail.objects.get()
    assert sent.subject in letter
    told = Notification.objects.get()
    assert " ".join(told.body.split()) in letter


def test_a_preview_of_what_cannot_be_decided_says_so_and_keeps_what_was_typed(desk, case):
    answer = desk.post(at(case, "preview/"), scores(case, note="Keep me."))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The mail, not sent yet" not in page
    assert "Keep me." in page


def test_an_appeal_is_previewed_as_the_last_word(client, rejected_appeal, tove):
    client.force_login(tove)

    page = words(
        client.post(
            at(rejected_appeal, "preview/"), scores(rejected_appeal, 1, decision="reject")
        ).content.decode()
    )

    assert "Your appeal was rejected: Evals, level 2" in page
    assert "It is final." in page


@laid
def rejected_appeal(case, rhea, tove, judged):
    """The same, rejected by Rhea, appealed, and with Tove."""
    reviews.reject(case, judgement=judged(case, 1), by=rhea, at=NOON)
    appeals.appeal(case, words="You overlooked page 3.", by=case.expert.user, at=NOON)
    seats.claim(case, by=tove, at=NOON)
    return case


# --- Saved replies


@pytest.fixture
def replies(db):
    """One for asking, one for rejecting."""
    SavedReply.objects.create(
        verdict="changes_asked", message="Say how it was measured.", position=1
    )
    SavedReply.objects.create(
        verdict="rejected",
        message="The work is somebody else's.",
        would_change="A commit of yours.",
        position=1,
    )


def test_a_saved_reply_goes_into_the_form_below_what_was_typed(desk, case, replies):
    page = desk.get(at(case)).content.decode()
    assert page.index("Say how it was measured.") < page.index("The work is somebody else")
    typed = scores(case, 2, decision="reject", message="First, thank you.", note="Keep me.")
    typed["would_change"] = "Something else."
    reply = SavedReply.objects.get(verdict="rejected")

    answer = desk.post(at(case, "reply/"), typed | {"reply": reply.public_id})

    assert answer.status_code == 200
    form = answer.context["form"]
    assert form["message"].value() == "First, thank you.\n\nThe work is somebody else's."
    assert form["would_change"].value() == "A commit of yours."
    assert (form["note"].value(), form["decision"].value()) == ("Keep me.", "reject")
    page = answer.content.decode()
    ticked = re.findall(r'<input type="radio"[^>]* checked', page)
    assert len(ticked) == 6  # five scores and the decision
    assert "alert" not in page[page.index("Your scores") : page.index("tally")]
    case.refresh_from_db()
    assert case.status == "reviewing"

    asking = SavedReply.objects.get(verdict="changes_asked")
    kept = desk.post(at(case, "reply/"), typed | {"reply": asking.public_id}).context["form"]
    assert kept["would_change"].value() == "Something else."


@pytest.mark.parametrize("name", ["", "rpl_000000000000", "\x00"])
def test_a_reply_there_is_not_is_not_found(desk, case, replies, name):
    assert desk.post(at(case, "reply/"), scores(case) | {"reply": name}).status_code == 404


def test_reviewers_edit_replies_in_the_admin_site_when_they_may(desk, rhea, replies):
    typed = {"verdict": "rejected", "message": "No.", "would_change": "", "position": "2"}
    assert desk.post("/admin/experts/savedreply/add/", typed).status_code == 403
    rhea.user_permissions.add(Permission.objects.get(codename="add_savedreply"))

    assert desk.post("/admin/experts/savedreply/add/", typed).status_code == 302

    assert SavedReply.objects.filter(message="No.").exists()


# --- Names


def test_names_are_hidden_for_a_first_pass_and_shown_again(desk, case, rhea, judged):
    for address in ("/admin/vetting/", at(case)):
        assert "Grace Mensah" in desk.get(address).content.decode()

    answer = desk.post("/admin/vetting/identity/", {"case": case.public_id})

    assert answer.headers["Location"] == at(case)
    for address in ("/admin/vetting/", "/admin/vetting/?view=mine", at(case)):
        page = desk.get(address).content.decode()
        assert case.public_id in page
        assert not [word for word in ("Grace", "Mensah", case.expert.slug) if word in page]
        assert 'aria-pressed="true">Hide names' in page
    refused = desk.post(at(case), scores(case)).content.decode()
    assert "Grace" not in refused
    reviews_of_hers = desk.post(at(case, "preview/"), scores(case, decision="grant-2"))
    assert "Grace" not in reviews_of_hers.content.decode()
    reviews.reject(case, judgement=judged(case, 1), by=rhea, at=NOON)
    decided = words(desk.get(at(case)).content.decode())
    assert "Rejected" in decided
    assert "Grace" not in decided

    answer = desk.post("/admin/vetting/identity/", {"case": "app_000000000000"})

    assert answer.headers["Location"] == "/admin/vetting/"
    assert "Grace Mensah" in desk.get(at(case)).content.decode()


# --- Keys


def test_keys_are_switched_off_per_reviewer_and_not_per_browser(desk, case, rhea, ines, client):
    assert 'data-keys="on"' in desk.get(at(case)).content.decode()

    answer = desk.post("/admin/vetting/keys/", {"case": case.public_id})

    assert answer.headers["Location"] == at(case)
    elsewhere = type(client)()
    elsewhere.force_login(rhea)
    for address in ("/admin/vetting/", at(case)):
        page = elsewhere.get(address).content.decode()
        assert 'data-keys="off"' in page
        assert 'aria-pressed="false">Single-key shortcuts' in page
        assert "<kbd>J</kbd>" not in page
    elsewhere.force_login(ines)
    assert 'data-keys="on"' in elsewhere.get("/admin/vetting/").content.decode()

    desk.post("/admin/vetting/keys/")

    assert DeskChoice.objects.get().single_keys
    assert "<kbd>J</kbd>" in desk.get("/admin/vetting/").content.decode()


# --- Badges


def test_badges_are_found_by_holder_skill_or_id(desk, ada, rhea):
    badge = ada.expert.badges.get()
    other = factories.expert(factories.user("Bo Lindgren"))
    factories.badge(other, factories.skill("evals"))

    def found(query: str) -> list[str]:
        page = desk.get("/admin/vetting/badges/", {"q": query}).content.decode()
        return [name for name in ("Ada Okonkwo", "Bo Lindgren") if name in page]

    assert found("") == ["Ada Okonkwo", "Bo Lindgren"]
    assert found("okonk") == ["Ada Okonkwo"]
    assert found("EVAL") == ["Bo Lindgren"]
    assert found(badge.public_id) == ["Ada Okonkwo"]
    assert found("nobody") == found("\x00%") == []
    assert "No badge fits" in desk.get("/admin/vetting/badges/?q=nobody").content.decode()


def test_a_badge_is_suspended_reinstated_and_revoked_in_public(desk, ada, rhea, client):
    badge = ada.expert.badges.get()
    address = f"/admin/vetting/badges/{badge.public_id}/"
    steps = [
        ("suspend", "A doubt about page 3.", "suspended", ["reinstate", "revoke"]),
        ("reinstate", "It was hers.", "active", ["suspend", "revoke"]),
        ("revoke", "A copy after all.", "revoked", []),
    ]
    assert "Nothing yet." in desk.get(address).content.decode()

    for verb, reason, status, offered in steps:
        answer = desk.post(address, {"verb": verb, "reason": f" {reason} "}, follow=True)

        page = answer.content.decode()
        assert "Done, and public. The holder has been told." in page
        badge.refresh_from_db()
        assert (badge.status, badge.public_reason) == (status, reason)
        assert re.findall(r'name="verb" value="(\w+)"', page) == offered
        assert Notification.objects.filter(user=ada, body__contains=reason).exists()
        history = words(page)
        assert f"{verb} 1 Jan" in history or "Rhea Lindqvist" in history
        public = words(type(client)().get(f"/badges/{badge.public_id}/").content.decode())
        assert (reason in public) == (status != "active")

    assert "There is nothing you can do to this badge." in page
    acts = list(TrailEntry.objects.values_list("act", "by__name", "about"))
    assert acts == [
        (act, "Rhea Lindqvist", badge.public_id) for act in ("suspended", "reinstated", "revoked")
    ]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"verb": "suspend", "reason": ""}, "Public reason"),
        ({"verb": "suspend", "reason": "   "}, "Public reason"),
        ({"verb": "reinstate", "reason": "Hers."}, "not one of the available choices"),
        ({"verb": "delete", "reason": "Gone."}, "not one of the available choices"),
        ({"reason": "Gone."}, "What to do"),
    ],
)
def test_what_cannot_be_done_to_it_is_refused_beside_the_field(desk, ada, typed, says):
    badge = ada.expert.badges.get()

    answer = desk.post(f"/admin/vetting/badges/{badge.public_id}/", typed)

    assert answer.status_code == 422
    assert says in words(answer.content.decode())
    badge.refresh_from_db()
    assert (badge.status, badge.public_reason) == ("active", "")
    assert not badge.history.exists()


def test_nobody_touches_their_own_badge(desk, rhea):
    badge = factories.badge(factories.expert(rhea), factories.skill("evals"))
    address = f"/admin/vetting/badges/{badge.public_id}/"

    assert "There is nothing you can do to this badge." in desk.get(address).content.decode()
    assert desk.post(address, {"verb": "suspend", "reason": "Mine."}).status_code == 403

    badge.refresh_from_db()
    assert badge.status == "active"
