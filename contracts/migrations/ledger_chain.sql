-- Every rule of the ledger as it stands, and a hash chain over each contract's postings; the
-- tables themselves are laid by ledger.sql.
--
-- A posting is one INSERT of a transaction that says its legs. Postgres does the rest in the same
-- moment: it links the posting to the one before, checks the legs, and writes the entries and the
-- balances, which nobody else may write. So nothing waits for the commit, and there is no moment
-- at which a transaction has half of its entries.
--
-- Amounts are signed minor units: debit above zero, credit below. Every refusal has SQLSTATE 23514
-- and a constraint name, so that the application sees an IntegrityError it can tell apart. The
-- rules are triggers rather than CHECKs where a CHECK would be read anew for every row that moves.
-- What only a trigger may write, it writes as the owner, under the owner's search path: the
-- application's role needs SELECT, and INSERT on six columns (contracts/application_role.sql).

DROP TRIGGER ledger_balanced ON ledger_transaction;
DROP TRIGGER ledger_entry_enter ON ledger_entry;
DROP FUNCTION ledger_balanced, ledger_entry_enter;

-- The chart of accounts. The platform's balance at Stripe may stand below zero, because Stripe
-- takes refunds and chargebacks from it whether or not there is enough.
CREATE TABLE ledger_pot (
  pot          text PRIMARY KEY,
  kind         text NOT NULL CHECK (kind IN ('asset', 'liability', 'revenue', 'expense')),
  may_overdraw boolean NOT NULL
);
INSERT INTO ledger_pot VALUES
  ('stripe', 'asset', true), ('bank', 'asset', true), ('suspense', 'asset', true),
  ('dispute_recv', 'asset', false), ('receivable', 'asset', false),
  ('escrow', 'liability', false), ('fee_deferred', 'liability', false),
  ('payable', 'liability', false), ('refund_payable', 'liability', false),
  ('fee_revenue', 'revenue', true), ('psp_fees', 'expense', true),
  ('dispute_fees', 'expense', true), ('dispute_loss', 'expense', true),
  ('goodwill', 'expense', true);

-- Where each chain stands; 0 is the chain of what belongs to no contract.
CREATE TABLE ledger_chain (
  contract_id bigint PRIMARY KEY,
  length      bigint NOT NULL,
  head        bytea NOT NULL
) WITH (fillfactor = 50);

-- A balance changes with every posting; room on the page keeps that cheap.
ALTER TABLE ledger_account
  SET (fillfactor = 50),
  DROP CONSTRAINT ledger_account_kind_check, DROP CONSTRAINT ledger_account_currency_check,
  DROP CONSTRAINT ledger_code_names_currency, DROP CONSTRAINT ledger_no_overdraft;

ALTER TABLE ledger_transaction
  -- What the entries say: "escrow:mil_…:usd 10000" a line, by code.
  ADD legs text, ADD position bigint, ADD previous bytea, ADD hash bytea, DROP COLUMN xact;

-- What is hashed. Anybody can do it again: docs/ledger.md says how, static/verify_ledger.py does it.
CREATE FUNCTION ledger_genesis(chain text) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN sha256(convert_to('ledger of ' || chain, 'UTF8'));

CREATE FUNCTION ledger_hash(
  previous bytea, key text, kind text, at timestamptz, reverses text, legs text
) RETURNS bytea LANGUAGE sql STABLE
RETURN sha256(previous || convert_to(
  key || E'\n' || kind || E'\n'
  || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\n'
  || coalesce(reverses, '') || E'\n' || legs, 'UTF8'));

-- What was posted before there was a chain gets its place in one.
ALTER TABLE ledger_transaction DISABLE TRIGGER ledger_transaction_append_only;
UPDATE ledger_transaction t SET position = placed.position, legs = placed.legs
  FROM (
    SELECT t.id, row_number() OVER (PARTITION BY t.contract_id ORDER BY t.id) AS position,
           (SELECT string_agg(a.code || ' ' || e.amount, E'\n' ORDER BY a.code COLLATE "C")
              FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
             WHERE e.transaction_id = t.id) AS legs
      FROM ledger_transaction t
  ) placed WHERE placed.id = t.id;
INSERT INTO ledger_chain
SELECT coalesce(t.contract_id, 0), 0, ledger_genesis(coalesce(min(c.public_id), 'the platform'))
  FROM ledger_transaction t LEFT JOIN contracts_contract c ON c.id = t.contract_id
 GROUP BY t.contract_id;
DO $$
DECLARE
  fact ledger_transaction;
  before bytea;
