"""Work through the API: handed in and sent back; what lets money go is done in a browser."""

import pytest

from contracts.models import ChangeRequest, Submission

READINGS = [
    {"position": 1, "value": "0.97"},
    {"position": 2, "value": "2.1"},
    {"position": 3, "value": "Refuses"},
]


@pytest.fixture
def hand_in(program, funded, contract):
    def hand_in(user, **changes):
        body = {"note": "It runs.", "readings": READINGS} | changes
        return program(user, "post", "submit-work", contract.public_id, funded.public_id, body=body)

    return hand_in


def test_work_is_handed_in_and_sent_back(program, hand_in, contract, funded, ada, acme):
    handed = hand_in(ada, link="https://code.attest.example/1")
    shown = program(acme, "get", "contract", contract.public_id).json()["milestones"][0]
    body = {"note": "Too slow at noon.", "failing": [2]}
    back = program(
        acme, "post", "ask-for-changes", contract.public_id, handed.json()["id"], body=body
    )

    assert handed.status_code == 201
    assert [row["is_met"] for row in handed.json()["readings"]] == [True, True, None]
    assert shown["submission"] == handed.json()
    assert (back.status_code, back.json()["status"]) == (200, "changes_asked")
    assert [row.metric for row in ChangeRequest.objects.get().failing.all()] == ["p95 latency"]


def test_what_waits_and_where_money_is_moved_is_said(program, contract, acme):
    [step] = program(acme, "get", "contract", contract.public_id).json()["waits_for"]

    assert (step["side"], step["moves_money"]) == ("client", True)
    assert step["text"].startswith("fund milestone 1")
    assert f"/contracts/{contract.public_id}/" in step["url"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"readings": [{"position": 9, "value": "1"}]}, 400),
        ({"readings": []}, 422),
        ({"built_on": ["nothing"]}, 400),
        ({"note": ""}, 400),
        ({"is_met": True}, 400),
    ],
)
def test_what_was_not_agreed_or_measured_is_refused(hand_in, change, status, ada):
    assert hand_in(ada, **change).status_code == status
    assert not Submission.objects.exists()


def test_each_side_does_its_own(program, hand_in, contract, funded, ada, acme, mallory):
    assert hand_in(acme).status_code == 403
    assert hand_in(mallory).status_code == 404
    assert not Submission.objects.exists()
    work = hand_in(ada).json()["id"]
    for user, status in ((ada, 403), (mallory, 404)):
        body = {"note": "x"}
        answer = program(user, "post", "ask-for-changes", contract.public_id, work, body=body)
        assert answer.status_code == status
    assert not ChangeRequest.objects.exists()
