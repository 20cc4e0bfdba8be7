"""S, C and O: the code and what it is made of, configuration, operation."""

from tests.checks.check import Check, guard, left_out
from tests.mutants.guards import Guard

RULES = "tests/test_architecture.py"
PRODUCTION = "tests/kit/test_production.py"
SOURCE = "tests/test_source.py"
ASKED = "tests/test_access.py"
RECORDS = "tests/contracts/test_admin.py"
TWO = "tests/contracts/test_instructions.py"
CHAIN = "tests/contracts/test_ledger_chain.py"
AUDIT = "tests/accounts/test_audit.py"
STAFF_READ = "test_what_staff_read_is_written_down_for_each_whose_it_is"
DEEDS = "tests/accounts/test_deeds.py"
ALARMS = "tests/drills_faults/test_alarms.py"
BROKEN = "tests/contracts/test_invariants.py"
REFUSED = "tests/test_refused_lines.py"
SIGN_OUTS = "tests/accounts/test_sign_outs.py"

SUPPLY = (
    Check(
        "S-01",
        "P0",
        "ruff's rules for security, Django and bugs find nothing; each exception has its reason.",
        tests=(f"{SOURCE}::test_the_linters_rules_for_security_find_nothing",),
        controls=(f"{SOURCE}::test_the_linter_finds_what_is_planted",),
        narrower="bandit, whose rules ruff's are.",
    ),
    Check(
        "S-02",
        "P0",
        "Our own rules: tasks after commit, status by `move`, no rows from views, nothing marked"
        " safe, no SQL made of text, no address opened but by egress.",
        tests=(RULES, f"{SOURCE}::test_nothing_of_ours_does_what_is_forbidden"),
        controls=(f"{SOURCE}::test_each_forbidden_thing_is_found_where_it_is_planted",),
    ),
    Check(
        "S-03",
        "P0",
        "No file has a secret of anybody.",
        tests=(
            f"{SOURCE}::test_no_file_has_a_secret",
            "tests/local/test_newcomer_files.py::test_env_example_has_no_secret_of_anybody",
        ),
        controls=(f"{SOURCE}::test_a_planted_secret_is_found",),
    ),
    left_out("S-04", "P1", "Advisories.", "none can be had here; `pip-audit` needs a network."),
    Check(
        "S-05",
        "P0",
        "No package is older than the newest release we allow that is two weeks old.",
        tests=(f"{SOURCE}::test_no_package_is_older_than_a_release_of_two_weeks_ago",),
        controls=(f"{SOURCE}::test_an_old_package_is_found",),
        narrower="whether anybody still keeps the package.",
    ),
    Check(
        "S-06",
        "P1",
        "Everything we install is locked with its hash.",
        tests=(f"{SOURCE}::test_every_package_is_locked_with_its_hash",),
        controls=(f"{SOURCE}::test_a_package_without_a_hash_is_found",),
        narrower="a bill of materials and licences.",
    ),
)

