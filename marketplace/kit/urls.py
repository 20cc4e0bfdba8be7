"""The path converter of public ids."""


class PublicIdConverter:
    """Matches `job_4h2k…` and nothing else, so that a wrong id is a 404 before any query."""

    regex = r"[a-z]{2,8}_[0-9a-z]{12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
