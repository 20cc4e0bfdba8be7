"""D: safety of data, privacy."""

from tests.checks.check import Check, guard, left_out
from tests.mutants.guards import Guard

RESTORE = "tests/local/test_backup.py"
PAST = "tests/local/test_point_in_time.py"
PERSONAL = "tests/test_personal_data.py"
FACTORS = "tests/accounts/test_second_factors.py"
CANARIES = "tests/test_canaries.py"
AGAIN = "tests/accounts/test_erase_again.py"
ERASE = "tests/accounts/test_erase.py"
LOGS = "tests/kit/test_logs.py"
SENTRY = "tests/kit/test_sentry.py"
LINT = "tests/local/test_migrations.py"
GIVES_WAY = f"{LINT}::test_a_change_that_cannot_have_its_lock_gives_way_and_comes_back"
REFUSES = "tests/contracts/test_ledger_refuses.py"

DATA = (
    Check(
        "D-01",
        "P0",
        "A site comes back on an empty machine from one folder, and a backup that is not whole is"
        " not taken.",
        tests=(RESTORE,),
        controls=(
            f"{RESTORE}::test_one_with_a_file_missing_is_not",
            f"{RESTORE}::test_nor_one_with_a_byte_changed",
        ),
        narrower="a gigabyte.",
    ),
    Check(
        "D-02",
        "P0",
        "A table that was dropped is back as it was a second before; with a file of the log lost,"
        " the server does not start instead of giving half.",
        tests=(f"{PAST}::test_a_table_that_was_dropped_is_back_as_it_was",),
        controls=(f"{PAST}::test_a_log_with_a_file_lost_says_so_instead_of_giving_half",),
    ),
    Check(
        "D-03",
        "P0",
        "A migration that holds people up, or that the version before cannot live with, is found;"
        " one that cannot have its lock gives way.",
        tests=(f"{LINT}::test_the_migrations_of_this_version_hold_nobody_up", GIVES_WAY),
        controls=(f"{LINT}::test_each_rule_finds_what_is_planted",),
        faults=(
            Guard(
                "a change waits two seconds for a lock",
                "marketplace/migrating.py",
                "            _set_lock_timeout(timeout_ms)\n",
                "            _set_lock_timeout(0)\n",
                (GIVES_WAY,),
            ),
        ),
        narrower="a run of each under load on a million rows.",
    ),
    Check(
        "D-04",
        "P0",
        "The database itself refuses what breaks the rules of money and of two grants.",
        tests=(
            REFUSES,
            "tests/contracts/test_ledger.py",
            "tests/experts/test_two_grants.py",
            "tests/experts/test_conflict.py::test_the_database_refuses_to_seat_them",
            (
                "tests/experts/test_conflict.py"
                "::test_the_database_refuses_a_judgement_made_up_for_them"
            ),
        ),
        faults=(guard("no pot below zero"),),
        narrower="a list of all rules of business with the constraint that holds each.",
    ),
    Check(
        "D-05",
        "P0",
        "Every model and every column of words is somebody's, nobody's or hidden; a new one without"
        " its class stops the site's checks.",
        tests=(f"{PERSONAL}::test_every_model_and_every_column_of_words_has_its_row",),
        controls=(
            f"{PERSONAL}::test_a_column_without_a_class_is_named",
            f"{PERSONAL}::test_a_model_without_a_row_is_named",
        ),
    ),
    Check(
        "D-06",
        "P0",
        "A word of its own in every column that could hold one; after its person is erased it is"
        " found nowhere: not in tables, indexes of words, histories, files, the cache, mails to"
        " others or logs, but where a contract or the books keep it. Whom a backup brings back is"
        " erased again.",
        tests=(
            CANARIES,
            ERASE,
            AGAIN,
            f"{RESTORE}::test_whom_a_backup_brings_back_is_erased_again",
        ),
        faults=(
            Guard(
                "words go with whoever they tell of",
                "marketplace/kit/erasing.py",
                "            rows.filter(pk__in=free).update(**blanks)\n",
                "            pass\n",
                (CANARIES,),
            ),
            Guard(
                "histories are erased too",
                "marketplace/kit/erasing.py",
                "    yield from (kept for kept in erased if issubclass(kept.model, Transition))\n",
                "",
                (CANARIES,),
            ),
            Guard(
                "whom a backup brings back is erased again",
                "accounts/services/erasures.py",
                "        erase(row.pk, at=at)\n        row.refresh_from_db()\n",
                "        row.refresh_from_db()\n",
                (AGAIN,),
            ),
            Guard(
                "our sentences to others lose the name",
                "marketplace/kit/erasing.py",
                "    if not spelled:\n",
                "    if spelled:\n",
                (CANARIES,),
            ),
        ),
    ),
    Check(
        "D-07",
        "P1",
        "What is sent in forms, queries, headers and addresses is in no line of the log and on no"
        " page of errors, whether it is refused, fails in the database, in a task or on the way to"
        " a mail server; nor does it leave with a fault that Sentry is told of.",
        tests=(LOGS, SENTRY),
        faults=(
            Guard(
                "an exception is told without what it says",
                "marketplace/kit/logs.py",
                "        yield type(error).__qualname__ + (f",
                "        yield str(error) + (f",
                (f"{LOGS}::test_a_row_that_the_database_refuses_is_told_by_its_rule",),
            ),
            Guard(
                "a refused request is told by its pattern",
                "marketplace/kit/logs.py",
                '        return "request.refused"\n',
                "        return record.getMessage()\n",
                (f"{LOGS}::test_a_token_in_an_address_is_not_logged",),
            ),
            Guard(
                "what leaves with a fault is put together anew",
                "marketplace/sentry.py",
                "    return bare(event) | ",
                "    return dict(event) | ",
                (f"{SENTRY}::test_nothing_of_whom_it_broke_for_leaves",),
            ),
        ),
        narrower="mails to admins, which we do not send.",
    ),
    Check(
        "D-08",
        "P1",
        "Each table with an end lets go of a row in the second after it, unless a contract, a"
        " dispute or a report holds it.",
        tests=(PERSONAL,),
        faults=(
            Guard(
                "a running contract holds its messages",
                "marketplace/kit/personal.py",
                '        rows = rows.exclude(pk__in=held.values("pk"))\n',
                '        rows = rows.exclude(pk__in=held.values("pk")[:0])\n',
                (PERSONAL,),
            ),
        ),
        narrower="ten years, a day at a time.",
    ),
    left_out(
        "D-09",
        "P1",
        "Row-level security as a second line.",
        "not built: every read goes by `visible_to`, which the access test guards (A-01).",
    ),
    Check(
        "D-10",
        "P1",
        "Nothing that codes are made from can be read in the database; a new key takes over.",
        tests=(FACTORS,),
        faults=(
            Guard(
                "seeds are sealed",
                "accounts/adapter.py",
                "        return seal(text)\n",
                "        return text\n",
                (f"{FACTORS}::test_nothing_that_codes_are_made_from_can_be_read",),
            ),
        ),
        narrower="a whole dump.",
    ),
)
