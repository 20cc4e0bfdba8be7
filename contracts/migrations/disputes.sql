-- What was said in a dispute, and handed in for it, stays as it was; so does what was decided.
CREATE FUNCTION disputes_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = '23514', CONSTRAINT = 'disputes_append_only';
END $$;
CREATE TRIGGER statement_append_only BEFORE UPDATE OR DELETE ON contracts_statement
  FOR EACH ROW EXECUTE FUNCTION disputes_append_only();
CREATE TRIGGER remark_append_only BEFORE UPDATE OR DELETE ON contracts_remark
  FOR EACH ROW EXECUTE FUNCTION disputes_append_only();
CREATE TRIGGER exhibit_append_only BEFORE UPDATE OR DELETE ON contracts_exhibit
  FOR EACH ROW EXECUTE FUNCTION disputes_append_only();
CREATE TRIGGER settlementoffer_append_only BEFORE UPDATE OR DELETE ON contracts_settlementoffer
  FOR EACH ROW EXECUTE FUNCTION disputes_append_only();
CREATE TRIGGER disputeevent_append_only BEFORE UPDATE OR DELETE ON contracts_disputeevent
  FOR EACH ROW EXECUTE FUNCTION disputes_append_only();
CREATE TRIGGER decisionevent_append_only BEFORE UPDATE OR DELETE ON contracts_decisionevent
  FOR EACH ROW EXECUTE FUNCTION disputes_append_only();
CREATE TRIGGER finding_append_only BEFORE UPDATE OR DELETE ON contracts_finding
  FOR EACH ROW EXECUTE FUNCTION disputes_append_only();
-- A decision is proposed once; what it says is not rewritten while a second person reads it.
CREATE TRIGGER decision_stays_as_written
  BEFORE UPDATE OF dispute_id, round, award_minor, reason, public_text, by_id, needs_two, created_at
  ON contracts_decision FOR EACH ROW EXECUTE FUNCTION disputes_append_only();
CREATE TRIGGER decision_stays BEFORE DELETE ON contracts_decision
  FOR EACH ROW EXECUTE FUNCTION disputes_append_only();

-- Who may not decide which dispute, as a word; null when nothing stands between them. The one place
-- of the rule: the desk asks it, and the triggers below refuse what the desk would have refused.
--   what experts_conflict says of the person and the expert: self, organisation, money, counterparty
--   client               the person belongs to the client
--   client_money         the person works for the client
--   client_counterparty  the person worked for the client within the last two years
--   judged               the person judged a badge of the expert's within the last two years
--   decided              the person had a part in the decision that is appealed
CREATE FUNCTION contracts_dispute_conflict(person bigint, dispute bigint, on_day date) RETURNS text
LANGUAGE sql STABLE AS $$
  WITH parties AS (
    SELECT c.expert_id, c.organisation_id, d.status FROM contracts_dispute d
      JOIN contracts_milestone m ON m.id = d.milestone_id
      JOIN contracts_contract c ON c.id = m.contract_id
     WHERE d.id = dispute
  ), worked_for_them AS (
    SELECT t.until FROM experts_tie t
      JOIN experts_expert e ON e.id = t.expert_id AND e.user_id = person
      JOIN parties p ON p.organisation_id = t.organisation_id
  )
  SELECT found.reason FROM (
    SELECT 1 AS place, 'client' AS reason FROM parties p
      JOIN accounts_membership m ON m.organisation_id = p.organisation_id AND m.user_id = person
    UNION ALL
    SELECT 2, experts_conflict(person, p.expert_id, on_day) FROM parties p
    UNION ALL
    SELECT 3, 'client_money' FROM worked_for_them WHERE until IS NULL
    UNION ALL
    SELECT 4, 'client_counterparty' FROM worked_for_them WHERE until >= on_day - interval '2 years'
    UNION ALL
    SELECT 5, 'judged' FROM parties p
      JOIN experts_application a ON a.expert_id = p.expert_id
      JOIN experts_review r ON r.application_id = a.id AND r.reviewer_id = person
     WHERE r.status = 'given' AND r.given_at >= on_day - interval '2 years'
    UNION ALL
    SELECT 6, 'decided' FROM parties p
      JOIN contracts_decision f ON f.dispute_id = dispute AND f.round = 1
     WHERE p.status = 'appealed' AND person IN (f.by_id, f.second_id)
  ) found WHERE found.reason IS NOT NULL ORDER BY found.place LIMIT 1
$$;

CREATE FUNCTION contracts_refuse_conflict(person bigint, dispute bigint, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  reason text := contracts_dispute_conflict(
    person, dispute, (least(coalesce(at, now()), now()) AT TIME ZONE 'UTC')::date);
BEGIN
  IF reason IS NOT NULL THEN
    RAISE EXCEPTION 'conflict of interest: %', reason
      USING ERRCODE = '23514', CONSTRAINT = 'dispute_conflict';
  END IF;
END $$;

-- Nobody in conflict takes a dispute, decides it, or is the second person to a decision.
CREATE FUNCTION contracts_dispute_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM contracts_refuse_conflict(NEW.decider_id, NEW.id, NEW.taken_at);
  RETURN NEW;
END $$;
CREATE TRIGGER dispute_conflict BEFORE UPDATE OF decider_id ON contracts_dispute
  FOR EACH ROW WHEN (NEW.decider_id IS NOT NULL) EXECUTE FUNCTION contracts_dispute_taken();

CREATE FUNCTION contracts_decision_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM contracts_refuse_conflict(NEW.by_id, NEW.dispute_id, NEW.created_at);
  IF NEW.second_id IS NOT NULL THEN
    PERFORM contracts_refuse_conflict(NEW.second_id, NEW.dispute_id, NEW.created_at);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_conflict BEFORE INSERT OR UPDATE OF second_id ON contracts_decision
  FOR EACH ROW EXECUTE FUNCTION contracts_decision_taken();
