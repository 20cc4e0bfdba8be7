"""Opening and editing a freelancer's profile, and recording on it what clients said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import people
from experts import policies
from experts.models import AmountBand, Delivery, Domain, Expert, ExpertSkill, Skill, WorkRecord
from experts.services import badges, credentials, search_documents
from marketplace.kit.errors import DomainError
from marketplace.kit.models import ALPHABET
from marketplace.kit.money import Money

# Lower ends of the bands, in whole units of the currency, largest first.
BANDS = (
    (100_000_00, AmountBand.FROM_100),
    (50_000_00, AmountBand.FROM_50),
    (20_000_00, AmountBand.FROM_20),
    (5_000_00, AmountBand.FROM_5),
    (1_000_00, AmountBand.FROM_1),
    (100_00, AmountBand.UNDER_1),
)
SLUG_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Profile:
    """What a freelancer says of themselves; `time_zone` is an IANA name, `languages` ISO 639."""

    name: str
    headline: str
    overview: str
    place: str
    country: str
    time_zone: str
    languages: Sequence[str]
    rate: Money
    hours_per_week: int
    available_on: date | None
    is_open: bool
    skills: Sequence[Skill]
    domains: Sequence[Domain] = ()


def profile_of(expert: Expert) -> Profile:
    """Return what a freelancer says of themselves now."""
    return Profile(
        name=expert.name,
        headline=expert.headline,
        overview=expert.overview,
        place=expert.place,
        country=expert.country,
        time_zone=expert.time_zone,
        languages=expert.languages,
        rate=expert.rate,
        hours_per_week=expert.hours_per_week,
        available_on=expert.available_on,
        is_open=expert.is_open,
        skills=[row.skill for row in expert.claimed_skills.select_related("skill")],
        domains=list(expert.domains.all()),
    )


class AlreadyHasAProfile(DomainError):
    """One person, one profile."""

    code = "already_has_a_profile"
    sentence = _("You already have a profile. Edit it instead.")


class HasAProfileAlready(DomainError):
    """A profile goes to somebody who has none."""

    code = "has_a_profile_already"
    sentence = _("This person has a profile of their own already.")


@transaction.atomic
def open_for(user: User, *, profile: Profile, at: datetime) -> Expert:
    """Open a profile; it is public from the first badge on.

    :raises AlreadyHasAProfile: when this person has one.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Expert.objects.filter(user=user).exists():
        raise AlreadyHasAProfile
    expert = Expert(user=user, slug=_free_slug(profile.name), created_at=at)
    try:
        with transaction.atomic():
            _write(expert, profile)
    except IntegrityError as error:
        if "slug" not in str(error):
            raise
        # Somebody of the same name took the address a moment ago.
        expert.slug = _slug_with_tail(profile.name)
        _write(expert, profile)
    return expert


@transaction.atomic
def edit(expert: Expert, *, profile: Profile, by: User) -> Expert:
    """Change a profile; its address stays, because others have linked to it.

    :raises PermissionDenied: unless the profile is theirs.
    """
    if not policies.may_edit_profile(by, expert):
        raise PermissionDenied
    _write(expert, profile)
    search_documents.keep([expert.pk])
    return expert


@transaction.atomic
def transfer(expert: Expert, *, to: User, reason: str, by: User, at: datetime) -> Expert:
    """Give a profile to another person; what its badges proved, they proved of the first one.

    So every badge is suspended, with the reason in public, until a reviewer has looked again, and
    the credentials that name the first person are withdrawn for ever.

    :raises PermissionDenied: unless `by` is a superuser who does not own the profile.
    :raises ReasonMissing: without a reason.
    :raises HasAProfileAlready: when that person has one.
    """
    if not policies.may_transfer(by, expert):
        raise PermissionDenied
    User.objects.select_for_update(no_key=True).get(pk=to.pk)
    if Expert.objects.filter(user=to).exists():
        raise HasAProfileAlready
    badges.suspend_all(expert, reason=reason, by=by, at=at)
    credentials.withdraw_all(expert, at=at)
    expert.user = to
    expert.save(update_fields=["user"])
    search_documents.keep([expert.pk], on=at.date())
    return expert


