"""Calls what the catalogue says in sentences what it is, as 0028 did with names; columns stay."""

from django.db import migrations, models


def renamed(model, name, field):
    """Return the two steps that rename a field and leave its column alone."""
    return (
        migrations.AlterField(model, name, field),
        migrations.RenameField(model, name, f"english_{name}"),
    )


class Migration(migrations.Migration):
    dependencies = [("experts", "0028_english_names")]

    operations = [
        *renamed(
            "skill", "description", models.TextField("description", db_column="description")
        ),
        *renamed(
            "modelfamily",
            "modality",
            models.CharField("modality", max_length=40, db_column="modality"),
        ),
        *renamed(
            "surface",
            "note",
            models.CharField("note", blank=True, max_length=300, db_column="note"),
        ),
    ]
