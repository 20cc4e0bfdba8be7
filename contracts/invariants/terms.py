"""What both sides agreed on, version by version."""

from collections.abc import Iterator, Mapping

from contracts import written
from contracts.models import Milestone, Offer, Submission, TermsVersion
from contracts.models.terms import fingerprint


def terms_that_are_broken() -> Iterator[str]:
    """Every version of a contract's terms is the text it was, and follows the one before it."""
    previous: dict[int, TermsVersion] = {}
    for row in TermsVersion.objects.select_related("contract").order_by("contract", "number"):
        name, before = (
            f"{row.contract.public_id}, terms {row.number}",
            previous.get(row.contract_id),
        )
        if not row.is_intact:
            yield f"{name}: not the text its fingerprint was taken of"
        expected = (before.number + 1, before.sha256) if before else (1, "")
        if (row.number, row.document["previous"]) != expected:
            yield f"{name}: does not follow the version before it"
        previous[row.contract_id] = row
    yield from _not_as_agreed(previous)


def offers_that_changed() -> Iterator[str]:
    """Every version of an offer that was sent still says what it said when it was."""
    sent = Offer.objects.exclude(sha256="").select_related("answers", "made_by", "proposal")
    for row in sent.prefetch_related("milestones", "checks"):
        if fingerprint(written.of_offer(row)) != row.sha256:
            yield f"{row.public_id}: not what its fingerprint was taken of"


def works_that_changed() -> Iterator[str]:
    """Everything that was handed in still says what it said when it was."""
    sealed = Submission.objects.exclude(sha256="").select_related("milestone", "declaration")
    for row in sealed.prefetch_related("measures__agreed_check", "built_on"):
        if fingerprint(written.of_submission(row)) != row.sha256:
            yield f"{row.public_id}: not what its fingerprint was taken of"


def _not_as_agreed(latest: Mapping[int, TermsVersion]) -> Iterator[str]:
    """A milestone of work that was not cancelled is as the latest version says."""
    work = Milestone.objects.filter(kind=Milestone.Kind.WORK, contract__in=latest)
    for row in work.exclude(status=Milestone.Status.CANCELLED):
        agreed = {one["id"]: one for one in latest[row.contract_id].document["terms"]["milestones"]}
        if agreed.get(row.public_id, {}).get("amount_minor") != row.amount_minor:
            yield f"{row.public_id} is not what the latest terms say"
