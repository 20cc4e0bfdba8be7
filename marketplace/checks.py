"""What `manage.py check` asks of the whole site besides Django's own questions."""

from django.core import checks

from marketplace.kit import personal


@checks.register()
def every_column_has_its_class(**_: object) -> list[checks.CheckMessage]:
    """Refuse a column of which nobody said whose it is, or a table kept for no period."""
    hint = "Give it its row in the personal.py of its app."
    return [checks.Error(said, hint=hint, id="attest.E001") for said in personal.problems()]
