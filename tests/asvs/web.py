"""V3, V4 and V5: browsers, the API, files."""

from tests.asvs.row import absent, built, deployed, shown

ASKED = "tests/test_access.py"
ACCESS = f"{ASKED}::test_access"
FORM_TOKENS = "tests/test_form_tokens.py"
DEPLOY = "tests/test_source.py::test_django_finds_nothing_to_say_about_production"
UPLOADS = "tests/drills_vetting/test_hostile_uploads.py"
HOSTILE = "tests/test_hostile.py"
COOKIE = "tests/test_asked_by_asvs.py::test_the_session_is_no_scripts_and_no_other_sites"
DOWNLOAD = "tests/test_asked_by_asvs.py::test_a_download_has_our_name_and_cannot_end_its_header"

WEB = (
    shown("V3.2.1", "nosniff everywhere; files of people come as downloads, locked up.",
          ACCESS, f"{UPLOADS}::test_nothing_is_served_inline"),
    shown("V3.2.2", "Scripts set text, never markup of people.",
          "tests/look/test_templates.py::test_none_needs_an_inline_style_or_script"),
    shown("V3.3.1", "Cookies are Secure and named `__Host-`.", DEPLOY),
    shown("V3.3.2", "SameSite is Lax for all: strict would lose people who come back from Stripe.",
          COOKIE),
    shown("V3.3.3", "`__Host-sessionid`, `__Host-csrftoken` in production.",
          "tests/test_asked_by_asvs.py"
          "::test_in_production_names_keep_cookies_to_this_host"),
    shown("V3.3.4", "The session's cookie is HttpOnly.", COOKIE),
    shown("V3.4.1", "A year, subdomains too.",
          f"{ASKED}::test_browsers_are_told_to_stay_with_https_in_production"),
    absent("V3.4.2", "no address answers other origins, but for public files without a person"),
    shown("V3.4.3", "One policy, `default-src 'none'`, no inline anything.", ACCESS),
    shown("V3.4.4", "On every answer.", ACCESS),
    shown("V3.4.5", "`same-origin`.", ACCESS),
    shown("V3.4.6", "`frame-ancestors 'none'`, but for the badge that is made to be embedded.",
          ACCESS),
    shown("V3.5.1", "Every form has its token; none from another origin is taken.", FORM_TOKENS),
    absent("V3.5.2", "nothing relies on the preflight"),
    shown("V3.5.3", "Reading changes nothing; deeds are POST.", ACCESS),
    built("V3.5.4", "One application, one host; files of people are sandboxed."),
    absent("V3.5.5", "no postMessage"),
    built("V3.7.1", "HTML, CSS, 2 kB of script."),
    shown("V3.7.2", "No address leads elsewhere but Stripe's pages.", "tests/test_redirects.py"),
    shown("V4.1.1", "Every answer has its type.", HOSTILE),
    deployed("V4.1.2", "The proxy redirects pages to https; the API is asked there alone."),
    shown("V4.1.3", "Only as many proxies are believed as the settings name.",
          "tests/test_limits.py"
          "::test_strangers_are_counted_by_their_place_and_believed_no_other"),
    deployed("V4.2.1", "One HTTP parser behind one proxy; granian refuses what is ambiguous."),
    absent("V4.3.1", "no GraphQL"),
    absent("V4.3.2", "no GraphQL"),
    *(absent(f"V4.4.{number}", "no WebSocket") for number in (1, 2, 3, 4)),
    built("V5.1.1", "docs/evidence.md, and decision 0016."),
    shown("V5.2.1", "Files have sizes, and are judged in bounded memory.",
          f"{UPLOADS}::test_the_whole_corpus_is_judged_in_bounded_memory"),
    shown("V5.2.2", "By their bytes and structure, not by their names.",
          f"{UPLOADS}::test_it_is_refused_with_the_golden_sentence"),
    shown("V5.2.3", "Archives have a most of files, bytes and ratio, read before unpacking.",
          f"{UPLOADS}::test_it_is_refused_with_the_golden_sentence"),
    shown("V5.3.1", "Uploads are outside of what is served, and never run.",
          f"{UPLOADS}::test_nothing_is_served_inline"),
    built("V5.3.2", "Paths are ours: a random name below the folder of its kind."),
    shown("V5.4.1", "The name of a download is in Content-Disposition, by us.", DOWNLOAD),
    shown("V5.4.2", "Django encodes it as RFC 6266 says.", DOWNLOAD),
    shown("V5.4.3", "A scanner, where one is set; while it is down nothing is released.",
          "tests/experts/test_scan.py"),
)  # fmt: skip
