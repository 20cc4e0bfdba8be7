"""What people of the demo reported and what our staff made of it; at both desks something waits."""

from accounts.flagging import SORTS
from accounts.models import Flag, Sanction, User
from accounts.models.user import REVIEWERS
from accounts.services import flags, sanctions
from experts.flagged import PROFILE
from experts.models import Expert
from jobs.flagged import JOB
from jobs.models import Job
from marketplace.demo.cast import CLIENT, EXPERT, Scene


def load(scene: Scene) -> None:
    """Report two jobs and a profile; give a notice, an appealed limit and a proposed suspension."""
    first, second, *_others = User.objects.filter(groups__name=REVIEWERS).order_by("pk")
    client, expert = (User.objects.get(email=email) for email in (CLIENT, EXPERT))
    others = Expert.objects.vetted().exclude(user=expert).order_by("-pk").select_related("user")
    # Their users post nothing and are no part of a contract's story.
    suspect, copyist = [row for row in others if not row.user.memberships.exists()][:2]
    jobs = Job.objects.open().filter(visibility=Job.Visibility.PUBLIC).order_by("published_at")
    asked, shouted = jobs.exclude(organisation__memberships__user=expert)[:2]

    _report(
        scene,
        expert,
        JOB,
        asked.public_id,
        days=4,
        reason="elsewhere",
        note="We are to call them in an app.",
    )
    answered = _report(
        scene, expert, JOB, shouted.public_id, days=6, reason="spam", note="It was here last week."
    )
    answer = "It is one job for each of two teams, with different checks. Both may stay."
    flags.dismiss(answered, answer=answer, by=second, at=scene.ago(5))
    copied = _report(
        scene, client, PROFILE, copyist.public_id, days=3, reason="untrue", note="Not theirs."
    )

    _impose(
        scene,
        expert,
        level="notice",
        rule="C2",
        ago=9,
        facts="On two days you sent the same cover note to six jobs. Clients notice.",
        evidence="Six proposals with one text.",
        by=(first, first),
    )
    limit = _impose(
        scene,
        suspect.user,
        level="limit",
        rule="M1",
        ago=12,
        facts="In two messages you asked clients to pay the first milestone by bank transfer.",
        evidence="Messages quoted in two reports.",
        days=30,
        by=(first, second),
    )
    sanctions.appeal(
        limit,
        text="I asked how large an invoice may be, not to be paid elsewhere.",
        by=suspect.user,
        at=scene.ago(5),
    )
    sanctions.propose(
        copyist.user,
        level="suspend",
        rule_code="H2",
        days=60,
        facts="The second section of your overview is word for word that of another expert.",
        evidence=f"{copied.public_id}, and both texts side by side.",
        flag=copied,
        by=first,
        at=scene.ago(1),
    )


def _report(
    scene: Scene, by: User, kind: str, about: str, *, days: float, reason: str, note: str
) -> Flag:
    """Let somebody report a thing they see, as they would from its page."""
    found = SORTS[kind].find(by, about)
    assert found  # noqa: S101 (both are public)
    return flags.report(found, reason=reason, note=note, by=by, at=scene.ago(days))


def _impose(
    scene: Scene,
    person: User,
    *,
    level: str,
    rule: str,
    ago: float,
    facts: str,
    evidence: str,
    by: tuple[User, User],
    days: int | None = None,
) -> Sanction:
    row = sanctions.propose(
        person,
        level=level,
        rule_code=rule,
        facts=facts,
        evidence=evidence,
        days=days,
        flag=None,
        by=by[0],
        at=scene.ago(ago),
    )
    return sanctions.impose(row, by=by[1], at=scene.ago(ago - 1))
