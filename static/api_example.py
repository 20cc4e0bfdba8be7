"""Asks the API with nothing but Python: ATTEST_TOKEN=at_… python3 api_example.py SITE [SKILL …]

Prints the open jobs that demand no skill beside those named, and whom you owe an answer. Copy what
you need: asking, lists of any length, being refused, writing once, and hearing webhooks.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import uuid
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen


class Refused(Exception):
    """The API says no. Programs read `kind`, people the sentence, forms the errors by field."""

    def __init__(self, problem):
        super().__init__(problem["detail"])
        self.status, self.kind = problem["status"], problem["type"]
        self.errors = problem.get("errors", {})


class Attest:
    """The API as the owner of a token sees it."""

    def __init__(self, site, token):
        self.site, self.token = site.rstrip("/"), token

    def ask(self, path, body=None, key=None):
        """Return what an address answers; a body is posted, and under a key only once."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        asked = Request(self.site + path, data, headers)  # noqa: S310 (whoever runs it names it)
        try:
            with urlopen(asked, timeout=30) as answer:  # noqa: S310
                return json.loads(answer.read() or "null")
        except HTTPError as error:
            if error.headers.get_content_type() == "application/problem+json":
                raise Refused(json.load(error)) from None
            raise

    def rows(self, path):
        """Yield a whole list, page by page; the token goes nowhere but to the site."""
        while path:
            page = self.ask(path)
            yield from page["results"]
            following = urlsplit(page["next"] or "")
            path = following.path and f"{following.path}?{following.query}"

    def jobs_for(self, skills):
        """Yield the open jobs that demand no other skills, newest first."""
        for job in self.rows("/api/v1/jobs/?limit=100"):
            if {skill["slug"] for skill in job["skills"] if skill["is_must"]} <= set(skills):
                yield job

    def write(self, conversation, text):
        """Write a message; if the line breaks say it again, and still it arrives once."""
        path, key = f"/api/v1/conversations/{conversation}/messages/", str(uuid.uuid4())
        try:
            return self.ask(path, {"text": text}, key)
        except OSError:
            return self.ask(path, {"text": text}, key)


def is_ours(secret, headers, body, at):
    """Tell if a webhook's message (bytes) came from Attest within five minutes of `at`, in seconds.

    Do nothing twice for one `webhook-id`: what is not answered with 2xx is sent again.
    """
    stamp = headers["webhook-timestamp"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    is_signed = hmac.compare_digest(expected, headers["webhook-signature"])
    return is_signed and abs(at - int(stamp)) <= 5 * 60


def main(site, *skills):
    """Print what waits for an expert with these skills."""
    attest = Attest(site, os.environ["ATTEST_TOKEN"])
    for found in attest.jobs_for(skills):
        job = attest.ask(f"/api/v1/jobs/{found['id']}/")
        print(f"{job['id']}  {job['title']} ({len(job['checks'])} checks)")
    for talk in attest.rows("/api/v1/conversations/"):
        if talk["unread"]:
            print(f"{talk['id']}  {talk['client']}: {talk['unread']} new")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
