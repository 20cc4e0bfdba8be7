-- Who may not judge whom, as a word; null when nothing stands between them. The one place of the
-- rule: the desk asks it, and the trigger below refuses what the desk would have refused.
--   self          they are the same person
--   organisation  they belong to the same client organisation
--   money         a contract between them is open
--   counterparty  a contract between them ended within the last two years
CREATE FUNCTION experts_conflict(reviewer bigint, applicant bigint, on_day date) RETURNS text
LANGUAGE sql STABLE AS $$
  WITH tie AS (
    -- The applicant works for an organisation of the reviewer's ...
    SELECT t.until FROM experts_tie t
      JOIN accounts_membership m ON m.organisation_id = t.organisation_id
     WHERE t.expert_id = applicant AND m.user_id = reviewer
    UNION ALL
    -- ... or the reviewer for one of the applicant's.
    SELECT t.until FROM experts_tie t
      JOIN experts_expert r ON r.id = t.expert_id AND r.user_id = reviewer
      JOIN accounts_membership m ON m.organisation_id = t.organisation_id
      JOIN experts_expert e ON e.user_id = m.user_id
     WHERE e.id = applicant
  )
  SELECT found.reason FROM (
    SELECT 1 AS place, 'self' AS reason FROM experts_expert e
     WHERE e.id = applicant AND e.user_id = reviewer
    UNION ALL
    SELECT 2, 'organisation' FROM experts_expert e
      JOIN accounts_membership theirs ON theirs.user_id = e.user_id
      JOIN accounts_membership ours ON ours.organisation_id = theirs.organisation_id
     WHERE e.id = applicant AND ours.user_id = reviewer
    UNION ALL
    SELECT 3, 'money' FROM tie WHERE until IS NULL
    UNION ALL
    SELECT 4, 'counterparty' FROM tie WHERE until >= on_day - interval '2 years'
  ) found ORDER BY found.place LIMIT 1
$$;

-- A seat is not taken, and a judgement not given, by somebody in conflict; and an appeal is not
-- decided by somebody who sat before. The day is that of taking the seat, never a later one.
CREATE FUNCTION experts_review_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  reason text := (
    SELECT experts_conflict(
      NEW.reviewer_id, a.expert_id,
      (least(coalesce(NEW.claimed_at, now()), now()) AT TIME ZONE 'UTC')::date)
    FROM experts_application a WHERE a.id = NEW.application_id);
BEGIN
  IF reason IS NOT NULL THEN
    RAISE EXCEPTION 'conflict of interest: %', reason
      USING ERRCODE = '23514', CONSTRAINT = 'review_conflict';
  END IF;
  IF NEW.seat = 'appeal' AND EXISTS (
    SELECT 1 FROM experts_review r
     WHERE r.application_id = NEW.application_id AND r.reviewer_id = NEW.reviewer_id
       AND r.id <> NEW.id
  ) THEN
    RAISE EXCEPTION 'an appeal goes to somebody who did not sit'
      USING ERRCODE = '23514', CONSTRAINT = 'review_appeal_elsewhere';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER review_conflict
  BEFORE INSERT OR UPDATE OF reviewer_id, status, application_id, seat ON experts_review
  FOR EACH ROW WHEN (NEW.reviewer_id IS NOT NULL AND NEW.status IN ('claimed', 'given'))
  EXECUTE FUNCTION experts_review_conflict();
