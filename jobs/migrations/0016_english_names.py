"""Calls the stored names what they are; the columns stay, so old and new code read the same table."""

from django.db import migrations, models


def renamed(model, name, length):
    """Return the two steps that rename a field and leave its column alone."""
    field = models.CharField(name, max_length=length, db_column=name)
    return (
        migrations.AlterField(model, name, field),
        migrations.RenameField(model, name, f"english_{name}"),
    )


class Migration(migrations.Migration):
    dependencies = [("jobs", "0015_board_changes")]

    operations = [*renamed("usecase", "name", 80), *renamed("usecase", "summary", 200)]
