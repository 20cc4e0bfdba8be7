"""Keep of recovery codes what tells whether one is right, and no longer what they follow from."""

from types import SimpleNamespace

from allauth.mfa.recovery_codes.internal import auth
from django.db import migrations

from accounts.recovery_codes import hashed

# Ours takes its place in the module, and stands upon it.
Seeded = next(kind for kind in auth.RecoveryCodes.__mro__ if kind.__module__ == auth.__name__)


def hash_them(apps, _editor):
    for row in apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes"):
        if "hashes" not in row.data:
            viewed = {"viewed_at": row.data["viewed_at"]} if "viewed_at" in row.data else {}
            row.data = hashed(Seeded(SimpleNamespace(data=row.data)).get_unused_codes()) | viewed
            row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_sanctions"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(hash_them, migrations.RunPython.noop, elidable=True)]
