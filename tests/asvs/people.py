"""V6, V7 and V8: who one is, for how long, and what one may."""

from tests.asvs.row import absent, built, shown

FACTORS = "tests/accounts/test_second_factors.py"
ASKED = "tests/test_asked_by_asvs.py"
NEEDS = "tests/accounts/test_who_needs_a_second_factor.py"
LIMITS = "tests/test_limits.py"
SIGN_UP = "tests/accounts/test_sign_up.py"
STAFF = "tests/accounts/test_staff_hours.py"
PASSWORDS = "tests/accounts/test_passwords.py"
SESSIONS = "tests/accounts/test_sessions.py"
NEW_PASSWORD = f"{SESSIONS}::test_a_new_password_ends_the_others"
SIGNING_IN = f"{SESSIONS}::test_signing_in_makes_a_new_session"
SIGNING_OUT = f"{SESSIONS}::test_signing_out_ends_it_here_and_there"
OTHERS = f"{SESSIONS}::test_the_others_are_listed_and_ended"
ACCESS = "tests/test_access.py::test_access"
MONEY = "tests/test_money_access.py::test_money"

PEOPLE = (
    built("V6.1.1", "decisions 0025 and 0026, docs/running.md."),
    shown("V6.1.2", "accounts/passwords.py lists them; names and addresses are compared too.",
          f"{PASSWORDS}::test_little_more_than_words_of_ours_is_refused"),
    built("V6.1.3", "decision 0025: password, code by mail, passkey, and the second factor."),
    shown("V6.2.1", "Twelve characters.", f"{PASSWORDS}::test_twelve_characters_are_the_least"),
    shown("V6.2.2", "At /accounts/password/change/.", NEW_PASSWORD),
    shown("V6.2.3", "The old and the new.", f"{PASSWORDS}::test_changing_it_takes_the_old_one"),
    shown("V6.2.4", "Django's twenty thousand.", f"{PASSWORDS}::test_what_many_use_is_refused"),
    shown("V6.2.5", "Any characters will do, digits alone, too.",
          f"{PASSWORDS}::test_any_characters_will_do"),
    shown("V6.2.6", "It is masked.", f"{PASSWORDS}::test_the_field_hides_it_and_lets_it_be_pasted"),
    shown("V6.2.7", "It can be pasted and filled in.",
          f"{PASSWORDS}::test_the_field_hides_it_and_lets_it_be_pasted"),
    shown("V6.2.8", "As typed, spaces and all.", f"{PASSWORDS}::test_any_characters_will_do"),
    shown("V6.2.9", "Hundreds of characters.", f"{PASSWORDS}::test_any_characters_will_do"),
    built("V6.2.10", "Nobody is asked for another one."),
    shown("V6.2.11", "Whatever is little more than one of those words is refused.",
          f"{PASSWORDS}::test_little_more_than_words_of_ours_is_refused"),
    shown("V6.2.12", "Django's list comes from breaches; a full one is not asked.",
          f"{PASSWORDS}::test_what_many_use_is_refused"),
    shown("V6.3.1", "Five wrong passwords from a network, twenty from all, counted exactly; nobody"
          " is locked out of a browser they know.",
          f"{LIMITS}::test_of_sixteen_passwords_at_once_five_are_looked_at",
          "tests/accounts/test_attempts.py"),
    shown("V6.3.2", "Nobody is there at first; the demo's people are refused outside development.",
          "tests/kit/test_production.py"),
    shown("V6.3.3", "A second factor before others rely on one, and for staff.", NEEDS),
    shown("V6.3.4", "One count and one factor for all ways in.", LIMITS,
          "tests/experts/test_admin.py::test_signing_in_is_the_sites_own"),
    shown("V6.4.1", "Codes by mail are random and short-lived.", SIGN_UP),
    built("V6.4.2", "There are no questions."),
    built("V6.4.3", "A code by mail sets a password; the second factor is asked after it."),
    shown("V6.4.4", "Recovery codes, or a person of ours who sees the same proof again.", FACTORS),
    shown("V6.5.1", "Each code opens one door once.", FACTORS),
    shown("V6.5.2", "Recovery codes are salted scrypt hashes.",
          f"{FACTORS}::test_recovery_codes_are_seen_once_and_work_once"),
    shown("V6.5.3", "By `secrets`.", FACTORS),
    shown("V6.5.4", "Twelve digits; codes by mail six.", FACTORS),
    shown("V6.5.5", "Minutes by mail, thirty seconds by the app.",
          f"{ASKED}::test_codes_do_not_live_long"),
    absent("V6.6.1", "no telephone network"),
    built("V6.6.2", "A code belongs to the session that asked for it."),
    shown("V6.6.3", "Codes are limited.", LIMITS),
    *(absent(f"V6.8.{number}", "no identity provider but ourselves") for number in (1, 2, 3, 4)),
    built("V7.1.1", "decision 0025."),
    built("V7.1.2", "Any number, each listed; docs/running.md."),
    absent("V7.1.3", "no federation"),
    shown("V7.2.1", "Django's sessions: one that has ended here opens nothing there.", SIGNING_OUT),
    shown("V7.2.2", "Random, made anew; nothing static opens a page.", SIGNING_IN,
          "tests/accounts/test_access_tokens.py::test_it_never_opens_a_page_or_the_admin_site"),
    shown("V7.2.3", "32 characters by `secrets`.",
          "tests/test_strengths.py::test_a_session_is_known_by_what_nobody_guesses"),
    shown("V7.2.4", "A new one at each sign-in.", SIGNING_IN),
    shown("V7.3.1", "Staff: an hour. Members say again who they are for what counts.",
          STAFF),
    shown("V7.3.2", "Staff: eight hours. Members: two weeks.", STAFF),
    shown("V7.4.1", "Gone from the database.", SIGNING_OUT),
    shown("V7.4.2", "An account that is closed is nobody's from the next request on.",
          f"{SESSIONS}::test_a_closed_account_is_signed_out_everywhere"),
    shown("V7.4.3", "A new password ends the others.", NEW_PASSWORD),
    shown("V7.4.4", "In the menu of every page.", f"{ASKED}::test_the_way_out_is_on_every_page"),
    shown("V7.4.5", "Staff end one, or all, with a reason that the person reads.",
          "tests/accounts/test_sign_outs.py"),
    shown("V7.5.1", "Address, password, factors, roles, payouts, secrets ask again.", NEEDS),
    shown("V7.5.2", "Listed, and the others ended.", OTHERS),
    absent("V7.6.1", "no federation"),
    absent("V7.6.2", "no federation"),
    shown("V8.1.1", "docs/access.md, generated.",
          "tests/test_access.py::test_docs_access_is_this_table"),
    shown("V8.1.2", "Documents of the API name each field; it takes and gives no other.",
          "tests/test_api_fields.py"),
    shown("V8.2.1", "Every address, as five and as sixteen people.", ACCESS, MONEY),
    shown("V8.2.2", "What one may not see is not there.", ACCESS,
          "tests/test_absent_equals_forbidden.py"),
    shown("V8.2.3", "Fields nobody gives themselves are pushed at every form.", ACCESS),
    shown("V8.3.1", "In services and selectors; pages only ask them.",
          "tests/test_architecture.py::test_views_create_no_rows", MONEY),
    shown("V8.4.1", "One organisation's members see nothing of another's.", ACCESS, MONEY),
)  # fmt: skip
