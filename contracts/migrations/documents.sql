-- Papers as the database's own rule: it counts them without a gap, and nobody changes one.

-- A number is taken in the transaction that writes the paper: where that rolls back, so does the
-- number, and the row of the sequence stays locked until then, so that no two papers share one.
CREATE FUNCTION document_take_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contracts_documentseries (code, last) VALUES (NEW.series, 1)
  ON CONFLICT (code) DO UPDATE SET last = contracts_documentseries.last + 1
  RETURNING last INTO NEW.number;
  RETURN NEW;
END $$;
CREATE TRIGGER document_take_number BEFORE INSERT ON contracts_document
  FOR EACH ROW EXECUTE FUNCTION document_take_number();

-- Only the trigger above, one level up, counts; it begins at one and goes on by one.
CREATE FUNCTION document_series_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() > 1 AND (
       (TG_OP = 'INSERT' AND NEW.last = 1)
       OR (TG_OP = 'UPDATE' AND NEW.code = OLD.code AND NEW.last = OLD.last + 1)
     ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the numbers of documents are counted by the database'
    USING ERRCODE = '23514', CONSTRAINT = 'document_series_guard';
END $$;
CREATE TRIGGER document_series_guard BEFORE INSERT OR UPDATE OR DELETE ON contracts_documentseries
  FOR EACH ROW EXECUTE FUNCTION document_series_guard();

CREATE FUNCTION document_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = '23514', CONSTRAINT = 'document_append_only';
END $$;
CREATE TRIGGER document_append_only BEFORE UPDATE OR DELETE ON contracts_document
  FOR EACH ROW EXECUTE FUNCTION document_append_only();
CREATE TRIGGER billingdetails_append_only BEFORE UPDATE OR DELETE ON contracts_billingdetails
  FOR EACH ROW EXECUTE FUNCTION document_append_only();
