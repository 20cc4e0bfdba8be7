"""V14 to V17: data, code, logs."""

from tests.asvs.row import absent, built, deployed, shown

ASKED = "tests/test_asked_by_asvs.py"
ACCESS = "tests/test_access.py::test_access"
REFUSED = "tests/test_refused_lines.py"
A_LINE = f"{ASKED}::test_it_says_when_in_utc_how_grave_where_and_in_which_request"
ONE_LINE = f"{ASKED}::test_no_value_begins_a_line_of_its_own"
SOURCE = "tests/test_source.py"
PERSONAL = "tests/test_personal_data.py"
LOGS = "tests/kit/test_logs.py"
EVERY_COLUMN = "test_every_model_and_every_column_of_words_has_its_row"

CARE = (
    shown("V14.1.1", "Every column of words has its class.", f"{PERSONAL}::{EVERY_COLUMN}"),
    built("V14.1.2", "docs/personal-data.md: whose, how long, who holds it."),
    built("V14.2.1", "Links that stand for somebody are signed; no key is in one."),
    built("V14.2.2", "Only what every visitor sees is kept."),
    shown("V14.2.3", "No tracker, no third party's script or picture: the policy lets none in.",
          ACCESS),
    shown("V14.2.4", "What has an end goes in time; what is held stays.", PERSONAL),
    shown("V14.3.1", "Signing out has the browser forget; Back shows nothing private.",
          f"{ASKED}::test_who_signs_out_leaves_nothing_in_the_browser",
          "tests/look/test_back.py::test_back_shows_nothing_private_once_signed_out"),
    shown("V14.3.2", "Not stored: files, what opens an account, names its money, or staff read."
          " Forms are kept by the browser that is signed in, so that Back keeps what was typed.",
          f"{ASKED}::test_what_opens_an_account_or_names_its_money_is_not_stored",
          "tests/drills_vetting/test_hostile_uploads.py::test_nothing_is_served_inline"),
    shown("V14.3.3", "Browsers keep drafts of forms and nothing else.",
          "tests/look/test_templates.py::test_none_needs_an_inline_style_or_script"),
    shown("V15.1.1", "SECURITY.md: two, seven, thirty and ninety days; two weeks for releases.",
          f"{ASKED}::test_the_page_on_security_names_the_lag_that_is_checked"),
    shown("V15.1.2", "requirements.lock names every package with its hash.",
          f"{SOURCE}::test_every_package_is_locked_with_its_hash"),
    built("V15.1.3", "docs/performance.md, docs/search.md."),
    shown("V15.2.1", "Nothing is behind a release of two weeks ago.",
          f"{SOURCE}::test_no_package_is_older_than_a_release_of_two_weeks_ago"),
    shown("V15.2.2", "Work that takes long is a task; what reads words is linear.",
          "tests/kit/test_complexity.py"),
    shown("V15.2.3", "Tests, demo and stand-in are refused or absent in production.",
          "tests/kit/test_production.py"),
    shown("V15.3.1", "Every answer has the keys of its document and no other.",
          "tests/test_api_fields.py"
          "::test_every_answer_has_the_keys_of_its_document_and_no_other"),
    shown("V15.3.2", "Webhooks follow none; links of evidence two, each judged.",
          "tests/accounts/test_webhooks.py::test_a_redirect_is_no_answer_and_is_not_followed",
          "tests/kit/test_egress.py"),
    shown("V15.3.3", "Fields nobody gives themselves are pushed at every form.", ACCESS),
    shown("V15.3.4", "As many proxies are believed as the settings name.",
          "tests/test_limits.py"
          "::test_strangers_are_counted_by_their_place_and_believed_no_other"),
    built("V15.3.5", "mypy --strict."),
    built("V15.3.6", "Two kilobytes of script without objects from outside."),
    shown("V15.3.7", "Each field is read from one place, and the last one counts.",
          "tests/test_hostile.py"),
    built("V16.1.1", "docs/running.md."),
    shown("V16.2.1", "When, which request, what, and the row it was about.", A_LINE),
    shown("V16.2.2", "UTC.", A_LINE),
    built("V16.2.3", "Standard output, and the folder of logs in development."),
    shown("V16.2.4", "One line, fields by name.", ONE_LINE),
    shown("V16.2.5", "What is sent is in no line, whether it is refused or fails.", LOGS),
    built("V16.3.1", "allauth's and Django's signals are logged; sessions are listed."),
    shown("V16.3.2", "Who was refused which address by number, and which row a 404 hides.",
          REFUSED),
    shown("V16.3.3", "Every 4xx with its rule: tokens of forms, hosts, limits, input, business.",
          REFUSED),
    shown("V16.3.4", "Every 5xx and every failed call to Stripe.", LOGS),
    shown("V16.4.1", "Values are fields, written as JSON.", ONE_LINE),
    deployed("V16.4.2", "The machine's."),
    deployed("V16.4.3", "The machine's."),
    shown("V16.5.1", "A sentence and the number of the request.", "tests/look/test_error_pages.py"),
    shown("V16.5.2", "Stripe and mail may be away; nothing is lost.",
          "tests/local/test_killing_parts.py",
          "tests/accounts/test_send_mail.py::test_a_mail_that_failed_waits_for_the_next_sweep"),
    shown("V16.5.3", "A deed is whole or not at all.",
          "tests/kit/test_states.py::test_a_stale_row_is_refused_and_nothing_is_written"),
    *(absent(f"V17.{place}", "no WebRTC")
      for place in ("1.1", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2")),
)  # fmt: skip
