-- What happened stays as it was written down: no line is changed and none is taken out.
CREATE FUNCTION experts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = '23514', CONSTRAINT = 'experts_append_only';
END $$;
CREATE TRIGGER trailentry_append_only BEFORE UPDATE OR DELETE ON experts_trailentry
  FOR EACH ROW EXECUTE FUNCTION experts_append_only();
CREATE TRIGGER applicationevent_append_only BEFORE UPDATE OR DELETE ON experts_applicationevent
  FOR EACH ROW EXECUTE FUNCTION experts_append_only();
CREATE TRIGGER badgeevent_append_only BEFORE UPDATE OR DELETE ON experts_badgeevent
  FOR EACH ROW EXECUTE FUNCTION experts_append_only();
CREATE TRIGGER reviewevent_append_only BEFORE UPDATE OR DELETE ON experts_reviewevent
  FOR EACH ROW EXECUTE FUNCTION experts_append_only();
CREATE TRIGGER score_append_only BEFORE UPDATE OR DELETE ON experts_score
  FOR EACH ROW EXECUTE FUNCTION experts_append_only();
-- A judgement is written until it is given.
CREATE TRIGGER review_stays_as_given BEFORE UPDATE OR DELETE ON experts_review
  FOR EACH ROW WHEN (OLD.status = 'given') EXECUTE FUNCTION experts_append_only();