OPERATION = (
    Check(
        "C-01",
        "P0",
        "`check --deploy` finds nothing with the settings of production; nothing is silenced.",
        tests=(f"{SOURCE}::test_django_finds_nothing_to_say_about_production",),
        faults=(
            Guard(
                "cookies are for https",
                "marketplace/settings.py",
                "SESSION_COOKIE_SECURE = not DEVELOPMENT",
                "SESSION_COOKIE_SECURE = False",
                (f"{SOURCE}::test_django_finds_nothing_to_say_about_production",),
            ),
        ),
    ),
    Check(
        "C-02",
        "P0",
        "Production does not start with what is unsafe, and says all of it at once.",
        tests=(PRODUCTION,),
        controls=(f"{PRODUCTION}::test_each_rule_has_been_broken_here",),
    ),
    Check(
        "C-03",
        "P1",
        "Every answer to everybody has the headers of ASVS 3.4.",
        tests=(f"{ASKED}::test_access",),
        faults=(
            Guard(
                "browsers are told what no page needs",
                "marketplace/middleware.py",
                '        "Permissions-Policy": ',
                '        "X-Permissions-Policy": ',
                (f"{ASKED}::test_access[jobs]",),
            ),
        ),
    ),
    Check(
        "C-04",
        "P1",
        "Of ASVS 5.0, levels 1 and 2, all that applies is met, and three of four by tests that "
        "docs/asvs.md names.",
        tests=(
            "tests/test_asvs.py",
            "tests/test_asked_by_asvs.py",
            "tests/test_strengths.py",
            REFUSED,
            SIGN_OUTS,
            "tests/look/test_back.py",
        ),
        faults=(
            Guard(
                "who signs out is forgotten",
                "marketplace/stored.py",
                '            response["Clear-Site-Data"] = FORGET\n',
                "",
                ("tests/test_asked_by_asvs.py",),
            ),
            Guard(
                "a refusal says who was refused",
                "marketplace/kit/logs.py",
                '    beside = {"by": by, ',
                '    beside = {"by": None, ',
                (REFUSED,),
            ),
            Guard(
                "a session that is ended opens nothing",
                "accounts/services/sign_outs.py",
                "        session.end()\n",
                "        pass\n",
                (SIGN_OUTS,),
            ),
        ),
        narrower="chosen requirements of level 3; what is stored of forms of people signed in.",
    ),
    Check(
        "O-01",
        "P0",
        "Records of the admin site are for staff alone, and changed by nobody there.",
        tests=(
            f"{ASKED}::test_records_of_the_admin_site_are_for_staff_alone",
            RECORDS,
            "tests/experts/test_admin.py",
        ),
        faults=(
            Guard(
                "records are changed by services alone",
                "marketplace/kit/admin.py",
                "def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:\n"
                "        return False\n",
                "def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:\n"
                "        return True\n",
                (f"{RECORDS}::test_a_record_shows_its_history_and_cannot_be_changed",),
            ),
        ),
    ),
    Check(
        "O-02",
        "P0",
        "Whatever a request or a task changes leaves a line in the same transaction: who, by which"
        " address, about what, in which request, and so does a row that staff open; histories of"
        " moves name the request too. Every form of the table of access is sent by everybody.",
        tests=(f"{ASKED}::test_access", DEEDS, f"{AUDIT}::{STAFF_READ}"),
        faults=(
            Guard(
                "a change leaves its line",
                "accounts/services/deeds.py",
                "            self._tell().save()\n",
                "            self._tell()\n",
                (f"{ASKED}::test_access[jobs]", DEEDS),
            ),
            Guard(
                "what staff open leaves its line",
                "marketplace/middleware.py",
                "            self._deed(request).save()\n",
                "            self._deed(request)\n",
                (DEEDS,),
            ),
            Guard(
                "a line that was taken back is written again",
                "accounts/services/deeds.py",
                "            transaction.on_commit(self._keep)\n",
                "            self._keep()\n",
                (DEEDS,),
            ),
        ),
        narrower="what a field said before, where no history keeps it; commands at the shell.",
    ),
    Check(
        "O-03",
        "P1",
        "Money by hand, a badge of level 3, a ban, a decision above the limit take two persons.",
        tests=(
            TWO,
            "tests/experts/test_two_grants.py",
            "tests/contracts/test_decide_dispute.py::test_above_it_a_second_person_confirms",
            "tests/accounts/test_sanction.py::test_a_ban_takes_a_second_person",
        ),
        faults=(
            guard("money moves by hand with two persons"),
            guard("the first person is not the second"),
        ),
    ),
    Check(
        "O-04",
        "P1",
        "The trail of the money and of what people did cannot be changed by the site, and a change"
        " by whoever owns the database is found and its place named.",
        tests=(
            CHAIN,
            AUDIT,
            (
                "tests/contracts/test_ledger_refuses.py"
                "::test_the_role_of_the_site_can_post_and_nothing_else"
            ),
        ),
        controls=(f"{CHAIN}::test_a_chain_forged_as_a_whole_does_not_pass_the_witness",),
        narrower="trails of other things.",
        faults=(
            Guard(
                "a link is recomputed",
                "accounts/services/audit.py",
                "   WHERE position <> place OR previous <> before OR hash <> real\n",
                "   WHERE position <> place OR previous <> before\n",
                (AUDIT,),
            ),
            Guard(
                "what people did is append-only",
                "accounts/migrations/audit.sql",
                "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON"
                " accounts_auditevent\n",
                "CREATE TRIGGER audit_append_only BEFORE TRUNCATE ON accounts_auditevent\n",
                (AUDIT,),
            ),
        ),
    ),
    Check(
        "O-05",
        "P1",
        "Twenty rules about money are asked of production; each has been broken here and found.",
        tests=(f"{BROKEN}::test_clean_books_answer_none",),
        controls=(BROKEN,),
    ),
    Check(
        "O-06",
        "P2",
        "A real Prometheus with our rules is silent while all is well, and rings within two minutes"
        " of each fault that somebody is called for; each alarm names its page.",
        tests=(
            ALARMS,
            (
                "tests/contracts/test_metrics.py"
                "::test_each_alarm_asks_for_what_there_is_and_has_its_page"
            ),
        ),
        faults=(
            Guard(
                "the first refusal is counted from nought",
                "contracts/gateway/connection.py",
                "    STRIPE_REFUSALS.labels(word=word.__name__)\n\n\nclass",
                "    pass\n\n\nclass",
                (f"{ALARMS}::test_each_alarm_rings_within_two_minutes_of_its_fault",),
            ),
        ),
        narrower="the way to a pager, which is Alertmanager's.",
    ),
)
