"""V9 to V13: tokens, cryptography, wires, configuration."""

from collections.abc import Iterator

from tests.asvs.row import Row, absent, built, deployed, shown

JWS = "tests/kit/test_jws.py"
ASKED = "tests/test_asked_by_asvs.py"
STRENGTHS = "tests/test_strengths.py"
SEALED = f"{STRENGTHS}::test_one_changed_byte_opens_nothing"
LINTER = "tests/test_source.py::test_the_linters_rules_for_security_find_nothing"
FORGED = "tests/drills_vetting/test_credentials.py"
PRODUCTION = "tests/kit/test_production.py"
DEPLOY = "tests/test_source.py::test_django_finds_nothing_to_say_about_production"
OAUTH = ((1, 2), (2, 2), (3, 4), (4, 11), (5, 5), (6, 2), (7, 3))


def oauth() -> Iterator[Row]:
    """All of V10: the site neither gives nor takes such tokens."""
    for section, most in OAUTH:
        for number in range(1, most + 1):
            yield absent(f"V10.{section}.{number}", "no OAuth")


KEYS = (
    shown("V9.1.1", "Credentials of badges are verified before a word of them is read.",
          FORGED, JWS),
    shown("V9.1.2", "EdDSA and nothing else.",
          f"{JWS}::test_a_header_that_asks_for_anything_else_is_refused"),
    shown("V9.1.3", "Our own published keys.", FORGED),
    shown("V9.2.1", "Neither early nor late.", FORGED),
    shown("V9.2.2", "A status list is no badge.", FORGED),
    shown("V9.2.3", "The badge of another host is not ours.", FORGED),
    shown("V9.2.4", "The holder stands in it.", FORGED),
    *oauth(),
    built("V11.1.1", "docs/credentials.md, docs/runbooks/leaked-key.md."),
    built("V11.1.2", "docs/running.md lists each key, what it is for and how it is changed."),
    built("V11.2.1", "`cryptography`, `hashlib`, `secrets`."),
    shown("V11.2.2", "Keys are lists, newest first, and secrets are sealed anew.",
          "tests/accounts/test_second_factors.py::test_a_new_key_takes_over",
          "tests/accounts/test_webhooks.py::test_secrets_stand_sealed_and_follow_a_new_key"),
    shown("V11.2.3", "docs/keys.md: Fernet's 128 bits and Ed25519's are the least.", STRENGTHS),
    shown("V11.3.1", "None.", LINTER),
    shown("V11.3.2", "AES-128-CBC with HMAC-SHA256 (Fernet), encrypt then MAC.", SEALED),
    shown("V11.3.3", "The MAC is checked first.", SEALED),
    shown("V11.4.1", "SHA-256 and above; MD5 and SHA-1 nowhere (ruff S324).", LINTER),
    shown("V11.4.2", "PBKDF2 with Django's count, a million; recovery codes scrypt.",
          f"{STRENGTHS}::test_passwords_take_long_to_try"),
    shown("V11.4.3", "SHA-256, of what is sealed, signed or chained.",
          "tests/contracts/test_ledger_chain.py"),
    absent("V11.4.4", "no key is made from a password"),
    shown("V11.5.1", "`secrets`, everywhere (ruff S311).", LINTER),
    shown("V11.6.1", "Ed25519.", f"{STRENGTHS}::test_credentials_are_signed_with_ed25519", JWS),
    deployed("V12.1.1", "The proxy's; docs/runbooks/deploy.md."),
    deployed("V12.1.2", "The proxy's."),
    absent("V12.1.3", "no client certificates"),
    deployed("V12.2.1", "The proxy's; the site itself sends browsers to https."),
    deployed("V12.2.2", "The proxy's."),
    deployed("V12.3.1", "`sslmode` and `rediss` in DATABASE_URL and REDIS_URL."),
    built("V12.3.2", "Python's default context, for Stripe and for what people name."),
    absent("V12.3.3", "no HTTP between parts of ours"),
    absent("V12.3.4", "no HTTP between parts of ours"),
    built("V13.1.1", "docs/running.md: Stripe, mail, one scanner, addresses that people name."),
    built("V13.2.1", "Each connection has its own name and password, from the environment."),
    shown("V13.2.2", "The site's role posts to the ledger and can change nothing in it.",
          "tests/contracts/test_ledger_refuses.py"
          "::test_the_role_of_the_site_can_post_and_nothing_else"),
    shown("V13.2.3", "What development uses is refused.", PRODUCTION),
    shown("V13.2.4", "Stripe's hosts, and what people name, by one module.",
          "tests/kit/test_egress.py"),
    deployed("V13.2.5", "The network's."),
    deployed("V13.3.1", "The environment is filled by whatever vault there is."),
    deployed("V13.3.2", "The vault's."),
    shown("V13.4.1", "The image has what is named, and .git is not (`.dockerignore`).",
          f"{ASKED}::test_the_image_has_nothing_that_is_not_named"),
    shown("V13.4.2", "No debug outside development.", PRODUCTION, DEPLOY),
    shown("V13.4.3", "No folder is listed.",
          f"{ASKED}::test_no_folder_is_listed_and_none_of_ours_is_beside_the_site"),
    shown("V13.4.4", "TRACE is no method of any view.",
          f"{ASKED}::test_trace_is_no_method_of_ours"),
    shown("V13.4.5", "Metrics are behind a token; the component page is development's.",
          "tests/test_access.py::test_access"),
)  # fmt: skip
