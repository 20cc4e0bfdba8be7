"""I: who one is; sessions, and what the doors tell strangers."""

from tests.checks.check import Check
from tests.mutants.guards import Guard

LIMITS = "tests/test_limits.py"
COUNTS = "tests/kit/test_limits.py"
FACTORS = "tests/accounts/test_second_factors.py"
NAMES = "tests/accounts/test_names.py"
NEEDS = "tests/accounts/test_who_needs_a_second_factor.py"
STAFF = "tests/accounts/test_staff_hours.py"
ADAPTER = "accounts/adapter.py"
GUESSES = "tests/accounts/test_attempts.py"
TIMING = "tests/accounts/test_timing.py"

IDENTITY = (
    Check(
        "I-01",
        "P0",
        "Of 64 at once exactly as many get through as may, others are not counted, `Retry-After`"
        " is right, and a forged `X-Forwarded-For` is not believed.",
        tests=(
            COUNTS,
            f"{LIMITS}::test_strangers_are_counted_by_their_place_and_believed_no_other",
        ),
        faults=(
            Guard(
                "a limit is one INCR",
                "marketplace/kit/limits.py",
                "    return int(cache.incr(key))\n",
                "    used = int(cache.get(key)) + 1\n    __import__('time').sleep(0.01)\n"
                "    cache.set(key, used)\n    return used\n",
                (f"{COUNTS}::test_of_64_at_once_exactly_as_many_get_through_as_may",),
            ),
        ),
        narrower="twenty trials in four processes; the count is the cache's, which is one process.",
    ),
    Check(
        "I-02",
        "P0",
        "One count for one deed, whichever door: pages, API, password, code, passkey.",
        tests=(LIMITS, "tests/experts/test_admin.py::test_signing_in_is_the_sites_own"),
        faults=(
            Guard(
                "signing up is limited",
                "marketplace/limits.py",
                '    "account_signup": SIGN_UPS,\n',
                "",
                (f"{LIMITS}::test_one_count_for_signing_up_by_whichever_door",),
            ),
        ),
    ),
    Check(
        "I-03",
        "P0",
        "Signing up, signing in, a code, a new password take as long whether or not one has an"
        " account: area under the curve at most 0.60, medians within 5 %, of 200 pairs each.",
        tests=(TIMING,),
        faults=(
            Guard(
                "what knows of accounts answers on steps",
                "marketplace/kit/evenly.py",
                "    sleep(step - passed % step)\n",
                "",
                (f"{TIMING}::test_a_door_answers_on_its_step",),
            ),
            Guard(
                "a password is hashed for an account that exists",
                ADAPTER,
                "        make_password(secrets.token_hex(8))\n",
                "",
                (f"{TIMING}::test_as_many_passwords_are_hashed_for_who_is_there",),
            ),
        ),
    ),
    Check(
        "I-04",
        "P0",
        "Status, headers, page, cookies and number of mails are the same for an account that is"
        " there, is closed, or is not there: signing up, in, by code, a new password.",
        tests=("tests/accounts/test_enumeration.py",),
        faults=(
            Guard(
                "who has an account is not told",
                "marketplace/settings.py",
                "ACCOUNT_SESSION_REMEMBER = True\n",
                "ACCOUNT_SESSION_REMEMBER = True\nACCOUNT_PREVENT_ENUMERATION = False\n",
                ("tests/accounts/test_enumeration.py",),
            ),
        ),
    ),
    Check(
        "I-05",
        "P0",
        "A code opens one door once, recovery codes are hashes that work once, and nobody of our"
        " staff, who posts, proposes or is paid does without a second factor.",
        tests=(FACTORS, NEEDS),
        faults=(
            Guard(
                "a recovery code is used up",
                "accounts/recovery_codes.py",
                '                data["hashes"][place] = USED\n',
                "",
                (f"{FACTORS}::test_recovery_codes_are_seen_once_and_work_once",),
            ),
        ),
        narrower="the thirty bypasses; some twelve are tried.",
    ),
    Check(
        "I-06",
        "P0",
        "Sessions: a new id at each sign-in, all others end with a new password or the account,"
        " signing out ends a copied cookie, staff are signed out by the clock.",
        tests=("tests/accounts/test_sessions.py", STAFF),
        faults=(
            Guard(
                "staff who left their desk sign in again",
                "marketplace/middleware.py",
                '            return request.method == "POST"\n',
                "            return True\n",
                (STAFF,),
            ),
        ),
        narrower="the fourteen points; ten are tried, and none at a second device alarms.",
    ),
    Check(
        "I-07",
        "P1",
        "Of a thousand wrong passwords from fifty networks 20 are looked at in five minutes. The"
        " person they belong to signs in at once in a browser they have signed in with, by passkey"
        " or by a mailed code, and everywhere within five minutes.",
        tests=(
            GUESSES,
            "tests/look/test_pages.py::test_a_passkey_signs_in_alone_or_as_the_second_step",
        ),
        faults=(
            Guard(
                "a known browser has a count of its own",
                "accounts/attempts.py",
                "    if device := devices.known(shown, account):\n",
                "    if device := None:\n",
                (f"{GUESSES}::test_the_person_it_belongs_to_is_not_locked_out",),
            ),
            Guard(
                "ending the other sessions ends what browsers are known by",
                "accounts/devices.py",
                "{user.public_id}:{user.devices_ended}:",
                "{user.public_id}:",
                (f"{GUESSES}::test_so_does_ending_the_other_sessions",),
            ),
        ),
    ),
    Check(
        "I-08",
        "P1",
        "No address takes a form without its token, with somebody else's, or from another origin,"
        " but for the listed ones.",
        tests=("tests/test_form_tokens.py",),
        faults=(
            Guard(
                "forms need a token",
                "marketplace/views.py",
                "@require_POST\n@login_required\ndef switch_capacity(",
                "@csrf_exempt\n@require_POST\n@login_required\ndef switch_capacity(",
                ("tests/test_form_tokens.py",),
            ),
        ),
    ),
    Check(
        "I-09",
        "P1",
        "Of three hundred names in tricks of Unicode none passes that looks like one of ours or of"
        " a client that has paid; honest ones in 28 scripts and spellings do.",
        tests=(NAMES,),
        faults=(
            Guard(
                "names are compared by their skeleton",
                "marketplace/kit/names.py",
                'skeleton_key(unicodedata.normalize("NFC", bare), digit_policy="tr39")\n',
                'unicodedata.normalize("NFKC", bare).lower()\n',
                (f"{NAMES}::test_none_of_three_hundred_names_passes",),
            ),
            Guard(
                "a word is in one alphabet",
                "marketplace/kit/names.py",
                "            raise NameIsMixed(word)\n",
                "            continue\n",
                (f"{NAMES}::test_each_is_told_why",),
            ),
        ),
    ),
    Check(
        "I-10",
        "P1",
        "No address leads on to another site, whatever it is asked to go on to.",
        tests=("tests/test_redirects.py",),
        faults=(
            Guard(
                "a way on is a path here",
                "marketplace/kit/http.py",
                '    return address.startswith("/") and url_has_allowed_host_and_scheme(\n'
                "        address, {request.get_host()}\n    )\n",
                "    return bool(address)\n",
                ("tests/test_redirects.py",),
            ),
        ),
    ),
)
