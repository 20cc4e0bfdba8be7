"""B: what people try who mean no good. It begins with 2: what was 1 is I-01."""

from tests.checks.check import Check
from tests.mutants.guards import Guard

PAID = "tests/contracts/test_payout_trouble.py"
WAITS = "test_nothing_follows_new_details_for_three_days"
TOLD = "test_another_bank_account_is_told_in_case_it_was_not_them"
OTHERS = "test_details_added_to_others_wait_too"
SOLD = "tests/experts/test_transfer.py"
FORGED = "tests/drills_vetting/test_credentials.py"
TALK = "tests/jobs/test_messages.py"
LURES = "tests/kit/test_lures.py"
NOTED = "test_what_leads_away_is_noted_until_there_is_a_contract"
CHAT = "tests/talk/test_conversations.py"
WARNED = "test_the_reader_of_what_leads_away_is_warned_and_can_report_it"
ELSEWHERE = "tests/abuse/test_pay_elsewhere.py"
SCAMS = "tests/abuse/test_scam_jobs.py"
REVIEW = "tests/jobs/test_review.py"
SCRAPING = "tests/abuse/test_scraping.py"
RINGS = "tests/abuse/test_review_rings.py"
FEEDBACK = "tests/contracts/test_feedback.py"
ONCE = "test_a_side_speaks_once"
FLOOD = "tests/drills_hiring/test_flood.py"
COPY = "tests/jobs/test_guard.py"
CARDS = "tests/contracts/test_card_testing.py"
LINKS = "tests/contracts/test_links.py"
TEXTS = "tests/drills_vetting/test_injections.py"
LAUNDERING = "tests/abuse/test_laundering.py"
CASES = "tests/contracts/test_payout_cases.py"

