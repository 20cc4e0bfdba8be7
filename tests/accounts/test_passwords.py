"""What a password may be, and where it is typed (ASVS 5.0, 6.2)."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

OLD, NEW = "an old one, kept for long", "a new one, for longer"


@pytest.fixture
def ada(ada):
    """Ada, who has shown that her address is hers."""
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    return ada


@pytest.fixture
def known(client, ada):
    """Ada, who signed in with a password."""
    ada.set_password(OLD)
    ada.save()
    client.post(reverse("account_login"), {"login": ada.email, "password": OLD})
    return ada


def test_twelve_characters_are_the_least():
    validate_password("ebony-wharf!")
    with pytest.raises(ValidationError):
        validate_password("ebony-wharf")


@pytest.mark.parametrize("common", ["q1w2e3r4t5y6", "123456789012", "qwerty123456"])
def test_what_many_use_is_refused(common):
    with pytest.raises(ValidationError):
        validate_password(common)


@pytest.mark.parametrize(
    "password",
    ["834902117650", "  spaces at both ends  ", "ключ от старого шкафа", "x9" * 150],
    ids=["digits", "spaces", "letters", "long"],
)
def test_any_characters_will_do(ada, client, password):
    validate_password(password, ada)
    ada.set_password(password)
    ada.save()

    client.post(reverse("account_login"), {"login": ada.email, "password": password})

    assert client.session.get("_auth_user_id") == str(ada.pk)


@pytest.mark.parametrize(
    "ours", ["Attest-2030-2030!", "OpenAI.Expert.1", "passwort123456", "chatgpt--admin"]
)
def test_little_more_than_words_of_ours_is_refused(ours):
    with pytest.raises(ValidationError, match="anybody would try here"):
        validate_password(ours)


def test_a_word_of_ours_among_others_will_do():
    validate_password("attest the grey heron")


def test_the_field_hides_it_and_lets_it_be_pasted(client):
    page = client.get(reverse("account_login")).content.decode()

    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_changing_it_takes_the_old_one(client, known):
    change = reverse("account_change_password")

    client.post(change, {"oldpassword": "not it", "password1": NEW, "password2": NEW})
    known.refresh_from_db()
    assert known.check_password(OLD)

    client.post(change, {"oldpassword": OLD, "password1": NEW, "password2": NEW})
    known.refresh_from_db()
    assert known.check_password(NEW)
