"""T: hostile requests, input and output."""

from tests.checks.check import Check
from tests.mutants.guards import Guard

HOSTILE_TESTS = "tests/test_hostile.py"
ASKED = "tests/test_access.py"
EGRESS = "tests/kit/test_egress.py"
MARKUP = "tests/test_markup.py"
API = "marketplace/api.py"
ONCE = "tests/jobs/test_idempotency.py"
PAGES = "tests/test_api_pages.py"
SLOW = "tests/drills_faults/test_slow_clients.py"
INJECTION = "tests/drills_api/test_injection.py"

HOSTILE = (
    Check(
        "T-01",
        "P0",
        "28 hostile values in every field and key of every page, as whoever sees most: no answer"
        " of 500.",
        tests=(HOSTILE_TESTS,),
        faults=(
            Guard(
                "JSON too deep to read is refused",
                API,
                "        except RecursionError:\n",
                "        except ZeroDivisionError:\n",
                (f"{HOSTILE_TESTS}::test_hostile_json_is_a_problem_document",),
            ),
        ),
        narrower="the 515 strings of BLNS, headers and parts of paths.",
    ),
    Check(
        "T-02",
        "P0",
        "A body above a megabyte is 413 before it is read, also a webhook's; one in chunks without"
        " its length is 411, and what is packed is never unpacked.",
        tests=(
            f"{HOSTILE_TESTS}::test_hostile_json_is_a_problem_document",
            f"{HOSTILE_TESTS}::test_a_large_body_is_refused_before_it_is_read",
            f"{HOSTILE_TESTS}::test_a_body_without_its_length_is_not_taken_for_none",
            f"{HOSTILE_TESTS}::test_what_is_packed_is_never_unpacked",
            (
                "tests/contracts/test_webhook.py"
                "::test_a_body_of_more_than_256_kibibytes_is_not_read_to_its_end"
            ),
        ),
        faults=(
            Guard(
                "a body has a size",
                "marketplace/settings.py",
                "DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576",
                "DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576_000",
                (f"{HOSTILE_TESTS}::test_a_large_body_is_refused_before_it_is_read",),
            ),
            Guard(
                "a body has a length",
                API,
                "            raise LengthMissing\n",
                "            pass\n",
                (f"{HOSTILE_TESTS}::test_a_body_without_its_length_is_not_taken_for_none",),
            ),
        ),
        narrower="chunks on the wire, which the server in front takes or refuses.",
    ),
    Check(
        "T-03",
        "P1",
        "While 600 clients send headers or a form at a byte a second, everybody else has their page"
        " within half a second: the proxy of the deployment takes in what it passes on.",
        tests=(SLOW,),
        faults=(
            Guard(
                "a request is taken in before it is passed on",
                "deploy/compose.scale.yml",
                "            proxy_request_buffering on;\n",
                "            proxy_request_buffering off;\n",
                (SLOW,),
            ),
        ),
        narrower="3,500 clients, and those who read slowly.",
    ),
    Check(
        "T-04",
        "P0",
        "In a real browser, without our policy: no word that people write runs or makes an element,"
        " on any page, in an address or in a mail; the same words printed raw do run.",
        tests=(MARKUP,),
        faults=(
            Guard(
                "a message is words",
                "templates/experts/profile.html",
                "{{ expert.overview }}",
                "{{ expert.overview|safe }}",
                (f"{MARKUP}::test_nothing_of_it_is_more_than_words",),
            ),
        ),
    ),
    Check(
        "T-05",
        "P0",
        "Every answer has a policy without `unsafe-inline`, `unsafe-eval` and `*`; no template"
        " needs more.",
        tests=(
            f"{ASKED}::test_access",
            "tests/look/test_templates.py::test_none_needs_an_inline_style_or_script",
        ),
        faults=(
            Guard(
                "no inline script",
                "marketplace/settings.py",
                '        "script-src": ["\'self\'"],\n',
                '        "script-src": ["\'self\'", "\'unsafe-inline\'"],\n',
                (f"{ASKED}::test_access[jobs]",),
            ),
        ),
    ),
    Check(
        "T-06",
        "P0",
        "No address that is not public is opened, however it is written, led to or resolved.",
        tests=(EGRESS,),
        faults=(
            Guard(
                "every address of a name is judged",
                "marketplace/kit/egress.py",
                "        if not _may_open(str(address[0]), target.port):\n"
                "            raise AddressRefused\n",
                "        pass\n",
                (EGRESS,),
            ),
        ),
    ),
    Check(
        "T-07",
        "P1",
        "What reads people's words takes linear time at the largest size, and under 250 ms.",
        tests=("tests/kit/test_complexity.py",),
        faults=(
            Guard(
                "a long word is read once",
                "marketplace/kit/lures.py",
                'r"(?<![\\w.+-])[\\w.+-]+\\s?(?:@',
                'r"[\\w.+-]+\\s?(?:@',
                ("tests/kit/test_complexity.py",),
            ),
        ),
    ),
    Check(
        "T-08",
        "P1",
        "No word in a table runs when a spreadsheet opens it.",
        tests=("tests/kit/test_spreadsheets.py",),
        faults=(
            Guard(
                "a word that would run is made plain",
                "marketplace/kit/spreadsheets.py",
                'return f"\'{text}" if isinstance(cell, str) and',
                'return f"\'{text}" if isinstance(cell, int) and',
                ("tests/kit/test_spreadsheets.py",),
            ),
        ),
    ),
    Check(
        "T-09",
        "P0",
        "Idempotency-Key: one effect and one answer for one key, whoever comes twice, together or"
        " after a crash; fifty times thirty-two at once have fifty effects.",
        tests=(ONCE,),
        faults=(
            Guard(
                "a key belongs to its request",
                "accounts/services/kept_answers.py",
                "        if kept.asked != print_of_asked:\n",
                "        if not print_of_asked:\n",
                (f"{ONCE}::test_a_key_belongs_to_its_request",),
            ),
            Guard(
                "of those who come together one goes first",
                "accounts/services/kept_answers.py",
                "        return bool(cursor.fetchone()[0])\n",
                "        return bool(cursor.fetchone())\n",
                (f"{ONCE}::test_of_thirty_two_in_the_same_moment_one_has_an_effect",),
            ),
        ),
        narrower="forms of pages, which name the row or its number instead.",
    ),
    Check(
        "T-10",
        "P1",
        "sqlmap finds nothing to inject in the search, the board and their API, and finds what is"
        " planted.",
        tests=(f"{INJECTION}::test_no_question_becomes_sql",),
        controls=(f"{INJECTION}::test_one_that_does_is_found",),
        narrower="what takes time or a second statement; forms.",
    ),
    Check(
        "T-11",
        "P1",
        "Pages by cursor alone, at most a hundred rows, and no cursor but ours; in two hundred"
        " random histories of rows that arrive between pages none is lost or repeated.",
        tests=(f"{HOSTILE_TESTS}::test_a_cursor_of_somebody_elses_making_is_refused", PAGES),
        faults=(
            Guard(
                "a cursor's place is a key",
                API,
                " and not PLACE.fullmatch(str(cursor.position)):",
                " and cursor.position == 0:",
                (f"{HOSTILE_TESTS}::test_a_cursor_of_somebody_elses_making_is_refused",),
            ),
            Guard(
                "a page begins where the one before ended",
                API,
                "        return cursor\n",
                "        return cursor and cursor._replace(offset=1)\n",
                (f"{PAGES}::test_rows_that_arrive_meanwhile_push_none_out",),
            ),
        ),
    ),
    Check(
        "T-12",
        "P2",
        "A host that is not ours is 400, and no address is built from it.",
        tests=("tests/look/test_error_pages.py::test_a_wrong_host_still_gets_a_page",),
        faults=(
            Guard(
                "hosts are named",
                "marketplace/settings.py",
                'ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ',
                'ALLOWED_HOSTS = ["*"] or env.words("ALLOWED_HOSTS", ',
                ("tests/look/test_error_pages.py::test_a_wrong_host_still_gets_a_page",),
            ),
        ),
        narrower="smuggling through a proxy.",
    ),
)
