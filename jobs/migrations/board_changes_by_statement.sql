-- As before, but noted once a statement: of many rows written together, one note after the other on
-- the same row took time with the square of their number.
DROP TRIGGER note_new_job ON jobs_job;
DROP TRIGGER note_changed_job ON jobs_job;
DROP TRIGGER note_gone_job ON jobs_job;
DROP TRIGGER note_changed_wish ON jobs_jobskill;
DROP FUNCTION jobs_note_changed_wish;

CREATE OR REPLACE FUNCTION jobs_note_board_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_shown boolean := false;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        is_shown := EXISTS (SELECT FROM gone WHERE status = 'open');
    END IF;
    IF TG_OP <> 'DELETE' AND NOT is_shown THEN
        is_shown := EXISTS (SELECT FROM fresh WHERE status = 'open');
    END IF;
    IF is_shown THEN
        INSERT INTO jobs_boardchange (id) VALUES (pg_current_xact_id()::text::bigint)
        ON CONFLICT (id) DO UPDATE SET id = excluded.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_new_job AFTER INSERT ON jobs_job
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION jobs_note_board_change();
CREATE TRIGGER note_changed_job AFTER UPDATE ON jobs_job
REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION jobs_note_board_change();
CREATE TRIGGER note_gone_job AFTER DELETE ON jobs_job
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION jobs_note_board_change();

CREATE FUNCTION jobs_note_changed_wish() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_shown boolean := false;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        is_shown := EXISTS (
            SELECT FROM gone JOIN jobs_job AS job ON job.id = job_id WHERE job.status = 'open'
        );
    END IF;
    IF TG_OP <> 'DELETE' AND NOT is_shown THEN
        is_shown := EXISTS (
            SELECT FROM fresh JOIN jobs_job AS job ON job.id = job_id WHERE job.status = 'open'
        );
    END IF;
    IF is_shown THEN
        INSERT INTO jobs_boardchange (id) VALUES (pg_current_xact_id()::text::bigint)
        ON CONFLICT (id) DO UPDATE SET id = excluded.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_new_wish AFTER INSERT ON jobs_jobskill
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION jobs_note_changed_wish();
CREATE TRIGGER note_changed_wish AFTER UPDATE ON jobs_jobskill
REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION jobs_note_changed_wish();
CREATE TRIGGER note_gone_wish AFTER DELETE ON jobs_jobskill
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION jobs_note_changed_wish();
