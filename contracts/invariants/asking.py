"""Questions are the same every time, so Django writes the SQL of each once.

Building and compiling a query takes Django several times as long as Postgres takes to answer it
with a few rows, and all of them are asked after every test about money.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.db import connection
from django.db.models import QuerySet


def asked(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., list[tuple[Any, ...]]]:
    """Make a function that builds a query of values into one that returns its rows as tuples.

    What it is given must be hashable, and nothing else may decide what is built. Values come as
    the database driver gives them: a sum of whole numbers may be a `Decimal`.
    """

    @cache
    def written(*given: Any) -> tuple[str, tuple[Any, ...]]:
        sql, params = build(*given).query.sql_with_params()
        return sql, params

    @wraps(build)
    def ask(*given: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(*written(*given))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    return ask
