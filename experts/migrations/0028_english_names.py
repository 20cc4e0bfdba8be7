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
    dependencies = [("experts", "0027_saved_experts")]

    operations = [
        *renamed("skill", "name", 60),
        *renamed("skill", "title", 120),
        *renamed("domain", "name", 60),
        *renamed("modelfamily", "name", 60),
        *renamed("surface", "name", 80),
    ]