@transaction.atomic
def record_work(
    expert: Expert,
    *,
    source: str,
    title: str,
    client_name: str,
    completed_on: date,
    rating: int,
    quote: str,
    amount: Money,
    scores: Mapping[str, int],
    outcome: str,
    is_linked: bool,
    follows_lost_dispute: bool = False,
) -> WorkRecord:
    """Show a finished contract on the profile once its feedback is public.

    `source` is the contract's public id: telling it again corrects the record, never doubles it.
    The amount is kept as a band only.

    :param scores: {ScoreKey: 1 to 5}.
    :param is_linked: whether the two sides are not known to be independent, so that it counts
        nothing.
    :param follows_lost_dispute: whether the client had lost a dispute about the work when they
        rated it, so that it counts half.
    """
    record, _is_new = WorkRecord.objects.update_or_create(
        source=source,
        defaults={
            "expert": expert,
            "title": title,
            "client_name": client_name,
            "completed_on": completed_on,
            "rating": rating,
            "quote": quote,
            "amount_band": _band(amount),
            "scores": dict(scores),
            "outcome": outcome,
            "is_linked": is_linked,
            "follows_lost_dispute": follows_lost_dispute,
        },
    )
    search_documents.keep([expert.pk])
    return record


def discount(expert: Expert, *, sources: Sequence[str], delivered: Sequence[str]) -> None:
    """Let work count nothing: expert and client have turned out to belong together.

    `sources` are public ids of contracts, `delivered` of milestones. These are no evidence any
    more, unless they were handed in as such already.
    """
    WorkRecord.objects.filter(source__in=sources).update(is_linked=True)
    Delivery.objects.filter(source__in=delivered, shown_in=None).delete()
    search_documents.keep([expert.pk])


def count_again(expert: Expert, *, sources: Sequence[str]) -> None:
    """Let contracts count that were discounted."""
    WorkRecord.objects.filter(source__in=sources).update(is_linked=False)
    search_documents.keep([expert.pk])


def record_reply(source: str, *, text: str, on: date) -> None:
    """Show the expert's one reply below what a client said of the contract `source`."""
    WorkRecord.objects.filter(source=source).update(reply=text, replied_on=on)


@transaction.atomic
def record_delivery(
    expert: Expert,
    *,
    source: str,
    title: str,
    client_name: str,
    released_on: date,
    amount: Money,
) -> Delivery:
    """Let an expert show a released milestone as evidence; the amount is kept as a band only.

    `source` is the milestone's public id: telling it again corrects the record.
    """
    record, _is_new = Delivery.objects.update_or_create(
        source=source,
        defaults={
            "expert": expert,
            "title": title,
            "client_name": client_name,
            "released_on": released_on,
            "amount_band": _band(amount),
        },
    )
    return record


def _write(expert: Expert, profile: Profile) -> None:
    people.describe(expert.user, name=profile.name, time_zone=profile.time_zone)
    expert.headline, expert.overview = profile.headline, profile.overview
    expert.place, expert.country = profile.place, profile.country
    expert.languages = list(profile.languages)
    expert.rate_minor, expert.currency = profile.rate.minor, profile.rate.currency
    expert.hours_per_week, expert.is_open = profile.hours_per_week, profile.is_open
    expert.available_on = profile.available_on
    expert.save()
    expert.domains.set(profile.domains)
    _claim_skills(expert, profile.skills)


def _free_slug(name: str) -> str:
    slug = _slug(name)
    return _slug_with_tail(name) if Expert.objects.filter(slug=slug).exists() else slug


def _slug(name: str) -> str:
    return slugify(name)[:SLUG_LENGTH].strip("-") or "expert"


def _slug_with_tail(name: str) -> str:
    return f"{_slug(name)}-{get_random_string(6, ALPHABET)}"


def _claim_skills(expert: Expert, skills: Sequence[Skill]) -> None:
    expert.claimed_skills.exclude(skill__in=skills).delete()
    ExpertSkill.objects.bulk_create(
        [ExpertSkill(expert=expert, skill=skill) for skill in skills], ignore_conflicts=True
    )


def _band(amount: Money) -> AmountBand:
    return next((band for least, band in BANDS if amount.minor >= least), AmountBand.SMALL)
