"""What second factors are made from stands in the database sealed."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.core.management import call_command

from accounts.services import second_factors

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


def test_nothing_that_codes_are_made_from_can_be_read(secret):
    assert len([text for text in stored() if text.startswith("gAAAA")]) == 2
    assert secret not in "".join(stored())
    assert takes_a_code(secret)


def test_a_new_key_takes_over(secret, settings, capsys):
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    settings.SEALING_KEYS = {"new": NEW, "old": OLD}
    call_command("reseal_secrets")
    settings.SEALING_KEYS = {"new": NEW}

    assert capsys.readouterr().out == "2 secrets were sealed with the newest key.\n"
    assert takes_a_code(secret)
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == codes


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
