"""The path converters: public ids, months, kinds of file. What they refuse is a 404, unasked."""

from datetime import date


class PublicIdConverter:
    """Matches `job_4h2k…` and nothing else, so that a wrong id is a 404 before any query."""

    regex = r"[a-z]{2,8}_[0-9a-z]{12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class MonthConverter:
    """Matches `2030-01` and reads it as the first day of that month."""

    regex = r"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


class DayConverter:
    """A day: 2030-01-31."""

    regex = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Read it; Django answers 404 for what raises ValueError."""
        return date.fromisoformat(value)

    def to_url(self, day: date) -> str:
        """Write it."""
        return day.isoformat()


class FileKindConverter:
    """Matches the two kinds of file a statement comes as."""

    regex = r"csv|pdf"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
