-- Whoever writes or deletes a search document, its sets no longer say what it says.
CREATE FUNCTION experts_note_search_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO experts_searchchange (expert_id, version)
    VALUES (coalesce(NEW.expert_id, OLD.expert_id), pg_current_xact_id()::text::bigint)
    ON CONFLICT (expert_id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_search_change
AFTER INSERT OR UPDATE OR DELETE ON experts_searchdocument
FOR EACH ROW EXECUTE FUNCTION experts_note_search_change();
-- Big and already dense.
ALTER TABLE experts_searchset ALTER COLUMN places SET STORAGE EXTERNAL;
ALTER TABLE experts_searchbase ALTER COLUMN experts SET STORAGE EXTERNAL;
ALTER TABLE experts_searchbase ALTER COLUMN qualities SET STORAGE EXTERNAL;
