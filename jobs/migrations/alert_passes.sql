-- Whether an alert lets a job pass: asked of every entry when a job is matched, and of an expert's
-- present jobs when they change an alert. A filter that is nothing lets everything pass.
-- One expression, which the planner puts in the place of the call.
CREATE FUNCTION jobs_alert_passes(
  wanted bigint[], words tsquery, least_budget_minor bigint, skills bigint[], said tsvector, budget_minor bigint
) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT (wanted IS NULL OR wanted && skills)
  AND (least_budget_minor IS NULL OR least_budget_minor <= budget_minor)
  AND (words IS NULL OR said @@ words)
$$;