BEGIN
  FOR fact IN SELECT * FROM ledger_transaction ORDER BY contract_id, position LOOP
    SELECT head INTO before FROM ledger_chain WHERE contract_id = coalesce(fact.contract_id, 0);
    UPDATE ledger_transaction
       SET previous = before, hash = ledger_hash(
             before, fact.idem_key, fact.kind, fact.happened_at,
             (SELECT r.idem_key FROM ledger_transaction r WHERE r.id = fact.reverses_id), fact.legs)
     WHERE id = fact.id RETURNING * INTO fact;
    UPDATE ledger_chain SET length = fact.position, head = fact.hash
     WHERE contract_id = coalesce(fact.contract_id, 0);
  END LOOP;
END $$;
ALTER TABLE ledger_transaction ENABLE TRIGGER ledger_transaction_append_only;
ALTER TABLE ledger_transaction
  DROP COLUMN digest, ALTER legs SET NOT NULL, ALTER position SET NOT NULL,
  ALTER previous SET NOT NULL, ALTER hash SET NOT NULL;
-- Reversed at most once: asked of the few that reverse anything.
ALTER TABLE ledger_transaction DROP CONSTRAINT ledger_transaction_reverses_id_key;
CREATE UNIQUE INDEX ledger_transaction_reverses_id_key
  ON ledger_transaction (reverses_id) WHERE reverses_id IS NOT NULL;
-- Entries are written from rows that were found in the same moment and that never go: no foreign
-- key needs to be asked eight times a posting.
ALTER TABLE ledger_entry
  DROP CONSTRAINT ledger_entry_transaction_id_fkey, DROP CONSTRAINT ledger_entry_currency;
DROP INDEX ledger_transaction_contract;
CREATE UNIQUE INDEX ledger_transaction_place
  ON ledger_transaction (contract_id, position) NULLS NOT DISTINCT;

-- Where a posting stands is not for whoever posts it to say. The chain's row is held until the
-- end, which is what makes postings of one contract wait for each other.
CREATE FUNCTION ledger_transaction_link() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  chain ledger_chain;
  reversed text := '';
BEGIN
  IF NEW.idem_key !~ '^[!-~]+$' OR NEW.kind !~ '^[a-z_]+$' THEN
    -- Each is one line of what is hashed, and must not be able to pass for two.
    RAISE EXCEPTION 'a key and a kind are plain words'
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_key_is_plain';
  END IF;
  SELECT * INTO chain FROM ledger_chain
   WHERE contract_id = coalesce(NEW.contract_id, 0) FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    INSERT INTO ledger_chain VALUES (
      coalesce(NEW.contract_id, 0), 0, ledger_genesis(coalesce(
        (SELECT public_id FROM contracts_contract WHERE id = NEW.contract_id), 'the platform')))
    ON CONFLICT DO NOTHING;
    SELECT * INTO chain FROM ledger_chain
     WHERE contract_id = coalesce(NEW.contract_id, 0) FOR NO KEY UPDATE;
  END IF;
  IF NEW.reverses_id IS NOT NULL THEN
    SELECT idem_key INTO reversed FROM ledger_transaction WHERE id = NEW.reverses_id;
  END IF;
  NEW.position := chain.length + 1;
  NEW.previous := chain.head;
  NEW.hash := ledger_hash(
    chain.head, NEW.idem_key, NEW.kind, NEW.happened_at, reversed, NEW.legs);
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_transaction_link BEFORE INSERT ON ledger_transaction
  FOR EACH ROW EXECUTE FUNCTION ledger_transaction_link();

-- Writes what the legs say, once the row is in: an INSERT may still find its key taken and do
-- nothing. Accounts move in one order, by code, so that opposite postings wait for each other
-- instead of deadlocking.
CREATE FUNCTION ledger_transaction_enter() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  leg text;
  its_code text;
  last_code text := '';
  its_amount bigint;
  moved ledger_account;
  accounts bigint[];
  currencies text[];
  amounts bigint[];
  balances bigint[];
