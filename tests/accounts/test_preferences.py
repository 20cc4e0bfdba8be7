"""Choosing which news comes where and how often; a link in a mail is enough to stop it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import emails
from accounts.models import Cadence, Kind, Mail, Notification
from accounts.services import notifications, outbox, preferences
from accounts.services.notifications import Message
from accounts.services.preferences import CHOOSABLE, TooQuiet, Wish
from tests.conftest import NOON

PAGE = "/settings/notifications/"


def choices(**changes):
    """What the form sends when everything comes everywhere at once."""
    said = {f"{kind}_in_app": "on" for kind in CHOOSABLE}
    said |= {f"{kind}_by_mail": "now" for kind in CHOOSABLE}
    return said | {"quiet_from": "", "quiet_until": ""} | changes


def told(user, kind: Kind) -> Mail:
    message = Message(user, kind, f"fact:{kind}", "Something happened", "", "/home/", "Read it")
    notifications.tell(message, at=NOON)
    return Mail.objects.get(kind=kind)


def test_the_page_keeps_what_was_chosen_and_shows_it_again(client, ada):
    client.force_login(ada)
    said = choices(match_by_mail="weekly", quiet_from="22", quiet_until="7")
    del said["badge_in_app"]

    assert client.post(PAGE, said).status_code == 302

    ada.refresh_from_db()
    assert (ada.quiet_from, ada.quiet_until) == (22, 7)
    match, badge = (ada.preferences.get(kind=kind) for kind in ("match", "badge"))
    assert (match.in_app, match.by_mail) == (True, Cadence.WEEKLY)
    assert (badge.in_app, badge.by_mail) == (False, Cadence.NOW)
    begins = client.get(PAGE).context["form"].initial
    assert (begins["match_by_mail"], begins["badge_in_app"]) == ("weekly", False)
    assert begins["quiet_from"] == 22


@pytest.mark.parametrize(
    "changes",
    [
        {"match_by_mail": "hourly"},
        {"quiet_from": "24", "quiet_until": "7"},
        {"quiet_from": "22"},
        {"quiet_from": "7", "quiet_until": "7"},
        {"quiet_from": "7", "quiet_until": "0"},
    ],
)
def test_what_cannot_be_wished_for_is_answered_and_kept_out(client, ada, changes):
    client.force_login(ada)

    assert client.post(PAGE, choices(**changes)).status_code == 422

    ada.refresh_from_db()
    assert ada.quiet_from is None
    assert not ada.preferences.exists()


def test_sixteen_hours_may_be_quiet(ada):
    wishes = {Kind.MATCH: Wish()}
    preferences.choose(ada, wishes=wishes, quiet_from=16, quiet_until=8)

    with pytest.raises(TooQuiet):
        preferences.choose(ada, wishes=wishes, quiet_from=16, quiet_until=9)


def test_what_is_not_wanted_in_the_app_is_not_in_it(client, ada):
    told(ada, Kind.BADGE)
    hidden = Notification.objects.get()
    told(ada, Kind.MONEY)
    ada.preferences.create(kind="badge", in_app=False)
    client.force_login(ada)

    page = client.get(reverse("accounts:notifications"))

    assert [notice.kind for notice in page.context["page"]] == ["money"]
    assert page.context["nav"].unread == 1
    assert client.post(f"/notifications/{hidden.public_id}/").status_code == 404


def test_notices_stand_below_their_day(client, ada):
    for day in (1, 2):
        message = Message(ada, Kind.BADGE, f"fact:{day}", "Badge", "", "/home/", "Read it")
        notifications.tell(message, at=NOON.replace(day=day))
    client.force_login(ada)

    page = client.get(reverse("accounts:notifications")).content.decode()

    assert re.findall(r"<h2><time[^>]*>([^<]*)", page) == ["2 Jan 2030", "1 Jan 2030"]


def test_a_mailbox_stops_a_kind_with_one_request(ada, mailoutbox):
    outbox.deliver(told(ada, Kind.MATCH).pk, at=NOON)
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")

    # As RFC 8058 has it: no cookie, no token of a form, and no redirect.
    mailbox = Client(enforce_csrf_checks=True)
    answer = mailbox.post(address, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert ada.preferences.get().by_mail == Cadence.OFF
    assert ada.preferences.get().in_app


def test_opening_the_link_stops_nothing(client, ada):
    address = emails.stop_url(ada, Kind.MATCH)

    page = client.get(address).content.decode()

    assert "Stop these mails?" in page
    assert not ada.preferences.exists()


def test_stopping_the_digests_leaves_what_comes_at_once(client, ada):
    for kind, cadence in (("match", "daily"), ("badge", "weekly"), ("proposal", "now")):
        ada.preferences.create(kind=kind, by_mail=cadence)

    client.post(emails.stop_url(ada, "digest"))

    assert dict(ada.preferences.values_list("kind", "by_mail")) == {
        "match": "off",
        "badge": "off",
        "proposal": "now",
    }


@pytest.mark.parametrize("kind", [Kind.MONEY, Kind.SECURITY])
def test_what_is_always_mailed_has_no_such_link(client, ada, kind, mailoutbox):
    mail = told(ada, kind)
    assert "/unsubscribe/" not in mail.text + mail.html
    outbox.deliver(mail.pk, at=NOON)
    assert "List-Unsubscribe" not in mailoutbox[0].extra_headers

    client.post(emails.stop_url(ada, kind))

    assert not ada.preferences.exists()


def test_a_forged_link_stops_nothing(client, ada):
    address = reverse("accounts:unsubscribe", args=[f"{ada.public_id}:match"])

    assert client.post(address).status_code == 404
    assert not ada.preferences.exists()
