-- Whoever changes what the board lists, what was answered before no longer holds.
CREATE FUNCTION jobs_note_board_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO jobs_boardchange (id) VALUES (pg_current_xact_id()::text::bigint)
    ON CONFLICT (id) DO UPDATE SET id = excluded.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_new_job AFTER INSERT ON jobs_job
FOR EACH ROW WHEN (NEW.status = 'open') EXECUTE FUNCTION jobs_note_board_change();
CREATE TRIGGER note_changed_job AFTER UPDATE ON jobs_job
FOR EACH ROW WHEN (NEW.status = 'open' OR OLD.status = 'open')
EXECUTE FUNCTION jobs_note_board_change();
CREATE TRIGGER note_gone_job AFTER DELETE ON jobs_job
FOR EACH ROW WHEN (OLD.status = 'open') EXECUTE FUNCTION jobs_note_board_change();

CREATE FUNCTION jobs_note_changed_wish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM jobs_job WHERE id = coalesce(NEW.job_id, OLD.job_id) AND status = 'open'
    ) THEN
        INSERT INTO jobs_boardchange (id) VALUES (pg_current_xact_id()::text::bigint)
        ON CONFLICT (id) DO UPDATE SET id = excluded.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_changed_wish AFTER INSERT OR UPDATE OR DELETE ON jobs_jobskill
FOR EACH ROW EXECUTE FUNCTION jobs_note_changed_wish();
