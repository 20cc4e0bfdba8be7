-- Double entry as the database's own rule: unbalanced, mutated, overdrawn, foreign-currency and
-- re-keyed postings are refused by Postgres, whoever asks.
--
-- Amounts are signed minor units: debit above zero, credit below. Every refusal has SQLSTATE 23514
-- and a constraint name, so that the application sees an IntegrityError it can tell apart.
-- There is no TRUNCATE trigger, because test cases flush with it: production's role may not.
--
-- This lays the tables; the rules were all written anew in ledger_chain.sql.

CREATE TABLE ledger_account (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code         text NOT NULL UNIQUE,
  kind         text NOT NULL CHECK (kind IN ('asset', 'liability', 'revenue', 'expense')),
  currency     char(3) NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  may_overdraw boolean NOT NULL DEFAULT false,
  balance      bigint NOT NULL DEFAULT 0,
  UNIQUE (id, currency),
  CONSTRAINT ledger_code_names_currency CHECK (right(code, 4) = ':' || currency),
  CONSTRAINT ledger_no_overdraft CHECK (
    may_overdraw
    OR (kind IN ('asset', 'expense') AND balance >= 0)
    OR (kind IN ('liability', 'revenue') AND balance <= 0)
  )
);

CREATE TABLE ledger_transaction (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  idem_key    text NOT NULL UNIQUE,
  digest      bytea NOT NULL,
  kind        text NOT NULL,
  contract_id bigint REFERENCES contracts_contract,
  -- A transaction is reversed at most once.
  reverses_id bigint UNIQUE REFERENCES ledger_transaction,
  happened_at timestamptz NOT NULL,
  -- The database transaction that made the row: its entries come from that one and no other.
  xact        xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX ledger_transaction_contract ON ledger_transaction (contract_id, id);

CREATE TABLE ledger_entry (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id bigint NOT NULL REFERENCES ledger_transaction,
  account_id     bigint NOT NULL,
  currency       char(3) NOT NULL,
  amount         bigint NOT NULL CHECK (amount <> 0),
  balance_after  bigint NOT NULL,
  CONSTRAINT ledger_entry_once UNIQUE (transaction_id, account_id),
  CONSTRAINT ledger_entry_currency
    FOREIGN KEY (account_id, currency) REFERENCES ledger_account (id, currency)
);
CREATE INDEX ledger_entry_account ON ledger_entry (account_id, id);

-- An entry belongs to the creating transaction and carries the balance it leaves behind.
CREATE FUNCTION ledger_entry_enter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT xact FROM ledger_transaction WHERE id = NEW.transaction_id)
     IS DISTINCT FROM pg_current_xact_id() THEN
    RAISE EXCEPTION 'ledger_transaction % is sealed', NEW.transaction_id
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_sealed';
  END IF;
  UPDATE ledger_account SET balance = balance + NEW.amount
   WHERE id = NEW.account_id RETURNING balance INTO NEW.balance_after;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_enter BEFORE INSERT ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION ledger_entry_enter();

CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = '23514', CONSTRAINT = 'ledger_append_only';
END $$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE ON ledger_transaction
  FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_account_append_only BEFORE DELETE ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION ledger_append_only();

-- Accounts are born empty; only the entry trigger, one level up, moves a balance.
CREATE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.balance = 0 THEN RETURN NEW; END IF;
  ELSIF (NEW.id, NEW.code, NEW.kind, NEW.currency, NEW.may_overdraw)
        IS NOT DISTINCT FROM (OLD.id, OLD.code, OLD.kind, OLD.currency, OLD.may_overdraw)
        AND (NEW.balance = OLD.balance OR pg_trigger_depth() > 1) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'ledger_account % is maintained by the ledger', NEW.code
    USING ERRCODE = '23514', CONSTRAINT = 'ledger_account_guard';
END $$;
CREATE TRIGGER ledger_account_guard BEFORE INSERT OR UPDATE ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION ledger_account_guard();

CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM ledger_entry WHERE transaction_id = NEW.id) < 2
     OR EXISTS (
       SELECT 1 FROM ledger_entry WHERE transaction_id = NEW.id
        GROUP BY currency HAVING sum(amount) <> 0
     ) THEN
    RAISE EXCEPTION 'ledger_transaction % does not balance', NEW.id
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_balanced';
  END IF;
  RETURN NULL;
END $$;
-- One deferred check per transaction is enough: the seal keeps later entries out.
CREATE CONSTRAINT TRIGGER ledger_balanced AFTER INSERT ON ledger_transaction
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced();
