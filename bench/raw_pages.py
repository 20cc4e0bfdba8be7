"""The opponent of `bench.pages`: the same pages from raw psycopg and string joins, as bare WSGI.

What never changes of a page (its head, menu, filters, footer) is cut out of our own page once; the
figures beside the filters, the rows and whatever the database knows are read by as few statements
as it takes, and joined. There are no forms, languages, sessions or checks of what is asked.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import psycopg2

from experts import facets
from experts.facets import Kind

PER_PAGE, JOBS_PER_PAGE = 12, 20
# The figure beside a choice, in the two ways our pages write it.
CHOICE = re.compile(
    r'(name="(\w+)" value="([\w-]+)"[^>]*>(?:<span>.*?</span><span class="n">|[^<]*\())([0-9]+)'
)
Row = Sequence[Any]

LIST = """
SELECT expert_id FROM experts_searchdocument WHERE {where} ORDER BY quality DESC, expert_id LIMIT 13
"""
BY_WORDS = """
SELECT expert_id FROM (SELECT * FROM experts_searchdocument WHERE {where}
    ORDER BY quality DESC, expert_id LIMIT 500) AS best
ORDER BY ts_rank('{{0.1, 0.6, 0.4, 1.0}}', lexemes, %(words)s::tsquery) DESC, quality DESC LIMIT 13
"""
COUNTS = """
WITH hits AS MATERIALIZED (SELECT facets FROM experts_searchdocument WHERE {where})
SELECT code, count(*) FROM (SELECT unnest(facets) AS code FROM hits) AS each GROUP BY code
UNION ALL SELECT 0, count(*) FROM hits
"""
CARDS = """
SELECT expert.id, expert.public_id, slug, person.name, headline, place, country, rate_minor,
    is_open, available_on, hours_per_week,
    ARRAY(SELECT badge.public_id || '|' || level || '|' || skill.name FROM experts_badge AS badge
        JOIN experts_skill AS skill ON skill.id = skill_id
        WHERE badge.expert_id = expert.id AND badge.status IN ('active', 'aging')
        ORDER BY level DESC),
    (SELECT evidence.claim FROM experts_evidence AS evidence
        JOIN experts_application AS held ON held.id = application_id
        WHERE held.expert_id = expert.id AND evidence.shown = 'everything' LIMIT 1),
    ARRAY(SELECT rating FROM experts_workrecord AS record WHERE record.expert_id = expert.id)
FROM experts_expert AS expert JOIN accounts_user AS person ON person.id = user_id
WHERE expert.id = ANY (%s)
"""
EXPERT = """
SELECT expert.id, person.name, headline, place, country, languages, rate_minor, overview,
    expert.created_at, hours_per_week,
    ARRAY(SELECT name FROM experts_domain AS domain JOIN experts_expert_domains AS worked
        ON worked.domain_id = domain.id WHERE worked.expert_id = expert.id),
    ARRAY(SELECT name FROM experts_skill AS skill JOIN experts_expertskill AS claim
        ON claim.skill_id = skill.id WHERE claim.expert_id = expert.id)
FROM experts_expert AS expert JOIN accounts_user AS person ON person.id = user_id WHERE slug = %s
"""
BADGES = """
SELECT badge.public_id, badge.level, skill.name, skill.slug, issued_on, valid_until, person.name,
    ARRAY(SELECT title || '|' || piece.claim || '|' || piece.url FROM experts_evidence AS piece
        WHERE piece.application_id = badge.application_id),
    ARRAY(SELECT api_id FROM experts_modelrelease AS model JOIN experts_application_built_on AS used
        ON used.modelrelease_id = model.id WHERE used.application_id = badge.application_id),
    ARRAY(SELECT seat FROM experts_review AS given
        WHERE given.application_id = badge.application_id AND given.status = 'given')
