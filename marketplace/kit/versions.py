"""Tells the version of what lies in several rows, by what the database calls each state of a row.

Whoever writes a row gives it another `xmin` (the transaction) or another `ctid` (its place), so a
digest of both, over all rows that something is made from, changes with every one of them, whoever
writes it. No column has to be counted up, and none can be forgotten.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketplace.kit import reads

ROW = "concat({row}.tableoid, ' ', {row}.xmin, ' ', {row}.ctid)"
PART = """
SELECT whole.{key} AS key, {version} AS version
FROM {whole} AS whole {joins} WHERE whole.{key} = ANY (%(keys)s)
"""
OF_EACH = """
SELECT key, md5(string_agg(version, ',' ORDER BY version)) FROM ({parts}) AS part GROUP BY key
"""
OF_ALL = "(SELECT md5(string_agg({version}, ',' ORDER BY {table}.ctid)) FROM {table})"


@dataclass(frozen=True, slots=True)
class Whole:
    """What is made from a row of one table and rows that belong to it.

    `parts` says of each further table how its row, by the table's name, is joined to the first,
    which is called `whole`.
    """

    table: str
    parts: Mapping[str, str]
    key: str = "id"

    @property
    def tables(self) -> set[str]:
        """The tables of its rows."""
        return {self.table, *self.parts}

    def versions(self, keys: Iterable[int]) -> dict[int, str]:
        """Return the version of each of these (by key) that is there; one statement."""
        parts = [self._part("whole", ""), *(self._part(*part) for part in self.parts.items())]
        with reads.cursor() as cursor:
            cursor.execute(OF_EACH.format(parts=" UNION ALL ".join(parts)), {"keys": list(keys)})
            return dict(cursor.fetchall())

    def _part(self, row: str, joins: str) -> str:
        version = ROW.format(row=row)
        return PART.format(key=self.key, whole=self.table, version=version, joins=joins)


def of_tables(tables: Iterable[str]) -> str:
    """Return the version of all rows of some small tables together; one statement."""
    parts = [OF_ALL.format(table=table, version=ROW.format(row=table)) for table in tables]
    with reads.cursor() as cursor:
        cursor.execute(f"SELECT concat_ws(' ', {', '.join(parts)})")
        return str(cursor.fetchone()[0])
