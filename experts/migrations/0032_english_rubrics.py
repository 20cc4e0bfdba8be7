"""Calls what rubrics, lists of evidence and hints say in English what it is; columns stay."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


def renamed(model, name, field):
    """Return the step that renames a field here, of which the database is told nothing."""
    return migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField(model, name, field),
            migrations.RenameField(model, name, f"english_{name}"),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("experts", "0031_kinds_of_work")]

    operations = [
        renamed(
            "skill",
            "accepted_evidence",
            ArrayField(
                models.TextField(),
                default=list,
                verbose_name="accepted",
                db_column="accepted_evidence",
            ),
        ),
        renamed(
            "skill",
            "refused_evidence",
            ArrayField(
                models.TextField(),
                default=list,
                verbose_name="refused",
                db_column="refused_evidence",
            ),
        ),
        renamed(
            "skillalias",
            "hint",
            models.CharField("hint", blank=True, max_length=200, db_column="hint"),
        ),
        renamed("criterion", "name", models.CharField("name", max_length=80, db_column="name")),
        renamed("criterion", "question", models.TextField("question", db_column="question")),
        renamed(
            "criterion",
            "anchors",
            ArrayField(
                models.TextField(), size=6, verbose_name="anchors", db_column="anchors"
            ),
        ),
    ]
