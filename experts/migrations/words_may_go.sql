-- What happened stays as it was written down, but for words: they go with whoever they tell of, when
-- that person is erased. Nothing else of a line may change, and no word may take another's place.
CREATE OR REPLACE FUNCTION experts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  words CONSTANT text[] := ARRAY['reason', 'finding', 'parts', 'message', 'would_change', 'note'];
  old_row CONSTANT jsonb := to_jsonb(OLD);
  new_row jsonb;
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('attest.erases', true) = 'on' THEN
    new_row := to_jsonb(NEW);
    IF new_row - words = old_row - words AND NOT EXISTS (
      SELECT FROM unnest(words) AS word
      WHERE new_row -> word IS DISTINCT FROM old_row -> word
        AND new_row -> word NOT IN ('""', '[]', '{}')
    ) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = '23514', CONSTRAINT = 'experts_append_only';
END $$;