ABUSE = (
    Check(
        "B-02",
        "P0",
        "After new bank details nothing is sent for 72 hours, and their owner hears of it.",
        tests=(f"{PAID}::{WAITS}", f"{PAID}::{TOLD}", f"{PAID}::{OTHERS}"),
        faults=(
            Guard(
                "new bank details wait",
                "contracts/services/onboarding.py",
                "NEW_DETAILS_WAIT = timedelta(hours=72)",
                "NEW_DETAILS_WAIT = timedelta(0)",
                (f"{PAID}::{WAITS}",),
            ),
        ),
        narrower="a notice with one click that says it was not them.",
    ),
    Check(
        "B-03",
        "P1",
        "A profile that goes to another person takes no badge with it that still counts.",
        tests=(SOLD,),
        faults=(
            Guard(
                "a sold profile's badges are suspended",
                "experts/services/profiles.py",
                "    badges.suspend_all(expert, reason=reason, by=by, at=at)\n",
                "",
                (f"{SOLD}::test_one_request_suspends_every_badge",),
            ),
        ),
    ),
    Check(
        "B-04",
        "P0",
        "Forty-nine forged or withdrawn credentials: none verifies, by our verifier or another's.",
        tests=(FORGED,),
        faults=(
            Guard(
                "a credential is signed",
                "marketplace/kit/jws.py",
                "        except (InvalidSignature, ValueError):\n            return False\n",
                "        except (InvalidSignature, ValueError):\n            return True\n",
                (f"{FORGED}::test_a_forged_credential_verifies_nowhere",),
            ),
        ),
    ),
    Check(
        "B-05",
        "P1",
        "Of 400 messages, half of them held out, at least 95% of those that lead the payment away "
        "are held behind a warning until there is a contract, and at most 1% of the others.",
        tests=(ELSEWHERE, LURES, f"{TALK}::{NOTED}", f"{CHAT}::{WARNED}"),
        faults=(
            Guard(
                "a text is read as an eye reads it",
                "marketplace/kit/lures.py",
                "    read = plain(text)\n",
                "    read = text\n",
                (ELSEWHERE,),
            ),
            Guard(
                "an IBAN is known by its check digits",
                "marketplace/kit/lures.py",
                "any(_is_iban(found) for found in set(IBAN.findall(text)))",
                "False",
                (LURES,),
            ),
            Guard(
                "what leads away is behind a warning",
                "contracts/selectors/conversations.py",
                "is_held=row.pk in away)",
                "is_held=False)",
                (f"{CHAT}::{WARNED}",),
            ),
        ),
        narrower="the corpus is written by us, both halves; an attempt is not refused: whoever "
        "reads it decides.",
    ),
    Check(
        "B-06",
        "P1",
        "Of 60 scam jobs that the rules were not written beside at least 57 wait for our staff, "
        "and of 200 honest ones at most two; nobody sees what waits.",
        tests=(SCAMS, REVIEW),
        faults=(
            Guard(
                "a job's words are looked over",
                "jobs/services/reviews.py",
                '    return found[:3] + [f"{LURE}:{name}" for name in lures_of(job)]\n',
                "    return found[:3]\n",
                (REVIEW,),
            ),
            Guard(
                "who asks to pay first is known",
                "marketplace/kit/lures.py",
                '    "upfront": _words(\n',
                '    "": _words(\n',
                (SCAMS,),
            ),
        ),
        narrower="what readers report takes a job down by a person and not by their number.",
    ),
    Check(
        "B-07",
        "P1",
        "Twenty rings of people who hire and praise each other gain no point of the public score; "
        "honest work beside it counts, and a chain is no ring.",
        tests=(RINGS, f"{FEEDBACK}::{ONCE}"),
        faults=(
            Guard(
                "a ring is noted when it closes",
                "contracts/services/links.py",
                "    return len(rows) + _note_ring(contract, at)\n",
                "    return len(rows)\n",
                (RINGS,),
            ),
            Guard(
                "what counted before the ring closed counts no more",
                "contracts/services/links.py",
                "    for row in rows:\n        _let_nothing_count(row)\n",
                "",
                (RINGS,),
            ),
        ),
        narrower="a ring that shares nothing and never closes is not seen.",
    ),
    Check(
        "B-08",
        "P0",
        "Twelve things that two sides may have in common: six mean one person or business, and no "
        "contract is made; six are looked at by a person. What counts of those who belong together"
        " is nothing.",
        tests=(LINKS,),
        faults=(
            Guard(
                "an offer asks whether the sides are one",
                "contracts/services/offers.py",
                "    links.refuse_one(proposal.job.organisation, proposal.expert, at=at)\n",
                "",
                (f"{LINKS}::test_whoever_is_one_makes_no_contract",),
            ),
            Guard(
                "what may be chance is noted",
                "contracts/services/links.py",
                "        for kind in sorted(seen)\n",
                "        for kind in ()\n",
                (f"{LINKS}::test_what_may_be_chance_is_looked_at",),
            ),
        ),
    ),
    Check(
        "B-09",
        "P0",
        "Of 500 stolen cards of 50 accounts at most sixty reach a bank: three refusals an hour "
        "close a person's page, a wave stops first payments at once; clients we know go on.",
        tests=(CARDS,),
        faults=(
            Guard(
                "a wave stops first payments",
                "contracts/services/card_testing.py",
                "    return refused >= FROM_ALL and refused > accepted\n",
                "    return False\n",
                (f"{CARDS}::test_of_500_cards_of_50_accounts_few_reach_a_bank",),
            ),
            Guard(
                "three refusals are enough",
                "contracts/services/card_testing.py",
                "MOST_OF_ONE = 3\n",
                "MOST_OF_ONE = 300\n",
                (f"{CARDS}::test_after_three_refusals_the_page_closes_for_an_hour",),
            ),
        ),
        narrower="cards are counted by who pays and not by the place they pay from.",
    ),
    Check(
        "B-10",
        "P1",
        "Ten ways to launder money, each in two families of which one was held out: a case is open "
        "before the last of it leaves; of 200 honest lives at most two wait.",
        tests=(LAUNDERING, CASES, "tests/races/test_payout_cases.py"),
        faults=(
            Guard(
                "a payout is looked at before it leaves",
                "contracts/services/operations.py",
                "or payout_cases.look(operation, at=at))",
                "or False)",
                (f"{CASES}::test_it_does_not_leave_and_nothing_moves",),
            ),
            Guard(
                "an account has a ladder",
                "contracts/selectors/signs.py",
                "AND in_a_month > step.most)",
                "AND in_a_month < 0)",
                (f"{LAUNDERING}::test_a_case_is_open_before_it_leaves",),
            ),
            Guard(
                "everything else to the account waits",
                "contracts/services/payout_cases.py",
                "    elif not (case := live.first()):\n",
                "    elif not (case := live.none().first()):\n",
                (CASES,),
            ),
        ),
        narrower="what left before its pattern could be seen is gone; a refund has one way.",
    ),
    Check(
        "B-11",
        "P1",
        "Of 10,000 profiles a walker reads a twentieth in 24 hours, by pages or API, from however "
        "many addresses of a network or fresh accounts; 200 pages an hour are nobody's limit.",
        tests=(SCRAPING,),
        faults=(
            Guard(
                "profiles are counted by the day",
                "accounts/reading.py",
                ', Rate("profiles-a-day", 250, A_DAY))',
                ",)",
                (SCRAPING,),
            ),
            Guard(
                "a fresh account is counted by its place",
                "accounts/reading.py",
                "*([place] if place and is_fresh else [])",
                "",
                (SCRAPING,),
            ),
            Guard(
                "pages of what is counted are counted",
                "marketplace/middleware.py",
                "                not_read_too_often(request, READ[name], at=timezone.now())\n",
                "                pass\n",
                (SCRAPING,),
            ),
        ),
        narrower="cards in lists are counted by the page; there are no profiles that are traps.",
    ),
    Check(
        "B-12",
        "P1",
        "A thousand machine-written notes: clients read people and not the flood.",
        tests=(FLOOD, COPY),
        faults=(
            Guard(
                "what others have sent is held back",
                "jobs/services/guard.py",
                "    if likeness.known >= COPIED:\n",
                "    if likeness.known > 1:\n",
                (f"{COPY}::test_one_cannot_send_to_another_job_what_somebody_else_sent",),
            ),
            Guard(
                "what was held back teaches",
                "jobs/services/proposals.py",
                "        notes.learn(job, _expert(by), cover_note, at=at)\n",
                "",
                (f"{COPY}::test_what_was_held_back_from_one_is_known_when_another_tries_it",),
            ),
        ),
    ),
    Check(
        "B-13",
        "P1",
        "Fifty texts that talk to a model change nothing; no model is near.",
        tests=(TEXTS,),
        faults=(
            Guard(
                "what a claim says is escaped",
                "experts/services/inspection.py",
                "        yield str(_claim_label(self.application)), self.application.claim\n",
                "        yield str(_claim_label(self.application)), self.application.claim\n"
                "        if 'ignore' in self.application.claim.lower():\n"
                "            raise ValueError(self.application.claim)\n",
                (TEXTS,),
            ),
        ),
    ),
)
