-- What a job is held against: one row for each alert and each valid badge of whoever takes work.
-- What is not asked is NULL, and what is compared is a number.
-- A function and not a view, which would forbid later changes to the columns it reads.
CREATE FUNCTION jobs_alert_entries_of(who bigint[]) RETURNS TABLE (
  expert_id bigint, skill_id bigint, level smallint, alert_id bigint, rate_minor int, zone int, proven int[],
  wanted bigint[], words text, least_budget_minor bigint, least_score smallint, cadence text
) LANGUAGE sql STABLE AS $$
SELECT badge.expert_id, badge.skill_id, badge.level, alert.id, expert.rate_minor,
  ('x' || left(md5(person.time_zone), 8))::bit(32)::int, held.proven,
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
    nullif(plainto_tsquery('english', own.words)::text, '') AS words,
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
CREATE FUNCTION jobs_keep_alert_entries(who bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM experts_expert WHERE id = who FOR NO KEY UPDATE;
  DELETE FROM jobs_alertentry WHERE expert_id = who;
  INSERT INTO jobs_alertentry (expert_id, skill_id, level, alert_id, rate_minor, zone, proven,
    wanted, words, least_budget_minor, least_score, cadence)
  SELECT * FROM jobs_alert_entries_of(ARRAY[who]);
END $$;

CREATE FUNCTION jobs_alert_entries_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'experts_expert' THEN
    PERFORM jobs_keep_alert_entries(NEW.id);
  ELSIF TG_TABLE_NAME = 'accounts_user' THEN
    PERFORM jobs_keep_alert_entries(id) FROM experts_expert WHERE user_id = NEW.id;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM jobs_keep_alert_entries(OLD.expert_id);
  ELSE
    PERFORM jobs_keep_alert_entries(NEW.expert_id);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER alert_entries_follow_badges AFTER INSERT OR DELETE OR UPDATE OF status, level
  ON experts_badge FOR EACH ROW EXECUTE FUNCTION jobs_alert_entries_follow();
CREATE TRIGGER alert_entries_follow_profiles AFTER UPDATE ON experts_expert FOR EACH ROW
  WHEN ((OLD.rate_minor, OLD.is_open) IS DISTINCT FROM (NEW.rate_minor, NEW.is_open))
  EXECUTE FUNCTION jobs_alert_entries_follow();
CREATE TRIGGER alert_entries_follow_people AFTER UPDATE ON accounts_user FOR EACH ROW
  WHEN ((OLD.time_zone, OLD.is_active, OLD.standing)
    IS DISTINCT FROM (NEW.time_zone, NEW.is_active, NEW.standing))
  EXECUTE FUNCTION jobs_alert_entries_follow();
CREATE TRIGGER alert_entries_follow_alerts AFTER INSERT OR UPDATE OR DELETE ON jobs_alert
  FOR EACH ROW EXECUTE FUNCTION jobs_alert_entries_follow();

-- Those who were here before there were alerts.
INSERT INTO jobs_alertentry (expert_id, skill_id, level, alert_id, rate_minor, zone, proven,
  wanted, words, least_budget_minor, least_score, cadence)
SELECT * FROM jobs_alert_entries_of(ARRAY(SELECT id FROM experts_expert));