FROM experts_badge AS badge JOIN experts_skill AS skill ON skill.id = skill_id
JOIN accounts_user AS person ON person.id = granted_by_id
WHERE badge.expert_id = %s ORDER BY badge.level DESC
"""
RECORDS = "SELECT title, rating, quote FROM experts_workrecord WHERE expert_id = %s"
BOARD = """
SELECT job.public_id, title, client.name, kind.name, job.languages, published_at, scope,
    job.budget_min_minor, job.budget_max_minor, weeks,
    ARRAY(SELECT skill.slug || '|' || skill.name || '|' || wish.level FROM jobs_jobskill AS wish
        JOIN experts_skill AS skill ON skill.id = skill_id WHERE wish.job_id = job.id AND is_must),
    (SELECT count(*) FROM jobs_proposal AS answer WHERE answer.job_id = job.id)
FROM jobs_job AS job JOIN accounts_organisation AS client ON client.id = organisation_id
JOIN jobs_usecase AS kind ON kind.id = use_case_id
WHERE {where} ORDER BY published_at DESC, job.id DESC LIMIT 21
"""
BOARD_COUNTS = """
WITH fits AS MATERIALIZED (
    SELECT job.id, use_case_id, sensitivity FROM jobs_job AS job WHERE {where}
)
SELECT 'total', '', count(*) FROM fits
UNION ALL SELECT 'sensitivity', sensitivity, count(*) FROM fits GROUP BY 2
UNION ALL SELECT 'use_case', slug, count(*) FROM fits
    JOIN jobs_usecase AS kind ON kind.id = use_case_id GROUP BY 2
UNION ALL SELECT 'skills', slug, count(*) FROM fits JOIN jobs_jobskill AS wish
    ON wish.job_id = fits.id JOIN experts_skill AS skill ON skill.id = skill_id GROUP BY 2
"""
ASKED = "EXISTS (SELECT FROM jobs_jobskill WHERE job_id = job.id AND skill_id = %(skill)s)"
JOB = """
SELECT job.id, title, client.name, kind.name, job.languages, scope, today, job.budget_min_minor,
    job.budget_max_minor, weeks, job.organisation_id, client.created_at, published_at,
    ARRAY(SELECT skill.slug || '|' || skill.name || '|' || wish.level FROM jobs_jobskill AS wish
        JOIN experts_skill AS skill ON skill.id = skill_id WHERE wish.job_id = job.id),
    ARRAY(SELECT metric || '|' || how FROM jobs_jobcheck AS test WHERE test.job_id = job.id),
    ARRAY(SELECT plan.title || '|' || share_percent FROM jobs_plannedmilestone AS plan
        WHERE plan.job_id = job.id)
FROM jobs_job AS job JOIN accounts_organisation AS client ON client.id = organisation_id
JOIN jobs_usecase AS kind ON kind.id = use_case_id WHERE job.public_id = %s
"""
TRUST = """
SELECT (SELECT count(*) FROM jobs_job WHERE organisation_id = %(client)s),
    (SELECT count(*) FROM jobs_proposal AS answer JOIN jobs_job AS job ON job.id = job_id
        WHERE organisation_id = %(client)s AND viewed_at IS NOT NULL),
    (SELECT avg(rating) FROM accounts_clientrating WHERE organisation_id = %(client)s)
