-- Each act seals the one before of the same person, so that nobody takes one out or changes one
-- unseen; one chain for all would have everybody who signs in wait for everybody else.
CREATE FUNCTION audit_genesis(actor bigint) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN sha256(convert_to('acts of ' || actor, 'UTF8'));

CREATE FUNCTION audit_hash(event accounts_auditevent) RETURNS bytea LANGUAGE sql STABLE
RETURN sha256(event.previous || convert_to(
  event.position || E'\n' || event.act || E'\n' || coalesce(event.by_id, 0) || E'\n'
  || coalesce(event.person_id, 0) || E'\n' || event.about || E'\n' || event.request_id || E'\n'
  || to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8'));

-- Where an act stands is not for whoever writes it to say.
CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  chain accounts_auditchain;
  who CONSTANT bigint := coalesce(NEW.by_id, 0);
BEGIN
  IF NEW.about || NEW.request_id !~ '^[!-~]*$' THEN
    -- Each is one line of what is hashed, and must not be able to pass for two.
    RAISE EXCEPTION 'an act names things by their public ids'
      USING ERRCODE = '23514', CONSTRAINT = 'audit_names_ids';
  END IF;
  INSERT INTO accounts_auditchain VALUES (who, 0, audit_genesis(who)) ON CONFLICT DO NOTHING;
  SELECT * INTO chain FROM accounts_auditchain WHERE actor = who FOR NO KEY UPDATE;
  NEW.position := chain.length + 1;
  NEW.previous := chain.head;
  NEW.hash := audit_hash(NEW);
  UPDATE accounts_auditchain SET length = NEW.position, head = NEW.hash WHERE actor = who;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_link BEFORE INSERT ON accounts_auditevent
  FOR EACH ROW EXECUTE FUNCTION audit_link();

CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'accounts_auditchain' AND TG_OP IN ('INSERT', 'UPDATE')
     AND pg_trigger_depth() > 1 THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = '23514', CONSTRAINT = 'audit_append_only';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE
  ON accounts_auditchain FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

