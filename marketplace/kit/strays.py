"""Files that no row names: what a process that died, or a disk that was full, left behind.

A file is written before the row that names it is committed, because the other way round a row could
name nothing. So a file may be left alone, and never a row.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import Storage
from django.db.models import FileField

log = logging.getLogger(__name__)

# A request is over in seconds. The rest is for people who brought the database back to yesterday.
AGE = timedelta(days=1)
AT_ONCE = 500


def sweep(field: FileField, folder: str, *, at: datetime) -> int:
    """Delete the files of a folder that no row of the field's model names; return how many.

    A file is younger than `AGE` while its row may still come, and is left alone. It lists the whole
    folder, and asks the database once for each `AT_ONCE` files.
    """
    old, strays = _written_before(field.storage, folder, at - AGE), 0
    while names := list(islice(old, AT_ONCE)):
        named = field.model._base_manager.filter(**{f"{field.name}__in": names})
        for name in set(names) - set(named.values_list(field.name, flat=True)):
            field.storage.delete(name)
            strays += 1
    if strays:
        log.warning("files.strays.deleted", extra={"folder": folder, "count": strays})
    return strays


def _written_before(storage: Storage, folder: str, before: datetime) -> Iterator[str]:
    if not storage.exists(folder):
        return
    for name in storage.listdir(folder)[1]:
        path = f"{folder}/{name}"
        # One that has just gone with its row is no stray.
        if storage.exists(path) and storage.get_modified_time(path) < before:
            yield path