BEGIN
  FOREACH leg IN ARRAY string_to_array(NEW.legs, E'\n') LOOP
    its_code := split_part(leg, ' ', 1);
    its_amount := split_part(leg, ' ', 2)::bigint;
    IF leg <> its_code || ' ' || its_amount OR its_code COLLATE "C" <= last_code THEN
      RAISE EXCEPTION 'the legs of % are not "code amount" a line, by code', NEW.idem_key
        USING ERRCODE = '23514', CONSTRAINT = 'ledger_legs_are_canonical';
    END IF;
    UPDATE ledger_account SET balance = balance + its_amount WHERE code = its_code
      RETURNING * INTO moved;
    IF NOT FOUND THEN
      PERFORM ledger_open(its_code);
      UPDATE ledger_account SET balance = balance + its_amount WHERE code = its_code
        RETURNING * INTO moved;
    END IF;
    last_code := its_code;
    accounts := accounts || moved.id;
    currencies := currencies || moved.currency::text;
    amounts := amounts || its_amount;
    balances := balances || moved.balance;
  END LOOP;
  IF accounts IS NULL OR 0 = ANY (amounts) OR NOT ledger_is_zero(currencies, amounts) THEN
    RAISE EXCEPTION '% does not balance', NEW.idem_key
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_balanced';
  END IF;
  INSERT INTO ledger_entry (transaction_id, account_id, currency, amount, balance_after)
  SELECT NEW.id, * FROM unnest(accounts, currencies, amounts, balances);
  UPDATE ledger_chain SET length = NEW.position, head = NEW.hash
   WHERE contract_id = coalesce(NEW.contract_id, 0);
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_transaction_enter AFTER INSERT ON ledger_transaction
  FOR EACH ROW EXECUTE FUNCTION ledger_transaction_enter();

-- Whether amounts add up to nothing in each currency.
CREATE FUNCTION ledger_is_zero(currencies text[], amounts bigint[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  total numeric := 0;
BEGIN
  FOR place IN 1..cardinality(amounts) LOOP
    IF currencies[place] <> currencies[1] THEN
      RETURN NOT EXISTS (
        SELECT FROM unnest(currencies, amounts) AS leg(currency, amount)
         GROUP BY currency HAVING sum(amount) <> 0);
    END IF;
    total := total + amounts[place];
  END LOOP;
  RETURN total = 0;
END $$;

-- Opens an account that is used for the first time; others may open it at the same moment.
CREATE FUNCTION ledger_open(its_code text) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_account (code, kind, currency, may_overdraw)
  SELECT its_code, kind, right(its_code, 3), may_overdraw
    FROM ledger_pot WHERE pot = split_part(its_code, ':', 1) ON CONFLICT DO NOTHING;
  IF NOT EXISTS (SELECT FROM ledger_account WHERE code = its_code) THEN
    RAISE EXCEPTION '% is not an account of the chart', its_code
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_account_is_of_the_chart';
  END IF;
END $$;

-- An account is opened empty and as its pot is; then only the ledger moves its balance, and no
-- further than its floor.
CREATE OR REPLACE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.balance <> 0 OR NEW.code !~ '^[a-z_]+(:[A-Za-z0-9_]+)?:[a-z]{3}$'
       OR right(NEW.code, 4) <> ':' || NEW.currency
       OR NOT EXISTS (SELECT FROM ledger_pot p WHERE p.pot = split_part(NEW.code, ':', 1)
                         AND (p.kind, p.may_overdraw) = (NEW.kind, NEW.may_overdraw)) THEN
      RAISE EXCEPTION '% is not an account of the chart', NEW.code
        USING ERRCODE = '23514', CONSTRAINT = 'ledger_account_is_of_the_chart';
    END IF;
    RETURN NEW;
  END IF;
  IF pg_trigger_depth() < 2 OR NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.kind <> OLD.kind
     OR NEW.currency <> OLD.currency OR NEW.may_overdraw <> OLD.may_overdraw THEN
    RAISE EXCEPTION 'ledger_account % is maintained by the ledger', OLD.code
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_account_guard';
  END IF;
  IF NOT NEW.may_overdraw
     AND (NEW.kind IN ('asset', 'expense') AND NEW.balance < 0
          OR NEW.kind IN ('liability', 'revenue') AND NEW.balance > 0) THEN
    RAISE EXCEPTION 'there is not that much in %', OLD.code
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_no_overdraft';
  END IF;
  RETURN NEW;
END $$;

-- Entries and chains are written one level up, and the chart not at all.
CREATE FUNCTION ledger_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 OR TG_OP = 'DELETE' OR TG_TABLE_NAME = 'ledger_pot' THEN
    RAISE EXCEPTION '% is written by the ledger alone', TG_TABLE_NAME
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_only';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_only BEFORE INSERT ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_only();
CREATE TRIGGER ledger_only BEFORE INSERT OR UPDATE OR DELETE ON ledger_chain
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_only();
CREATE TRIGGER ledger_only BEFORE INSERT OR UPDATE OR DELETE ON ledger_pot
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_only();