"""


class Frame:
    """Our page of one address, with what changes cut out."""

    def __init__(self, page: str, begin: str, end: str) -> None:
        before, rest = page.split(begin, 1)
        self.after = end + rest.split(end, 1)[1]
        pieces = CHOICE.split(before + begin)
        # Text, (parameter, value), text, ... and the last text.
        self.texts = [
            text + more for text, more in zip(pieces[::5], [*pieces[1::5], ""], strict=True)
        ]
        self.choices = list(zip(pieces[2::5], pieces[3::5], strict=True))

    def page(self, counts: Mapping[tuple[str, str], int], inside: Iterable[str]) -> str:
        """Return the page with these figures and these rows."""
        found = [self.texts[0]]
        for choice, text in zip(self.choices, self.texts[1:], strict=True):
            found += (str(counts.get(choice, 0)), text)
        return "".join((*found, *inside, self.after))


class Site:
    """The four pages."""

    def __init__(self) -> None:
        self.connection = psycopg2.connect(os.environ["DATABASE_URL"])
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        folder = Path(os.environ["RAW_FRAMES"])
        pages = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
        self.search_frame = Frame(pages["search"], 'aria-label="Experts">', "</ol>")
        self.board_frame = Frame(pages["board"], 'id="results"', "</section>")
        self.profile_frame = Frame(pages["profile"], '<main id="main" tabindex="-1">', "</main>")
        self.job_frame = Frame(pages["job"], '<main id="main" tabindex="-1">', "</main>")
        self.skills = dict(self.ask("SELECT slug, id FROM experts_skill"))
        self.codes = {
            facets.facet(kind, key): (name, slug)
            for name, kind, table in (
                ("family", Kind.FAMILY, "experts_modelfamily"),
                ("domain", Kind.DOMAIN, "experts_domain"),
            )
            for slug, key in self.ask(f"SELECT slug, id FROM {table}")  # noqa: S608
        }
        self.codes |= {facets.skill(key, 1): ("skill", slug) for slug, key in self.skills.items()}
        self.codes |= {
            facets.named(Kind.LANGUAGE, code): ("language", code)
            for name, code in self.search_frame.choices
            if name == "language"
        }

    def ask(self, sql: str, given: Any = None) -> list[Row]:
        """Ask the database."""
        self.cursor.execute(sql, given)
        return self.cursor.fetchall()

    def search(self, query: Mapping[str, list[str]]) -> str:
        """Return the list of experts."""
        needs = [f"'={facets.skill(self.skills[slug], 1)}'" for slug in query.get("skill", ())]
        needs += query.get("q", [])
        given: dict[str, Any] = {
            "query": " & ".join(needs),
            "words": " & ".join(query.get("q", [])),
        }
        conditions = ["lexemes @@ %(query)s::tsquery"] if needs else []
        if limit := query.get("rate_max"):
            conditions.append("rate_minor <= %(limit)s")
            given["limit"] = int(limit[0]) * 100
        where = " AND ".join(conditions) or "true"
        keys = [
            row[0]
            for row in self.ask((BY_WORDS if "q" in query else LIST).format(where=where), given)
        ]
        counts = {
            self.codes.get(code, ("", "")): count
            for code, count in self.ask(COUNTS.format(where=where), given)
        }
        if "skill" in query:  # that group is counted without its own filter
            given["query"] = " & ".join(query.get("q", []))
            rest = [each for each in conditions if "query" not in each or "q" in query]
            without = self.ask(COUNTS.format(where=" AND ".join(rest) or "true"), given)
            named = ((self.codes.get(code), count) for code, count in without)
            counts |= {name: count for name, count in named if name and name[0] == "skill"}
        rows = {row[0]: row for row in self.ask(CARDS, [keys[:PER_PAGE]])}
        return self.search_frame.page(counts, (expert_card(rows[key]) for key in keys[:PER_PAGE]))

    def board(self, query: Mapping[str, list[str]]) -> str:
        """Return the job board."""
        conditions, given = ["job.status = 'open'", "visibility = 'public'"], {}
        if "skills" in query:
            conditions.append(ASKED)
            given["skill"] = self.skills[query["skills"][0]]
        if "q" in query:
            conditions.append(
                "to_tsvector('english', coalesce(title, '') || ' ' || coalesce(scope, ''))"
                " @@ plainto_tsquery('english', %(words)s)"
            )
            given["words"] = query["q"][0]
        where = " AND ".join(conditions)
        rows = self.ask(BOARD.format(where=where), given)[:JOBS_PER_PAGE]
        found = self.ask(BOARD_COUNTS.format(where=where), given)
        counts = {(name, value): count for name, value, count in found}
        total = counts["total", ""]
        head = f' class="stack g-5"><p role="status">{total} open jobs</p><ul>'
        return self.board_frame.page(counts, (head, *map(job_card, rows), "</ul>"))

    def profile(self, slug: str) -> str:
        """Return a profile."""
        expert = self.ask(EXPERT, [slug])[0]
        badges, records = self.ask(BADGES, [expert[0]]), self.ask(RECORDS, [expert[0]])
        return self.profile_frame.page({}, profile_parts(expert, badges, records))

    def job(self, public_id: str) -> str:
        """Return a job."""
        job = self.ask(JOB, [public_id])[0]
        trust = self.ask(TRUST, {"client": job[10]})[0]
        return self.job_frame.page({}, job_parts(job, trust))


def chip(text: str, level: str, url: str) -> str:
    """Return a badge as cards show it."""
    bars = "".join("<i></i>" if step <= int(level) else '<i class="o"></i>' for step in (1, 2, 3))
    return (
        f'<a class="chip" href="{url}"><span class="lv" role="img" aria-label="level {level} of 3">'
        f"{bars}</span><span>{escape(text)}</span></a>"
    )


def initials(name: str) -> str:
    """Return what stands for a photo."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def expert_card(row: Row) -> str:
    """Return an expert as the list shows them."""
    _key, public_id, slug, name, headline, place, country, rate, is_open, free, hours = row[:11]
    badges, claim, ratings = row[11:]
    name, headline = escape(name), escape(headline)
    chips = "".join(
        chip(skill, level, f"/badges/{badge}/")
        for badge, level, skill in (each.split("|") for each in badges[:5])
    )
    proof = f'<p class="why">{icon("check")}<span>{escape(claim)}</span></p>' if claim else ""
    said = f"{sum(ratings) / len(ratings):.2f}" if ratings else f"New here, {len(badges)} badges"
    when = (
        ("Available now" if free is None else f"From {free:%d %b %Y}")
        if is_open
        else "Not taking new work"
    )
    return (
        f'<li class="result"><article aria-labelledby="{public_id}">'
        f'<span class="av h1" aria-hidden="true">{initials(name)}</span>'
        f'<div><h2 id="{public_id}"><a href="/experts/{slug}/">{name}</a></h2>'
        f"<p>{headline}</p></div>"
        f'<div class="more stack g-2"><p class="meta dot"><span>{escape(place)}, {country}</span>'
        f'<span>{said}</span></p><div class="chips">{chips}</div>{proof}</div>'
        f'<div class="money"><p class="rate">${rate // 100}<small>/h</small></p>'
        f'<p class="meta">{when}</p><p class="meta">{hours} hours a week</p>'
        f'<div class="row g-2"><a class="btn small" href="/experts/{slug}/invite/">Invite'
        f'<span class="vh"> {name}</span></a></div><label class="check"><input type="checkbox"'
        f' form="compare" name="e" value="{public_id}"><span>Compare<span class="vh"> {name}'
        "</span></span></label></div></article></li>"
    )


