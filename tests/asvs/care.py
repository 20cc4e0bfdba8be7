"""V14 to V17: data, code, logs."""

from tests.asvs.row import absent, built, deployed, missing, shown

ASKED = "tests/test_access.py"
ACCESS = f"{ASKED}::test_access"
SOURCE = "tests/test_source.py"
PERSONAL = "tests/test_personal_data.py"
LOGS = "tests/kit/test_logs.py"
EVERY_COLUMN = "test_every_model_and_every_column_of_words_has_its_row"

CARE = (
    shown("V14.1.1", "Every column of words has its class.", f"{PERSONAL}::{EVERY_COLUMN}"),
    built("V14.1.2", "docs/personal-data.md: whose, how long, who holds it."),
    built("V14.2.1", "Links that stand for somebody are signed; no key is in one."),
    built("V14.2.2", "Only what every visitor sees is kept."),
    built("V14.2.3", "No tracker, no third party's script or picture."),
    shown("V14.2.4", "What has an end goes in time; what is held stays.", PERSONAL),
    missing("V14.3.1", "signing out does not clear the browser's cache; pages are not kept in it."),
    missing("V14.3.2", "files are not stored; pages are, so that Back keeps what was typed."),
    shown("V14.3.3", "Browsers keep drafts of forms and nothing else.",
          "tests/look/test_templates.py::test_none_needs_an_inline_style_or_script"),
    missing("V15.1.1", "no times to repair are promised."),
    shown("V15.1.2", "requirements.lock names every package with its hash.",
          f"{SOURCE}::test_every_package_is_locked_with_its_hash"),
    built("V15.1.3", "docs/performance.md, docs/search.md."),
    missing("V15.2.1", "see V15.1.1."),
    shown("V15.2.2", "Work that takes long is a task; what reads words is linear.",
          "tests/kit/test_complexity.py"),
    shown("V15.2.3", "Tests, demo and stand-in are refused or absent in production.",
          "tests/kit/test_production.py"),
    built("V15.3.1", "Serializers name their fields."),
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
    built("V16.2.1", "When, which request, what, and the row it was about."),
    built("V16.2.2", "UTC."),
    built("V16.2.3", "Standard output, and the folder of logs in development."),
    built("V16.2.4", "One line, fields by name."),
    shown("V16.2.5", "What is sent is in no line, whether it is refused or fails.", LOGS),
    built("V16.3.1", "allauth's and Django's signals are logged; sessions are listed."),
    missing("V16.3.2", "403s are logged by Django; 404s that hide something are not told apart."),
    missing("V16.3.3", "limits and forged webhooks are logged; other attempts are not."),
    built("V16.3.4", "Every 5xx and every failed call to Stripe."),
    built("V16.4.1", "Values are fields, written as JSON."),
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
