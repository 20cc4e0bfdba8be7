"""`manage.py restrict_role NAME`: lets a database role run the site, and not rewrite the ledger."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

GRANTS = Path(__file__).parents[2] / "application_role.sql"


class Command(BaseCommand):
    """Grants an existing role what contracts/application_role.sql says, and takes the rest."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="an existing role, whose DATABASE_URL web and worker get")

    def handle(self, *_args: Any, role: str, **_options: Any) -> None:
        quote = connection.ops.quote_name
        database = quote(str(connection.settings_dict["NAME"]))
        with connection.cursor() as cursor:
            cursor.execute(
                GRANTS.read_text(encoding="utf-8").format(role=quote(role), database=database)
            )
        self.stdout.write(f"{role} may run the site and not rewrite the ledger")
