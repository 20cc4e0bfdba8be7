"""The site in German: who reads it in which language, and what mails are written in."""

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Kind, Mail, Notification, User
from accounts.services import notifications
from accounts.services.notifications import Message
from marketplace.kit import words
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON

DE = {"accept-language": "de-AT,de;q=0.9"}


def test_a_visitor_reads_what_their_browser_asks_for(client, db):
    page = client.get("/fees/", headers=DE)

    assert (page["Content-Language"], "Accept-Language" in page["Vary"]) == ("de", True)
    assert b'<html lang="de"' in page.content
    assert b'<html lang="en-gb"' in client.get("/fees/").content


def test_each_language_is_offered_in_its_own_words(client, db):
    """Whoever looks for theirs may not read the other."""
    page = client.get("/fees/", headers=DE).content.decode()

    assert 'value="de" lang="de" aria-pressed="true">Deutsch<' in page
    assert 'value="en-gb" lang="en-gb">British English<' in page


def test_a_choice_counts_more_than_the_browser_and_comes_back_to_the_page(client, db):
    answer = client.post("/language/", {"language": "de", "next": "/fees/?a=1"})

    assert answer["Location"] == "/fees/?a=1"
    assert b'<html lang="de"' in client.get("/fees/", headers={"accept-language": "en"}).content


@pytest.mark.parametrize("language", ["xx", "", "fr"])
def test_a_language_we_do_not_speak_changes_nothing(client, ada, language):
    client.force_login(ada)
    answer = client.post("/language/", {"language": language, "next": "https://evil.example/"})

    assert (answer["Location"], answer.cookies.get("django_language")) == ("/", None)
    ada.refresh_from_db()
    assert ada.language == "en-gb"


@pytest.mark.parametrize(
    "said",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_no_other_site_chooses_a_language(client, said):
    answer = client.post("/language/", {"language": "de"}, headers=said)

    assert answer.status_code == 403
    assert not answer.cookies


@pytest.mark.parametrize(
    "said", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}]
)
def test_a_visitor_chooses_a_language_without_a_token(said):
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/language/", {"language": "de"}, headers=said)

    assert answer.cookies["django_language"].value == "de"


def test_a_member_reads_their_language_in_every_browser(client, ada):
    client.force_login(ada)
    client.post("/language/", {"language": "de"})
    client.cookies.pop("django_language")

    assert b'<html lang="de"' in client.get("/start/").content
    said = {"name": "Ada", "time_zone": "UTC", "language": "en-gb"}
    assert client.post("/settings/", said).status_code == 302
    assert b'<html lang="en-gb"' in client.get("/start/", headers=DE).content


def test_a_new_person_reads_on_in_the_language_they_signed_up_in(client, db):
    said = {"email": "neu@attest.example", "password1": "correct horse battery"}
    client.post("/accounts/signup/", said, headers=DE)

    assert User.objects.get(email="neu@attest.example").language == "de"


@pytest.fixture
def readers(db):
    """One who reads English and two who read German."""
    found = [factories.user(name) for name in ("Reader 1", "Reader 2", "Reader 3")]
    for user in found[1:]:
        user.language = "de"
        user.save()
    return found


@notifications.in_readers_languages
def payment_came(users, at):
    """Write figures before it is known who reads them, as our notices do."""
    amount = words.money_text(Money(123_450, "usd"))
    for user in users:
        notifications.tell(Message(user, Kind.MONEY, "fact", amount, "", "/home/", "Go"), at=at)


def test_each_is_told_in_their_own_language_once(readers):
    payment_came(readers, at=NOON)
    payment_came(readers, at=NOON)

    told = Notification.objects.order_by("user__name").values_list("subject", flat=True)
    assert list(told) == ["$1,234.50", *2 * ["1.234,50\N{NO-BREAK SPACE}$"]]
    assert ['lang="de"' in mail.html for mail in Mail.objects.order_by("user__name")] == [
        False,
        True,
        True,
    ]


def test_whoever_tells_is_left_in_their_own_language(readers):
    with translation.override("de"):
        payment_came(readers, at=NOON)
        assert translation.get_language() == "de"


def test_figures_are_written_as_the_reader_writes_them():
    with translation.override("de"):
        assert words.percent_text(1250) == "12,5\N{NO-BREAK SPACE}%"
        assert words.hours_text(90) == "1,5 h"


def test_where_one_language_is_offered_nobody_is_asked(client, ada, settings):
    settings.LANGUAGES = [("en-gb", "English")]
    client.force_login(ada)

    page = client.get("/settings/").text
    answer = client.post("/settings/", {"name": "Ada", "time_zone": "UTC", "language": "de"})

    assert "Deutsch" not in page
    assert answer.status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.language) == ("Ada", "en-gb")


@pytest.mark.parametrize(
    ("write", "german", "english"),
    [
        (words.day_text, "1. Jan. 2030", "1 Jan 2030"),
        (words.long_day_text, "1. Januar 2030", "1 January 2030"),
        (words.deadline_text, "Di., 1. Jan. 2030, 12:00 UTC", "Tue 1 Jan 2030, 12:00 UTC"),
        (words.long_clock_text, "Dienstag, 1. Januar 2030, 12:00", "Tuesday 1 January 2030, 12:00"),
    ],
)
def test_a_day_is_written_as_its_reader_writes_it(write, german, english):
    with translation.override("de"):
        assert write(NOON) == german
    assert write(NOON) == english
