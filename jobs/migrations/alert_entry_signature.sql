-- A number that has, for each skill and level of an entry, one of 61 bits. Who lacks a bit of what a
-- job asks lacks the skill; who has them all is looked at: two numbers are compared in a sixth of
-- the time of two arrays. 61 is prime, so that keys which differ by 4 do not share their bits.
CREATE FUNCTION jobs_alert_signature(codes int[]) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT coalesce(bit_or(1::bigint << code % 61), 0) FROM unnest(codes) AS code
$$;

-- All bits until it is known: then the arrays are looked at, as before.
ALTER TABLE jobs_alertentry ADD signature bigint NOT NULL DEFAULT -1;

-- What a function returns cannot be changed, so it is made anew.
DROP FUNCTION jobs_alert_entries_of(bigint[]);
CREATE FUNCTION jobs_alert_entries_of(who bigint[]) RETURNS TABLE (
  expert_id bigint, skill_id bigint, level smallint, alert_id bigint, rate_minor int, zone int,
  proven int[], signature bigint, wanted bigint[], words tsquery, least_budget_minor bigint,
  least_score smallint, cadence text
) LANGUAGE sql STABLE AS $$
SELECT badge.expert_id, badge.skill_id, badge.level, alert.id, expert.rate_minor,
  ('x' || left(md5(person.time_zone), 8))::bit(32)::int, held.proven,
  jobs_alert_signature(held.proven),
  alert.wanted, alert.words, alert.least_budget_minor, alert.least_score, alert.cadence
FROM experts_badge AS badge
JOIN experts_expert AS expert ON expert.id = badge.expert_id
JOIN accounts_user AS person ON person.id = expert.user_id
CROSS JOIN LATERAL (
  SELECT array_agg((other.skill_id * 4 + reached)::int ORDER BY other.skill_id, reached) AS proven
  FROM experts_badge AS other CROSS JOIN generate_series(1, other.level::int) AS reached
  WHERE other.expert_id = expert.id AND other.status IN ('active', 'aging')
) AS held
CROSS JOIN LATERAL (
  SELECT own.id, nullif(own.wanted, '{}') AS wanted,
    nullif(plainto_tsquery('english', own.words), ''::tsquery) AS words,
    nullif(own.least_budget_minor, 0) AS least_budget_minor,
    nullif(own.least_score, 0) AS least_score, nullif(own.cadence, 'now') AS cadence
  FROM jobs_alert AS own WHERE own.expert_id = expert.id
  UNION ALL
  SELECT NULL, NULL, NULL, NULL, NULL, NULL
  WHERE NOT EXISTS (
    SELECT FROM jobs_alert AS own WHERE own.expert_id = expert.id AND own.is_default
  )
) AS alert
WHERE badge.expert_id = ANY (who) AND badge.status IN ('active', 'aging') AND expert.is_open
  AND person.is_active AND person.standing = 'good'
$$;

-- The lock makes two who change parts of one expert at once take turns: each statement after it
-- sees what the other has done.
CREATE OR REPLACE FUNCTION jobs_keep_alert_entries(who bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM experts_expert WHERE id = who FOR NO KEY UPDATE;
  DELETE FROM jobs_alertentry WHERE expert_id = who;
  INSERT INTO jobs_alertentry (expert_id, skill_id, level, alert_id, rate_minor, zone, proven,
    signature, wanted, words, least_budget_minor, least_score, cadence)
  SELECT * FROM jobs_alert_entries_of(ARRAY[who]);
END $$;
