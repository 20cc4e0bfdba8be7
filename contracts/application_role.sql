-- What the role that runs the site may do, so that not even its own code can rewrite the ledger.
-- `manage.py restrict_role NAME` runs this as the owner of the tables; run it after each migration.

REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role};
-- With tables of one's own come triggers of one's own, and names that pass for others.
REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {role};
GRANT CONNECT ON DATABASE {database} TO {role};
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};

-- The ledger: say a fact, read everything. Its triggers write the rest as the owner.
REVOKE ALL ON ledger_pot, ledger_account, ledger_chain, ledger_transaction, ledger_entry
  FROM {role};
GRANT SELECT ON ledger_pot, ledger_account, ledger_chain, ledger_transaction, ledger_entry
  TO {role};
GRANT INSERT (idem_key, kind, contract_id, reverses_id, happened_at, legs)
  ON ledger_transaction TO {role};

-- What people did: write a line, read everything. Its trigger links the lines as the owner.
REVOKE UPDATE, DELETE ON accounts_auditevent FROM {role};
REVOKE INSERT, UPDATE, DELETE ON accounts_auditchain FROM {role};
-- Lines of changes end after two years, and are not changed until then.
REVOKE UPDATE ON accounts_deed FROM {role};
