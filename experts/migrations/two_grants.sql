-- Level 3 speaks for work in production for months; nobody grants it alone, whatever code runs.
CREATE FUNCTION experts_two_grants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(DISTINCT r.reviewer_id) FROM experts_review r
        JOIN experts_application a ON a.id = r.application_id AND a.round = r.round
       WHERE r.application_id = NEW.application_id
         AND r.status = 'given' AND r.verdict = 'granted' AND r.level = 3) < 2 THEN
    RAISE EXCEPTION 'level 3 needs the grants of two persons'
      USING ERRCODE = '23514', CONSTRAINT = 'badge_two_grants';
  END IF;
  RETURN NEW;
END $$;
-- Badges granted before this rule keep what they have: only a new claim to level 3 is looked at.
CREATE TRIGGER badge_two_grants BEFORE INSERT OR UPDATE OF level, application_id ON experts_badge
  FOR EACH ROW WHEN (NEW.level = 3) EXECUTE FUNCTION experts_two_grants();
