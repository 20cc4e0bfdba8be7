"""Say who looks when a check cannot tell: the applicant reads it too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("experts", "0023_desk_choice"),
    ]

    operations = [
        migrations.AlterField(
            model_name="check",
            name="status",
            field=models.CharField(choices=[("pending", "Being checked"), ("passed", "Confirmed"), ("failed", "Not confirmed"), ("unclear", "A person looks")], default="pending", max_length=24),
        ),
    ]
