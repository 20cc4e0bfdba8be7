"""A: who may do what."""

from tests.checks.check import Check, guard
from tests.mutants.guards import Guard

ASKED = "tests/test_access.py"
ASKED_ALL = "tests/drills_api/test_schemathesis.py"
REVOKED = "tests/races/test_revocation.py"
WAITING = "test_whoever_waits_for_a_row_has_the_role_they_have_when_it_comes"
BLOCKS = (
    "tests/jobs/test_messages.py::test_a_block_stops_both_sides_about_every_job_until_it_is_lifted"
)

ACCESS = (
    Check(
        "A-01",
        "P0",
        "Every address answers each person as the table says, and those that move money as a"
        " second, independent table of sixteen people says; who is refused changes nothing.",
        tests=(f"{ASKED}::test_access", "tests/test_money_access.py"),
        faults=(guard("whose contract it is"), guard("who lets money go")),
        narrower="relations beside the table's, and counters of written rows, without money.",
    ),
    Check(
        "A-02",
        "P0",
        "Every address has its row in the table, and every row is asked.",
        tests=(f"{ASKED}::test_the_table_is_complete",),
        faults=(
            Guard(
                "an address nobody listed",
                "marketplace/urls.py",
                '    path("healthz", views.healthz, name="healthz"),\n',
                '    path("healthz", views.healthz, name="healthz"),\n'
                '    path("planted", views.healthz, name="planted"),\n',
                (f"{ASKED}::test_the_table_is_complete",),
            ),
        ),
        narrower="tasks and management commands.",
    ),
    Check(
        "A-03",
        "P0",
        "What one may not see answers byte for byte as what is not there: pages and API.",
        tests=("tests/test_absent_equals_forbidden.py",),
        faults=(
            Guard(
                "a stranger's row looks like one that is not there",
                "contracts/models/contract.py",
                "models.Q(expert__user=user) | models.Q(organisation__in=own)",
                "models.Q(pk__gt=0)",
                ("tests/test_absent_equals_forbidden.py",),
            ),
        ),
        narrower="the gap in time.",
    ),
    Check(
        "A-04",
        "P0",
        "No answer of the API has a key beside those its document lists, whoever asks; sixty"
        " fields that nobody gives themselves are refused by every address of the API that writes,"
        " eighteen of them change nothing in any form.",
        tests=("tests/test_api_fields.py", "tests/test_access.py::test_access"),
        faults=(
            Guard(
                "a field that is not asked for is refused",
                "accounts/serializers.py",
                "        if unknown:\n",
                "        if unknown and not data:\n",
                ("tests/test_api_fields.py",),
            ),
            Guard(
                "an answer has the keys of its document",
                "experts/serializers/experts.py",
                "        return told if instance.is_public else told",
                '        told["digest"] = ""\n        return told if instance.is_public else told',
                ("tests/test_api_fields.py",),
            ),
        ),
        narrower="a list of keys for each relation beside the document's.",
    ),
    Check(
        "A-05",
        "P0",
        "What was said in private, and every address of mail, stands on nobody else's page.",
        tests=(f"{ASKED}::test_access",),
        faults=(
            Guard(
                "a name and no address is public",
                "accounts/models/user.py",
                "        return self.name",
                "        return self.email",
                (f"{ASKED}::test_access",),
            ),
        ),
        narrower="thirty private fields; seven canaries are planted.",
    ),
    Check(
        "A-06",
        "P1",
        "Whoever is blocked neither writes nor invites, about any job, until it is lifted.",
        tests=(
            BLOCKS,
            "tests/jobs/test_messages.py::test_only_the_two_sides_block_and_report",
            (
                "tests/jobs/test_invite.py"
                "::test_an_expert_who_blocks_the_client_or_has_no_badge_is_not_asked"
            ),
        ),
        faults=(
            Guard(
                "a block is looked at before a message is written",
                "jobs/talk.py",
                "    if side in blocking:\n",
                "    blocking = ()\n    if side in blocking:\n",
                (BLOCKS,),
            ),
        ),
        narrower="the 25 interactions; a block is about messages and invitations.",
    ),
    Check(
        "A-07",
        "P0",
        "Schemathesis asks all that the API's document allows, and what it does not, as two"
        " clients, an expert and nobody: no fault, no answer beside the document, no row of"
        " another's, no address that forgets to ask who is there.",
        tests=(ASKED_ALL,),
        faults=(
            Guard(
                "a proposal is read by its two sides",
                "jobs/api/proposals.py",
                "        return selectors.whole(Proposal.objects.visible_to(self.request.user))",
                "        return selectors.whole(Proposal.objects.all())",
                ("tests/drills_api/test_schemathesis.py::test_nobody_reads_a_proposal_of_others",),
            ),
        ),
        narrower="that what the document allows is taken: which rows there are, it cannot say.",
    ),
    Check(
        "A-08",
        "P0",
        "A role that was taken away counts at the next request, of a session, a token or a part of"
        " a page, and for whoever waits for a row meanwhile: none of a thousand acts of seventeen"
        " kinds goes through with a role that was taken away before it or while it waited.",
        tests=(REVOKED,),
        faults=(
            Guard(
                "who hires is asked under the lock",
                "jobs/services/jobs.py",
                "    held = Job.objects.select_for_update(no_key=True).get(pk=job.pk)\n"
                "    refuse_others(job.organisation, by)\n",
                "    refuse_others(job.organisation, by)\n"
                "    held = Job.objects.select_for_update(no_key=True).get(pk=job.pk)\n",
                (f"{REVOKED}::{WAITING}",),
            ),
            Guard(
                "who pauses is asked under the lock",
                "contracts/services/pauses.py",
                "    _refuse_others(contract, by)\n    if contract.is_consultation",
                "    if contract.is_consultation",
                (f"{REVOKED}::{WAITING}",),
            ),
            Guard(
                "who pays is asked under the lock",
                "contracts/services/funding.py",
                "    _refuse_others(contract, by)\n    milestone =",
                "    milestone =",
                (f"{REVOKED}::{WAITING}",),
            ),
            Guard(
                "a role is not remembered",
                "accounts/selectors.py",
                "        place.user = user\n",
                "        place.user = user\n"
                "        place.role = vars(membership).setdefault(str(user.pk), place.role)\n",
                (f"{REVOKED}::test_the_next_request_is_refused",),
            ),
        ),
        narrower="the moment between the question and the end of a transaction that waits for"
        " nothing: it counts as before.",
    ),
)