def job_card(row: Row) -> str:
    """Return a job as the board shows it."""
    public_id, title, client, kind, languages, at, scope, least, most, weeks, wishes, answers = row
    chips = "".join(
        chip(name, level, f"/skills/{slug}/")
        for slug, name, level in (wish.split("|") for wish in wishes)
    )
    return (
        '<li class="result"><article class="no-av"><div class="stack g-2">'
        f'<h3><a href="/jobs/{public_id}/">{escape(title)}</a></h3><p class="meta dot">'
        f"<span>{escape(client)}</span><span>{escape(kind)}</span><span>{', '.join(languages)}"
        f'</span><span>{at:%d %b %Y}</span></p></div><div class="more stack g-3">'
        f'<p class="measure">{escape(scope[:200])}</p><div class="chips">{chips}</div></div>'
        f'<div class="money"><span class="rate">{budget(least, most)}</span>'
        f'<span class="meta">{weeks} weeks</span><span class="meta">{answers} proposals</span>'
        "</div></article></li>"
    )


def profile_parts(expert: Row, badges: Sequence[Row], records: Sequence[Row]) -> list[str]:
    """Return what a profile says between head and footer."""
    _key, name, headline, place, country, languages, rate, overview, since, hours = expert[:10]
    name = escape(name)
    found = [
        (
            f'<div class="wrap page"><div class="rail-end"><div class="stack g-7"><h1>{name}</h1>'
            f'<p class="lead">{escape(headline)}</p>'
            f'<p class="meta dot"><span>{escape(place)}, {country}'
            f"</span><span>{', '.join(languages)}</span><span>Member since {since.year}</span></p>"
            f'<dl class="facts"><div><dt>Time</dt><dd>{hours}</dd></div></dl>'
            f"<h2>{len(badges)} badges</h2>"
        )
    ]
    for public_id, level, skill, slug, issued, until, by, evidence, models, seats in badges:
        found.append(
            f'<details class="disc"><summary><svg class="seal l{level}" viewBox="0 0 56 52">'
            f'<use class="disk" href="/static/icons.svg#seal"/><text x="28" y="31">L{level}</text>'
            f"</svg><h3>{escape(skill)}</h3></summary><ul>"
        )
        for piece in evidence:
            title, claim, url = piece.split("|", 2)
            found.append(
                f'<li class="ev">{icon("repo")}<span><a href="{escape(url)}" rel="nofollow ugc'
                f' noopener">{escape(title)}</a></span><span class="pill ok">Reviewed</span>'
                f'<span class="meta">{escape(claim)}</span></li>'
            )
        found.append(
            f'</ul><p>{" ".join(seats)}</p><dl class="kv"><dt>Certificate</dt><dd><a class="mono"'
            f' href="/badges/{public_id}/">{public_id}</a></dd><dt>Issued</dt><dd>{issued}</dd>'
            f"<dt>Valid until</dt><dd>{until}</dd><dt>Evidenced on</dt><dd>{', '.join(models)}</dd>"
            f"<dt>Reviewer</dt><dd>{initials(by)}</dd><dt>Judged by</dt><dd>"
            f'<a href="/skills/{slug}/">the published rubric</a></dd></dl></details>'
        )
    found += [
        f"<article><h3>{escape(title)}</h3><b>{rating}</b><p>{escape(quote)}</p></article>"
        for title, rating, quote in records
    ]
    found.append(
        f'<h2>In {name}&rsquo;s words</h2><p class="plain measure">{escape(overview)}</p><p>'
        f'{" ".join(map(escape, (*expert[10], *expert[11])))}</p></div><aside><p class="rate big">'
        f"${rate // 100}<small>/h</small></p></aside></div></div>"
    )
    return found


