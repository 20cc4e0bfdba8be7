"""Makes up experts for measurements: so many, with the skew that real ones have.

Skills, words, languages and countries follow Zipf's law, rates are log-normal, time zones cluster.
Rows are copies of one template each, changed in what matters, so a new column needs nothing here.
Everything is the same at every run.
"""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from itertools import accumulate

from psycopg2 import extensions

from marketplace.kit import patience

SEED = 20261128
WORDS = 5_000
OVERVIEW = 150
"""Words in an overview."""
HEADLINE = 7
BATCH = 20_000
# The commonest first; each is as common as its place in the row says.
LANGUAGES = ("en", "es", "fr", "de", "pt", "zh", "hi", "ar", "ru", "ja", "it", "pl", "nl", "tr")
COUNTRIES = (*("US", "IN", "GB", "DE", "NG", "BR", "PL", "UA", "PK", "CA", "FR", "ES", "KE"), "JP")
ZONES = (
    *("America/New_York", "Asia/Kolkata", "Europe/London", "Europe/Berlin", "Africa/Lagos"),
    *("America/Sao_Paulo", "Asia/Karachi", "America/Los_Angeles", "Africa/Nairobi", "Asia/Tokyo"),
)
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so")

COPY = """
INSERT INTO {table} SELECT row.* FROM {table} AS template, made,
    LATERAL jsonb_populate_record(template, jsonb_build_object({changed})) AS row
WHERE template.id = {template}
"""
BUILT_ON = """
INSERT INTO experts_application_built_on (application_id, modelrelease_id)
SELECT {key}, model.id FROM held JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS turn, count(*) OVER () AS models
    FROM experts_modelrelease
) AS model ON model.turn = (number * 7 + held.place * 3) % models
"""
PUBLIC = "'public_id', '{prefix}_' || lpad(({number})::text, 12, '0')"


def words() -> list[str]:
    """Return the vocabulary, the commonest word first."""
    dice = random.Random(SEED)  # noqa: S311 (no secret)
    return [
        "".join(dice.choices(SYLLABLES, k=2 + place % 3)) + str(place) for place in range(WORDS)
    ]


def zipf(count: int) -> list[float]:
    """Return cumulated weights by Zipf's law."""
    return list(accumulate(1 / place for place in range(1, count + 1)))


def fill(count: int) -> None:
    """Write so many experts with two badges each or more, from their sources, and say how far."""
    from django.db import connection

    from experts.models import Skill
    from tests import factories

    expert = factories.expert(factories.user("Template"))
    skill = factories.skill("rag")
    badge = factories.badge(expert, skill, level=2)
    badge.application.evidence.all().delete()
    skills = list(Skill.objects.badgeable().values_list("pk", flat=True))
    began = time.perf_counter()
    with connection.cursor() as cursor:
        # What the triggers guard is not what is measured.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(MADE)
        for first in range(0, count, BATCH):
            size = min(BATCH, count - first)
            cursor.execute("TRUNCATE made, held")
            people, holds = StringIO(), StringIO()
            for number in range(first, first + size):
                person, badges = _person(number, skills)
                people.write(person)
                holds.writelines(badges)
            with pouring():
                for table, lines in (("made", people), ("held", holds)):
                    lines.seek(0)
                    cursor.copy_expert(f"COPY {table} FROM STDIN", lines)
            for statement in _copies(expert, badge):
                cursor.execute(statement)
            done = first + size
            print(f"\r{done} of {count} experts, {time.perf_counter() - began:.0f} s", end="")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    print()


@contextmanager
def pouring() -> Iterator[None]:
    """Let rows be poured in, for which psycopg2 must not ask how long it may wait."""
    extensions.set_wait_callback(None)
    try:
        yield
    finally:
        patience.bound_postgres()


MADE = """
CREATE TEMP TABLE made (
    number int, name text, headline text, overview text, zone text, country text,
    languages text[], rate int, hours int, away int, is_open boolean
);
CREATE TEMP TABLE held (number int, place int, skill int, level int);
"""
# Keys of what is made begin here; those of the templates lie below.
BASE = 1_000_000
# So many badges at most has one expert.
MOST_HELD = 8


def _copies(expert: object, badge: object) -> Iterator[str]:
    key = f"{BASE} + number"
    of_badge = f"{BASE} + number * {MOST_HELD} + held.place"
    yield COPY.format(
        table="accounts_user",
        template=expert.user_id,  # type: ignore[attr-defined]
        changed=f"'id', {key}, {PUBLIC.format(prefix='usr', number='number')},"
        " 'email', number || '@attest.example', 'name', made.name,"
        " 'time_zone', zone",
    )
    yield COPY.format(
        table="experts_expert",
        template=expert.pk,  # type: ignore[attr-defined]
        changed=f"'id', {key}, 'user_id', {key}, 'slug', 'e' || number,"
        f" {PUBLIC.format(prefix='exp', number='number')},"
        " 'headline', made.headline, 'overview', made.overview, 'country', made.country,"
        " 'rate_minor', rate,"
        " 'hours_per_week', hours, 'is_open', made.is_open, 'languages', made.languages,"
        " 'available_on', CASE WHEN away > 0 THEN current_date + away END",
    )
    for table, prefix, template, columns in (
        ("experts_application", "app", badge.application_id, ""),  # type: ignore[attr-defined]
        ("experts_badge", "bdg", badge.pk, f", 'application_id', {of_badge}"),  # type: ignore[attr-defined]
    ):
        yield COPY.format(
            table=table,
            template=template,
            changed=f"'id', {of_badge}, 'expert_id', {key}, 'skill_id', skill, 'level', held.level,"
            f" {PUBLIC.format(prefix=prefix, number=f'number * {MOST_HELD} + place')}{columns}",
        ).replace("made,", "held,")
    yield BUILT_ON.format(key=of_badge)


def _person(number: int, skills: Sequence[int]) -> tuple[str, list[str]]:
    dice = random.Random(SEED + number)  # noqa: S311 (no secret)
    said = dice.choices(VOCABULARY, cum_weights=COMMON, k=HEADLINE + OVERVIEW)
    name = f"{dice.choice(VOCABULARY).title()} {dice.choice(VOCABULARY).title()}"
    held = dict.fromkeys(dice.choices(skills, cum_weights=zipf(len(skills)), k=dice.randint(1, 5)))
    spoken = dict.fromkeys(dice.choices(LANGUAGES, cum_weights=zipf(len(LANGUAGES)), k=2))
    rate = min(max(int(dice.lognormvariate(4.5, 0.5)), 15), 600) * 100
    fields = (
        *(number, name, " ".join(said[:HEADLINE]), " ".join(said[HEADLINE:])),
        dice.choices(ZONES, cum_weights=zipf(len(ZONES)))[0],
        dice.choices(COUNTRIES, cum_weights=zipf(len(COUNTRIES)))[0],
        "{" + ",".join(spoken) + "}",
        *(rate, dice.randint(5, 45), dice.choice((0, 0, 0, 5, 30)), dice.random() < 0.9),  # noqa: PLR2004
    )
    levels = dice.choices((1, 2, 3), weights=(5, 3, 2), k=len(held))
    badges = [
        f"{number}\t{place}\t{skill}\t{level}\n"
        for place, (skill, level) in enumerate(zip(held, levels, strict=True))
    ]
    return "\t".join(map(str, fields)) + "\n", badges


VOCABULARY, COMMON = words(), zipf(WORDS)
