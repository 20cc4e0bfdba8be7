"""Gives people a copy of what we keep about them; what is in it, the tables of all apps say.

See `marketplace.kit.personal`. Nothing of others is in it: only the columns that are the person's
own, and facts such as moments and amounts, of rows that they may see on our pages.
"""

import json
import secrets
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Export, Kind, User
from accounts.models.export import FOLDER
from accounts.services import notifications
from accounts.services.notifications import Message, in_readers_languages
from marketplace.kit import personal, strays
from marketplace.kit.errors import DomainError


class OneIsThere(DomainError):
    """One copy a day."""

    code = "export_is_there"
    sentence = gettext_lazy("You have asked for a copy already. A day after that you can again.")


@transaction.atomic
def ask(*, by: User, at: datetime) -> Export:
    """Note that somebody wants a copy; `build` makes it.

    :raises OneIsThere: when the last one is not gone yet.
    """
    row, is_new = Export.objects.get_or_create(user=by, defaults={"created_at": at})
    if not is_new:
        raise OneIsThere
    row.move("ask", by=by, at=at)
    return row


def build(export_pk: int, *, at: datetime) -> None:
    """Make a copy that was asked for, and say that it is there; safe to run twice.

    Files are read and written before the transaction begins: a bucket is asked over a network.
    """
    asked = Export.objects.filter(pk=export_pk, status=Export.Status.ASKED)
    row = asked.select_related("user").first()
    if row is None:
        return
    with TemporaryFile() as made:
        _write(row.user, made)
        made.seek(0)
        # Nobody guesses where it lies; it is handed out by its page alone.
        place = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.zip", File(made))
    if not _finish(row.pk, place, at):
        default_storage.delete(place)


@transaction.atomic
def _finish(export_pk: int, place: str, at: datetime) -> bool:
    """Hand a copy out, unless somebody else has made one, or nobody wants it any more."""
    rows = Export.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.filter(pk=export_pk, status=Export.Status.ASKED).first()
    if row is None:
        return False
    row.file = place
    row.save(update_fields=["file"])
    row.move("finish", by=None, at=at)
    _tell(row, at)
    return True


def waiting() -> list[int]:
    """Return the keys of the copies that are still to be made, the oldest first."""
    asked = Export.objects.filter(status=Export.Status.ASKED).order_by("pk")
    return list(asked.values_list("pk", flat=True))


def sweep_strays(*, at: datetime) -> int:
    """Sweep: delete copies that were written and whose row never came; return how many."""
    return strays.sweep(Export.objects.all(), "file", FOLDER, at=at)


def _write(person: User, made: IO[bytes]) -> None:
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for own in personal.belongings(person):
            found = list(own.rows.values(*own.columns))
            if not found:
                continue
            words = json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            archive.writestr(f"{own.name}.json", words)
            for column in own.files:
                for name in filter(None, (row[column] for row in found)):
                    with default_storage.open(name) as content:
                        archive.writestr(f"files/{name}", content.read())


@in_readers_languages
def _tell(row: Export, at: datetime) -> None:
    notifications.tell(
        Message(
            user=row.user,
            kind=Kind.SECURITY,
            key=f"export:{row.public_id}",
            subject=_("The copy of your data is ready"),
            body=_(
                "You can save it until a day after you asked. If you did not ask for it, change"
                " your password now: somebody else is signed in as you."
            ),
            url=reverse("accounts:own-data"),
            action=_("Save the copy"),
        ),
        at=at,
    )