def job_parts(job: Row, trust: Row) -> list[str]:
    """Return what a job's page says between head and footer."""
    title, client, kind, languages, scope, today, least, most, weeks = job[1:10]
    wishes, checks, plan = job[13:]
    posted, read, rating = trust
    return [
        (
            f'<div class="wrap page"><nav>{escape(kind)}</nav><h1>{escape(title)}</h1>'
            f'<p class="meta dot"><b>{escape(client)}</b> {posted} jobs posted, {read} read,'
            f' {rating}, member since {job[11]:%d %b %Y}</p><div class="rail-end">'
            f'<h2>The work</h2><p class="plain measure">{escape(scope)}</p>'
            f"<p>{escape(today)}</p><table>"
        ),
        *(f"<tr><td>{escape(check)}</td></tr>" for check in checks),
        '</table><div class="chips">',
        *(chip(wish.split("|")[1], wish[-1], f"/skills/{wish.split('|')[0]}/") for wish in wishes),
        "</div><table>",
        *(f"<tr><td>{escape(part)}</td></tr>" for part in plan),
        (
            f'</table><p class="rate big">{budget(least, most)}</p><dl class="kv"><dt>Time</dt><dd>'
            f"{weeks} weeks</dd><dt>Language</dt><dd>{', '.join(languages)}</dd><dt>Posted</dt><dd>"
            f"{job[12]:%d %b %Y}</dd></dl></div></div>"
        ),
    ]


def budget(least: int | None, most: int | None) -> str:
    """Return a budget as a range."""
    return f"${least // 100:,} to ${most // 100:,}" if least and most else "No budget yet"


def icon(name: str) -> str:
    """Return a symbol."""
    return f'<svg class="i" aria-hidden="true"><use href="/static/icons.svg#{name}"/></svg>'


def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Answer a request."""
    site = _sites.setdefault("one", None) or _open()
    query = parse_qs(environ["QUERY_STRING"])
    kind, _, name = environ["PATH_INFO"].strip("/").partition("/")
    if kind == "experts":
        page = site.profile(name) if name else site.search(query)
    else:
        page = site.job(name) if name else site.board(query)
    content = page.encode()
    headers = [("Content-Type", "text/html"), ("Content-Length", str(len(content)))]
    start("200 OK", headers)
    return [content]


_sites: dict[str, Any] = {}


def _open() -> Site:
    _sites["one"] = Site()
    return _sites["one"]  # type: ignore[no-any-return]
