-- Everyone a job fits, weighed as `scoring.py` weighs them, kept in one statement.
-- `heard` reads nothing but the two indexes of the alert entries: of those that ask nothing, and of
-- the choosy. Of a job with must-haves it reads the entries of the rarest alone: whoever has all of
-- them has that one. A signature that lacks a bit spares the look at the array.
WITH heard AS MATERIALIZED (
  SELECT expert_id, zone, least_score, cadence, is_wanted
  FROM (
    SELECT expert_id, skill_id, level, rate_minor, zone, signature, proven,
      0 AS least_score, 'now' AS cadence, true AS is_wanted
    FROM jobs_alertentry
    WHERE cadence IS NULL AND least_budget_minor IS NULL AND least_score IS NULL
      AND wanted IS NULL AND words IS NULL
    UNION ALL
    SELECT expert_id, skill_id, level, rate_minor, zone, signature, proven,
      coalesce(least_score, 0), coalesce(cadence, 'now'),
      jobs_alert_passes(wanted, words, least_budget_minor, %(skills)s::bigint[],
        to_tsvector('english', %(text)s), %(budget)s)
    FROM jobs_alertentry
    WHERE NOT (cadence IS NULL AND least_budget_minor IS NULL AND least_score IS NULL
      AND wanted IS NULL AND words IS NULL)
  ) AS entry
  WHERE skill_id = ANY (%(leads)s::bigint[]) AND level = ANY (%(levels)s::smallint[])
    AND rate_minor <= %(limit)s
    AND (%(is_anywhere)s OR zone = ANY (%(open_zones)s::int[]))
    AND (%(is_alone)s OR CASE
      WHEN signature & jobs_alert_signature(%(others)s::int[])
        = jobs_alert_signature(%(others)s::int[]) THEN proven @> %(others)s::int[]
      ELSE false END)
),
own_people AS (
  SELECT expert.id FROM experts_expert AS expert
  JOIN accounts_membership AS member ON member.user_id = expert.user_id
  WHERE member.organisation_id = %(organisation)s
),
fitting AS MATERIALIZED (
  SELECT DISTINCT expert_id, zone FROM heard WHERE expert_id NOT IN (SELECT id FROM own_people)
),
asked AS (
  SELECT * FROM unnest(%(asked)s::bigint[], %(slugs)s::text[]) AS asked (skill_id, slug)
),
held AS (
  SELECT badge.expert_id,
    jsonb_object_agg(slug, jsonb_build_array(badge.level, badge.issued_on)) AS badges,
    max(badge.issued_on) FILTER (WHERE badge.skill_id = ANY (%(musts)s::bigint[])) AS newest,
    count(*) FILTER (WHERE badge.skill_id = ANY (%(kind)s::bigint[])) AS of_kind
  FROM fitting JOIN experts_badge AS badge USING (expert_id) JOIN asked USING (skill_id)
  WHERE badge.status IN ('active', 'aging') GROUP BY badge.expert_id
),
works AS (
  SELECT work.expert_id, count(*) AS finished, count(*) FILTER (WHERE outcome <> '') AS dated,
    count(*) FILTER (WHERE outcome = 'on_time') AS on_time
  FROM fitting JOIN experts_workrecord AS work USING (expert_id) GROUP BY work.expert_id
),
facts AS (
  SELECT expert_id, fitting.zone, badges, of_kind, expert.rate_minor, hours_per_week,
    available_on, together, coalesce(finished, 0) AS finished, coalesce(dated, 0) AS dated,
    coalesce(on_time, 0) AS on_time, %(on)s::date - newest AS age,
    greatest(available_on - %(on)s::date, 0) AS wait, next_day, next_week, languages
  FROM fitting
  JOIN experts_expert AS expert ON expert.id = expert_id
  JOIN held USING (expert_id)
  JOIN unnest(%(zones)s::int[], %(together)s::int[], %(days)s::timestamptz[],
    %(weeks)s::timestamptz[]) AS clock (zone, together, next_day, next_week)
    ON clock.zone = fitting.zone
  LEFT JOIN works USING (expert_id)
  -- Who names no language is not shut out for it.
  WHERE languages && %(languages)s::varchar[] OR languages = '{}'
),
wishes AS (
  SELECT * FROM unnest(%(wish_slugs)s::text[], %(wish_names)s::text[], %(wish_levels)s::int[],
    %(wish_musts)s::boolean[], %(wish_mosts)s::int[]) WITH ORDINALITY
    AS wish (slug, name, level, is_must, most, place)
),
-- Kept apart, or the reasons would be made once more to sum their points.
weighed AS MATERIALIZED (
  SELECT facts.*,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('code', 'must',
        'points', most * (6 + (badges -> slug ->> 0)::int - level) / 8, 'most', most,
        'values', jsonb_build_object('skill', name, 'level', badges -> slug -> 0)) ORDER BY place)
      FROM wishes WHERE is_must), '[]')
    || CASE WHEN %(max_rate)s::bigint IS NULL THEN jsonb_build_object('code', 'any_rate',
        'points', %(RATE)s::int, 'most', %(RATE)s::int, 'values', '{}'::jsonb)
      ELSE jsonb_build_object('code', 'rate', 'points', %(RATE)s::int
        - %(RATE)s::int * greatest(0, 4 * rate_minor::bigint - 3 * %(max_rate)s::bigint)
          / greatest(1, 3 * %(max_rate)s::bigint),
        'most', %(RATE)s::int, 'values', '{}'::jsonb) END
    || jsonb_build_object('code', 'shared', 'points', %(SHARED)s::int * together / 8,
      'most', %(SHARED)s::int, 'values', jsonb_build_object('hours', together))
    || CASE WHEN coalesce(wait, 0) = 0 THEN jsonb_build_object('code', 'available',
        'points', %(AVAILABLE)s::int * least(hours_per_week, 20) / 20,
        'most', %(AVAILABLE)s::int, 'values', '{}'::jsonb)
      ELSE jsonb_build_object('code', 'available_soon', 'points', CASE WHEN wait <= 30
          THEN %(AVAILABLE)s::int * least(hours_per_week, 20) / 20 / 2 ELSE 0 END,
        'most', %(AVAILABLE)s::int, 'values', jsonb_build_object('days', wait)) END
    || coalesce((
      SELECT jsonb_agg(jsonb_build_object('code', 'nice',
        'points', CASE WHEN (badges -> slug ->> 0)::int >= level THEN most ELSE 0 END,
        'most', most, 'values', jsonb_build_object('skill', name, 'level', level)) ORDER BY place)
      FROM wishes WHERE NOT is_must), '[]')
    || CASE WHEN %(kinds)s::int = 0 THEN '[]' ELSE jsonb_build_array(jsonb_build_object(
        'code', 'kind', 'points', %(KIND)s::int * of_kind / greatest(1, %(kinds)s::int),
        'most', %(KIND)s::int,
        'values', jsonb_build_object('has', of_kind, 'total', %(kinds)s::int))) END
    || CASE WHEN age <= 730 THEN jsonb_build_array(jsonb_build_object('code', 'recent',
        'points', CASE WHEN age <= 182 THEN %(RECENT)s::int WHEN age <= 365 THEN 7 ELSE 4 END,
        'most', %(RECENT)s::int, 'values', jsonb_build_object('months',
          CASE WHEN age <= 182 THEN 6 WHEN age <= 365 THEN 12 ELSE 24 END)))
      ELSE '[]' END
    || CASE WHEN dated = 0 THEN jsonb_build_object('code', 'new_here',
        'points', %(KEPT)s::int / 2, 'most', %(KEPT)s::int, 'values', '{}'::jsonb)
      ELSE jsonb_build_object('code', 'kept', 'points', %(KEPT)s::int * on_time / dated,
        'most', %(KEPT)s::int, 'values', jsonb_build_object('kept', on_time, 'total', dated)) END
    AS reasons
  FROM facts
),
ranked AS (
  SELECT *, row_number() OVER (ORDER BY score DESC, expert_id) AS place
  FROM weighed CROSS JOIN LATERAL (
    SELECT sum((reason ->> 'points')::int)::smallint AS score
    FROM jsonb_array_elements(reasons) AS reason
  ) AS summed
),
-- Of several alerts that ask for it the soonest tells.
asking AS (
  SELECT DISTINCT ON (expert_id) expert_id, heard.cadence
  FROM heard JOIN ranked USING (expert_id)
  WHERE is_wanted AND heard.cadence <> 'off' AND score >= least_score
  ORDER BY expert_id, array_position(ARRAY['now', 'daily', 'weekly'], heard.cadence)
),
found AS MATERIALIZED (
  SELECT ranked.expert_id, score, reasons, finished = 0 AS is_new,
    jsonb_build_object('badges', badges, 'rate_minor', rate_minor, 'shared_hours', together,
      'hours_per_week', hours_per_week, 'available_on', available_on, 'dated', dated,
      'on_time', on_time, 'languages', languages) AS inputs,
    CASE
      WHEN cadence IS NULL THEN NULL
      WHEN cadence = 'weekly' THEN next_week
      WHEN cadence = 'now' AND place <= %(most_told)s AND %(most_a_day)s > (
        SELECT count(*) FROM jobs_match AS other
        WHERE other.expert_id = ranked.expert_id AND other.due_at > %(at)s - interval '1 day'
          AND other.due_at = other.created_at
      ) THEN %(at)s
      ELSE next_day
    END AS due_at
  FROM ranked LEFT JOIN asking USING (expert_id)
),
changed AS (
  INSERT INTO jobs_matchsnapshot
    (job_id, expert_id, ranking_id, score, reasons, inputs, algorithm, created_at)
  SELECT job_id, expert_id, ranking_id, old.score, old.reasons, old.inputs, algorithm, created_at
  FROM jobs_match AS old LEFT JOIN found USING (expert_id)
  WHERE job_id = %(job)s AND old.fits AND (found.expert_id IS NULL
    OR (old.score, old.reasons) IS DISTINCT FROM (found.score::int2, found.reasons))
  ON CONFLICT DO NOTHING
),
over AS (
  UPDATE jobs_match AS old SET fits = false
  WHERE job_id = %(job)s AND fits AND NOT EXISTS (
    SELECT FROM found WHERE found.expert_id = old.expert_id)
),
kept AS (
  INSERT INTO jobs_match AS old (job_id, expert_id, ranking_id, score, reasons, inputs, algorithm,
    created_at, is_new, fits, due_at)
  SELECT %(job)s, expert_id, %(ranking)s, score, reasons, inputs, %(algorithm)s, %(at)s, is_new,
    true, due_at
  FROM found ORDER BY expert_id
  ON CONFLICT (job_id, expert_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons,
    inputs = excluded.inputs, ranking_id = excluded.ranking_id, algorithm = excluded.algorithm,
    is_new = excluded.is_new, fits = true
  WHERE (old.score, old.reasons, old.fits)
    IS DISTINCT FROM (excluded.score, excluded.reasons, true)
  RETURNING 1
)
SELECT count(*) FROM found
