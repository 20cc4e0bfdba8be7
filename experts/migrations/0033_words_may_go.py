"""Lets words out of what is append-only, and nothing else, when somebody is erased."""

from pathlib import Path

from django.db import migrations

LAY = (Path(__file__).parent / "words_may_go.sql").read_text(encoding="utf-8")
LIFT = """
CREATE OR REPLACE FUNCTION experts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = '23514', CONSTRAINT = 'experts_append_only';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ('experts', '0032_english_rubrics'),
        ('accounts', '0019_erasures'),
    ]

    operations = [migrations.RunSQL(LAY, LIFT)]
