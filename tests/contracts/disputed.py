"""What people say in disputes: keywords of the services, and steps up to what a test is about."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from accounts.models.user import DISPUTES
from contracts.models import Decision, Dispute, Milestone
from contracts.services import decisions, disputes, settlements
from contracts.services.decisions import Found
from contracts.services.statements import Told
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON

DAY = timedelta(days=1)
# Where the phases end: nobody answers what was opened at noon; nobody settles what was answered at
# noon; nobody appeals what was decided the moment it came to staff.
ANSWER_DUE, SETTLE_DUE, APPEAL_DUE = NOON + 3 * DAY, NOON + 4 * DAY, NOON + 9 * DAY


def usd(minor: int) -> Money:
    """An amount in dollars."""
    return Money(minor, "usd")


def told(text: str = "It misses the scanned tables.", **changes: Any) -> Told:
    """Words of a side."""
    return Told(text, **changes)


def report(content: bytes = b"case,verdict\n1,refused\n", name: str = "report.csv") -> Any:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def opened(milestone: Milestone, *, by: User, wants: int = 0, at=NOON) -> Dispute:
    """Open a dispute; unless told otherwise all of it is to go back."""
    return disputes.open_on(milestone, wants=usd(wants), told=told(), by=by, at=at)


def answered(dispute: Dispute, *, by: User, wants: int = 3_000_00, at=NOON) -> Dispute:
    """Answer it; unless told otherwise the expert is to get all of it."""
    words = told("They are not in the agreed set.")
    return disputes.answer(dispute, wants=usd(wants), told=words, by=by, at=at)


def named(dispute: Dispute, minor: int, *, by: User, at=NOON) -> Dispute:
    """Name the amount a side would accept."""
    return settlements.offer(dispute, usd(minor), by=by, at=at)


def unsettled(dispute: Dispute) -> Dispute:
    """Let the time to settle an answered dispute run out."""
    passed_on = disputes.send_to_staff(dispute, at=SETTLE_DUE)
    assert passed_on
    return passed_on


def findings(dispute: Dispute, verdict: str = "met") -> dict[int, Found]:
    """One verdict and a reason for every agreed check."""
    checks = dispute.milestone.contract.checks.all()
    return {check.position: Found(verdict, "As measured.") for check in checks}


def decided(dispute: Dispute, minor: int, *, by: User, at=SETTLE_DUE) -> Decision:
    """Take a dispute and decide it."""
    dispute = decisions.take(dispute, by=by, at=at)
    return decisions.decide(
        dispute,
        award=usd(minor),
        found=findings(dispute),
        reason="Two of three checks are met.",
        public_text="Part of the work was not in the agreed scope.",
        by=by,
        at=at,
    )


def staff(name: str) -> User:
    """Somebody who decides disputes and has nothing to do with anybody."""
    return let_decide(factories.user(name))


def let_decide(user: User) -> User:
    """Make somebody dispute staff."""
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get_or_create(name=DISPUTES)[0])
    return user
