"""Files that no row names: what a process that died, or a store that was full, left behind.

A file is written before the row that names it is committed, because the other way round a row could
name nothing. So a file may be left alone, and never a row.
"""

import logging
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from marketplace.kit.storage import Store

log = logging.getLogger(__name__)

# A request is over in seconds. The rest is for people who brought the database back to yesterday.
AGE = timedelta(days=1)
AT_ONCE = 500


def sweep(rows: QuerySet[Any], column: str, folder: str, *, at: datetime) -> int:
    """Delete the files of a folder that none of these rows names in a column; return how many.

    A file is younger than `AGE` while its row may still come, and is left alone. It lists the whole
    folder, and asks the database once for each `AT_ONCE` files.
    """
    field: Any = rows.model._meta.get_field(column)
    store: Store = field.storage
    old, strays = store.written_before(folder, at - AGE), 0
    while names := list(islice(old, AT_ONCE)):
        named = rows.filter(**{f"{column}__in": names})
        for name in set(names) - set(named.values_list(column, flat=True)):
            store.delete(name)
            strays += 1
    if strays:
        log.warning("files.strays.deleted", extra={"folder": folder, "count": strays})
    return strays
