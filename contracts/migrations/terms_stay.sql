-- What was agreed stays as it was written down: no version is changed and none is taken out.
CREATE FUNCTION contracts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = '23514', CONSTRAINT = 'contracts_append_only';
END $$;
CREATE TRIGGER termsversion_append_only BEFORE UPDATE OR DELETE ON contracts_termsversion
  FOR EACH ROW EXECUTE FUNCTION contracts_append_only();
CREATE TRIGGER amendmentline_append_only BEFORE UPDATE OR DELETE ON contracts_amendmentline
  FOR EACH ROW EXECUTE FUNCTION contracts_append_only();
