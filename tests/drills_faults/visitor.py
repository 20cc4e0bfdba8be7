"""Somebody with a browser that knows links, forms and cookies, and nothing of our code.

What they are told is what counts: an answer below 400 acknowledges. A refusal by a machine (503, or
no answer at all) is waited out as people do: they look again, and send again what is not there.
"""

import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode, urljoin, urlsplit

PASSWORD = "attest-demo"
# Longer than any fault of the drills lasts.
PATIENCE = 90.0


class NoAnswer(Exception):
    """The site was away, or broke off, or asked to come back; nobody knows what was done."""


class NotNow(Exception):
    """What was asked for cannot be done as things stand, which a new look at the page shows."""


class Refused(AssertionError):
    """The site answered with something that people must never see while machines fail."""


@dataclass
class Form:
    """A form of a page with what it would send as it stands."""

    action: str
    sends: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The forms and the links of a page."""

    def __init__(self, text: str, url: str) -> None:
        super().__init__()
        self.text, self.url = text, url
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._area = self._select = ""
        self.feed(text)

    def form(self, part: str) -> Form:
        """Return the one that is sent to an address with this in it."""
        found = next((form for form in self.forms if part in form.action), None)
        assert found, f"{self.url} has no form for {part}"
        return found

    def has_form(self, part: str) -> bool:
        """Whether there is one that is sent to an address with this in it."""
        return any(part in form.action for form in self.forms)

    def link(self, part: str) -> str:
        """Return the first link with this in it, empty when there is none."""
        return next((link for link in self.links if part in link), "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if tag == "a":
            self.links.append(told.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(urljoin(self.url, told.get("action", ""))))
        elif self.forms and name:
            self._take(tag, name, told)
        elif tag == "option" and self._select and ("selected" in told):
            self.forms[-1].sends[self._select] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self._area = self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].sends[self._area] += data

    def _take(self, tag: str, name: str, told: dict[str, str]) -> None:
        sends = self.forms[-1].sends
        if tag == "textarea":
            self._area, sends[name] = name, ""
        elif tag == "select":
            self._select, sends[name] = name, ""
        elif told.get("type") in {"checkbox", "radio"}:
            if "checked" in told:
                sends[name] = told.get("value", "on")
        elif tag == "input" and told.get("type") not in {"file", "submit"}:
            sends[name] = told.get("value", "")


class Visitor:
    """One person; `told` counts what they were told by status, `longest` is their longest wait."""

    def __init__(self, address: str, email: str) -> None:
        self.address, self.email = address, email
        self.cookies: dict[str, str] = {}
        self.told: dict[int, int] = {}
        self.longest = 0.0

    def sign_in(self) -> None:
        """Sign in by the form."""
        self.press(
            self.look("/accounts/login/").form("/login/"), login=self.email, password=PASSWORD
        )

    def look(self, path: str) -> Page:
        """Open a page, and again until it comes."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.get(path)
            except NoAnswer:
                assert time.monotonic() < until, f"{path} never came back"
                time.sleep(0.2)

    def press(self, form: Form, **typed: str) -> str:
        """Send a form once; return where the answer leads.

        :raises NoAnswer: when nobody can know whether it was done.
        :raises NotNow: when something else was done first; nothing was changed.
        :raises Refused: when the site did not take it, or broke.
        """
        answer, text = self._ask("POST", form.action, urlencode(form.sends | typed))
        if answer.status == 409:
            raise NotNow
        if answer.status not in {302, 303}:
            raise Refused(f"{form.action}: {answer.status} {text[:3000]}")
        return urljoin(form.action, answer.headers["Location"])

    def get(self, url: str) -> Page:
        """Open a page once, and go where it leads.

        :raises NoAnswer: when there was none, or it was "come back".
        """
        for _ in range(5):
            answer, text = self._ask("GET", url)
            if answer.status not in {301, 302, 303}:
                break
            url = urljoin(url, answer.headers["Location"])
        if answer.status != 200:
            raise Refused(f"{url}: {answer.status} {text[:300]}")
        return Page(text, url)

    def _ask(self, method: str, url: str, body: str = "") -> tuple[HTTPResponse, str]:
        place = urlsplit(urljoin(self.address, url))
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"Origin": f"{place.scheme}://{place.netloc}"}
        connection = HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)
        began = time.monotonic()
        try:
            path = f"{place.path}?{place.query}" if place.query else place.path
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException) as error:
            self._note(0)
            raise NoAnswer from error
        finally:
            connection.close()
        self._note(answer.status)
        if place.netloc == urlsplit(self.address).netloc:
            self.longest = max(self.longest, time.monotonic() - began)
            self._keep_cookies(answer)
        if answer.status == 503:
            assert answer.headers["Retry-After"], f"{url}: 503 does not say when to come back"
            raise NoAnswer(text)
        return answer, text

    def _note(self, status: int) -> None:
        self.told[status] = self.told.get(status, 0) + 1

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
