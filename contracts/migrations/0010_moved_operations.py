"""Says of every transfer that was done by now when it moved our balance."""

from django.db import migrations
from django.db.models import Max, OuterRef, Subquery


def say_when_it_moved(apps, _editor):
    operation = apps.get_model("contracts", "Operation")
    events = apps.get_model("contracts", "OperationEvent").objects
    done = events.filter(row=OuterRef("pk"), verb="succeed").values("row").annotate(at=Max("at"))
    operation.objects.filter(status="succeeded").update(moved_at=Subquery(done.values("at")))


class Migration(migrations.Migration):
    dependencies = [("contracts", "0009_parts_returns_freezes")]

    operations = [migrations.RunPython(say_when_it_moved, migrations.RunPython.noop)]
