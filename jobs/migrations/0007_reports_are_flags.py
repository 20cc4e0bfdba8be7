"""Reports of messages become flags, as everything that is reported is one.

In SQL, because a step in Python has Django render all models, also where there are no rows. The
newer reports were written as flags, too; of the older ones each gets its own.
"""

from django.db import migrations

KEEP_AS_FLAGS = """
WITH kept AS (
    INSERT INTO accounts_flag
        (public_id, kind, about, title, url, reason, note, by_id, created_at, answer, status)
    SELECT
        'flg_' || substr(md5(message.public_id || report.by_id), 1, 12),
        'message',
        message.public_id,
        left(author.name || ': ' || message.text, 200),
        '/messages/' || conversation.public_id || '/',
        report.reason,
        report.note,
        report.by_id,
        report.created_at,
        '',
        'open'
    FROM jobs_report AS report
    JOIN jobs_message AS message ON message.id = report.message_id
    JOIN jobs_conversation AS conversation ON conversation.id = message.conversation_id
    JOIN accounts_user AS author ON author.id = message.by_id
    WHERE NOT EXISTS (
        SELECT FROM accounts_flag AS flag
        WHERE flag.kind = 'message'
            AND flag.about = message.public_id
            AND flag.by_id = report.by_id
    )
    RETURNING id, about, by_id, created_at
),
owned AS (
    INSERT INTO accounts_flag_owners (flag_id, user_id)
    SELECT kept.id, message.by_id
    FROM kept JOIN jobs_message AS message ON message.public_id = kept.about
)
INSERT INTO accounts_flagevent (row_id, verb, came_from, went_to, by_id, at, reason)
SELECT id, 'report', 'draft', 'open', by_id, created_at, '' FROM kept
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0006_taken_down"), ("accounts", "0010_flags")]

    operations = [
        # The deferred checks of the new rows, before the table they came from goes.
        migrations.RunSQL(
            [KEEP_AS_FLAGS, "SET CONSTRAINTS ALL IMMEDIATE"], migrations.RunSQL.noop
        ),
        migrations.DeleteModel(name="Report"),
    ]
