-- The search documents of some experts, made from their sources; who has no valid badge has none.
-- The numbers of facets are those of experts/facets.py, the score is that of experts/reputation.py.
SELECT
    expert.id AS expert_id,
    1000 * badge.levels + score.hundredths AS quality,
    expert.rate_minor,
    expert.hours_per_week,
    CASE WHEN expert.is_open THEN coalesce(expert.available_on, %(now)s) ELSE %(never)s END AS free_on,
    scored.day AS scored_on,
    zone.code AS zone,
    facet.codes AS facets,
    setweight(to_tsvector('simple', person.name), 'A')
        || setweight(to_tsvector('english', expert.headline), 'B')
        || setweight(to_tsvector('english', evidence.words), 'C')
        || setweight(to_tsvector('english', expert.place || ' ' || expert.overview), 'D')
        || array_to_tsvector(ARRAY(
            SELECT '=' || code FROM unnest(facet.codes) AS code
            UNION ALL
            SELECT '=' || %(CLAIM)s + claim.skill_id
            FROM experts_expertskill AS claim WHERE claim.expert_id = expert.id
            UNION ALL
            SELECT '=' || %(SAMPLE)s + size FROM unnest(%(samples)s) AS size
            WHERE ('x' || left(md5(expert.id::text), 6))::bit(24)::int %% size = 0
        )) AS lexemes
FROM experts_expert AS expert
JOIN accounts_user AS person ON person.id = expert.user_id
LEFT JOIN experts_searchdocument AS old ON old.expert_id = expert.id
CROSS JOIN LATERAL (
    SELECT sum(level) AS levels, max(level) AS best
    FROM experts_badge
    WHERE expert_id = expert.id AND status IN ('active', 'aging')
) AS badge
CROSS JOIN LATERAL (
    -- Who changes no score need not know the day: it stays what it was.
    SELECT coalesce(%(on)s::date, old.scored_on, expert.created_at::date) AS day
) AS scored
CROSS JOIN LATERAL (
    SELECT coalesce(sum(weight), 0) AS weights, coalesce(sum(weight * rating), 0) AS points
    FROM (
        SELECT
            rating,
            round((
                CASE WHEN follows_lost_dispute THEN %(halved)s ELSE 1.0 END
                * power(0.5::float8, greatest(scored.day - completed_on, 0) / %(half_life)s::float8)
            )::numeric, 4) AS weight
        FROM experts_workrecord
        WHERE expert_id = expert.id AND NOT is_linked AND amount_band <> ALL (%(too_small)s)
    ) AS record
) AS work
CROSS JOIN LATERAL (
    SELECT round(
        100 * (%(prior_weight)s * %(prior_mean)s + work.points) / (%(prior_weight)s + work.weights)
    )::int AS hundredths
) AS score
CROSS JOIN LATERAL (
    SELECT %(ZONE)s + ('x' || left(md5(person.time_zone), 6))::bit(24)::int AS code
) AS zone
CROSS JOIN LATERAL (
    SELECT coalesce(string_agg(piece.title || ' ' || piece.claim, ' ' ORDER BY piece.id), '') AS words
    FROM experts_evidence AS piece
    JOIN experts_badge AS proven ON proven.application_id = piece.application_id
    WHERE proven.expert_id = expert.id
        AND proven.status IN ('active', 'aging')
        AND piece.shown = 'everything'
) AS evidence
CROSS JOIN LATERAL (
    SELECT array_agg((held.skill_id * %(levels)s + reached)::int) AS codes
    FROM experts_badge AS held, generate_series(1, held.level) AS reached
    WHERE held.expert_id = expert.id AND held.status IN ('active', 'aging')
) AS proven
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT code::int ORDER BY code::int) AS codes
    FROM (
        SELECT %(SKILL)s + unnest(proven.codes)
        UNION ALL
        SELECT %(WORK)s + work.id FROM experts_kindofwork AS work WHERE work.needs <@ proven.codes
        UNION ALL
        SELECT %(LEVEL)s + reached FROM generate_series(1, badge.best) AS reached
        UNION ALL
        SELECT %(FAMILY)s + model.family_id
        FROM experts_badge AS built
        JOIN experts_application_built_on AS link ON link.application_id = built.application_id
        JOIN experts_modelrelease AS model ON model.id = link.modelrelease_id
        WHERE built.expert_id = expert.id AND built.status IN ('active', 'aging')
        UNION ALL
        SELECT %(DOMAIN)s + domain_id
        FROM experts_expert_domains AS worked WHERE worked.expert_id = expert.id
        UNION ALL
        SELECT %(LANGUAGE)s + ('x' || left(md5(language), 6))::bit(24)::int
        FROM unnest(expert.languages) AS language
        UNION ALL
        SELECT %(COUNTRY)s + ('x' || left(md5(expert.country), 6))::bit(24)::int
        UNION ALL
        SELECT zone.code
        UNION ALL
        SELECT %(HOURS)s + %(many_hours)s WHERE expert.hours_per_week >= %(many_hours)s
        UNION ALL
        SELECT %(RATE)s + least(expert.rate_minor / %(rate_step)s, %(rate_steps)s - 1)
        UNION ALL
        SELECT %(RATING)s + least_score
        FROM unnest(%(ratings)s) AS least_score
        WHERE work.weights > 0 AND score.hundredths >= least_score
    ) AS any_facet (code)
) AS facet
WHERE expert.id = ANY (%(experts)s) AND badge.levels > 0 AND person.standing <> 'banned'
