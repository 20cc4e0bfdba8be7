"""What second factors are made from stands in the database sealed."""

from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command

from accounts.recovery_codes import RecoveryCodes
from accounts.services import second_factors
from marketplace.kit.sealing import seal

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def secret(ada, settings) -> str:
    """The secret from which ada's telephone makes codes; she has recovery codes as well."""
    settings.SEALING_KEYS = {"old": OLD}
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(ada, secret)
    RecoveryCodes.activate(ada)
    return secret


def stored() -> list[str]:
    return [text for row in Authenticator.objects.all() for text in map(str, row.data.values())]


def takes_a_code(secret: str) -> bool:
    cache.clear()  # where allauth remembers the codes that were used
    counter = next(totp.yield_hotp_counters_from_time())
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    return bool(Authenticator.objects.get(type="totp").wrap().validate_code(code))


def recovery() -> RecoveryCodes:
    return Authenticator.objects.get(type="recovery_codes").wrap()


def test_nothing_that_codes_are_made_from_can_be_read(secret):
    assert len([text for text in stored() if text.startswith("gAAAA")]) == 2
    assert secret not in "".join(stored())
    assert not [code for code in recovery().get_unused_codes() if code in "".join(stored())]
    assert takes_a_code(secret)


def test_a_new_key_takes_over(secret, settings, capsys):
    codes = recovery().get_unused_codes()
    settings.SEALING_KEYS = {"new": NEW, "old": OLD}
    call_command("reseal_secrets")
    settings.SEALING_KEYS = {"new": NEW}

    assert capsys.readouterr().out == "2 secrets were sealed with the newest key.\n"
    assert takes_a_code(secret)
    assert recovery().get_unused_codes() == codes


def test_a_key_that_is_gone_too_early_is_missed(secret, settings):
    settings.SEALING_KEYS = {"new": NEW}
    before = stored()

    with pytest.raises(InvalidToken):
        second_factors.reseal()

    assert stored() == before


def test_what_is_older_than_sealing_is_read_and_sealed(ada, settings):
    secret = totp.generate_totp_secret()
    Authenticator.objects.create(user=ada, type="totp", data={"secret": secret})
    assert takes_a_code(secret)

    second_factors.reseal()

    assert secret not in "".join(stored())
    assert takes_a_code(secret)


def test_recovery_codes_are_seen_once_and_work_once(secret):
    shown = recovery()
    shown.mark_as_viewed()
    codes = shown.get_unused_codes()
    assert len(set(codes)) == 10
    assert recovery().get_unused_codes() == [""] * 10
    assert not [text for text in stored() if "unseen" in text]

    assert recovery().validate_code(f" {codes[3][:6]}-{codes[3][6:]} ")
    assert not recovery().validate_code(codes[3])
    assert not recovery().validate_code("")
    assert len(recovery().get_unused_codes()) == 9


def test_codes_that_followed_from_a_seed_go_on_working(ada):
    migration = import_module("accounts.migrations.0012_recovery_codes_as_hashes")
    row = Authenticator.objects.create(
        user=ada, type="recovery_codes", data={"seed": seal("a1" * 40), "used_mask": 1}
    )
    codes = migration.Seeded(row).get_unused_codes()

    migration.hash_them(apps, None)

    assert "seed" not in "".join(stored())
    assert len(recovery().get_unused_codes()) == 9
    assert recovery().validate_code(codes[0])


@pytest.mark.django_db(transaction=True)
def test_a_code_opens_one_door(secret, at_once):
    code = recovery().get_unused_codes()[0]

    assert sorted(at_once(*[lambda: recovery().validate_code(code)] * 8)) == [False] * 7 + [True]
