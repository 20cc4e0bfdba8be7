"""What we know about addresses outside: certificate issuers, mail services, code hosts.

The lists are files of the project, so that a change to them is reviewed like code.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

LISTS = Path(__file__).resolve().parent / "lists"
# Names that nobody can have (RFC 2606, section 2).
RESERVED = (".example", ".test", ".invalid", ".localhost")
# Where a code host serves the bytes of a file that its own pages only show.
RAW_HOSTS = {"github.com": "raw.githubusercontent.com"}
# GitHub: /owner/name/commit/<sha>; GitLab and its kin: /group/name/-/commit/<sha>.
COMMIT = re.compile(r"^(?P<project>/.+?)(?:/-)?/commit/[0-9a-f]{7,64}$")


def certificate_issuer(url: str) -> str:
    """Return who publishes certificates at an https address, or nothing for a stranger."""
    parts = urlsplit(url)
    issuers: dict[str, str] = _list("certificate_hosts.json")["hosts"]
    is_plain = parts.scheme == "https" and parts.port in {None, 443}
    return issuers.get(parts.hostname or "", "") if is_plain else ""


def is_free_mail(address: str) -> bool:
    """Whether anybody can have an address there, so that it shows no employer."""
    domain = address.rpartition("@")[2].lower()
    free = _free_domains()
    return any(domain == each or domain.endswith(f".{each}") for each in free)


def is_of_a_business(address: str) -> bool:
    """Whether those who share the part behind the @ work for the same business.

    Names that RFC 2606 reserves stand for anybody, in demos and in tests.
    """
    return not is_free_mail(address) and not address.lower().endswith(RESERVED)


def is_within(url: str, project: str) -> bool:
    """Whether an address is part of a project: on its host, below its path, or its raw files."""
    inner, outer = urlsplit(url), urlsplit(project)
    hosts = {outer.hostname, RAW_HOSTS.get(outer.hostname or "")}
    same_host = inner.hostname in hosts and inner.scheme == outer.scheme
    return same_host and inner.port == outer.port and _is_below(inner, outer)


def is_commit_of(url: str, project: str) -> bool:
    """Whether an address is a commit of a repository, by its address alone."""
    found = COMMIT.match(urlsplit(url).path)
    return bool(found) and is_within(url, project) and not urlsplit(url).query


def _is_below(inner: SplitResult, outer: SplitResult) -> bool:
    base, path = outer.path.rstrip("/").removesuffix(".git"), inner.path.rstrip("/")
    is_plain = "/../" not in f"{inner.path}/" and "%" not in inner.path
    return is_plain and (path == base or path.startswith(f"{base}/"))


@cache
def _list(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((LISTS / name).read_text())
    return found


@cache
def _free_domains() -> frozenset[str]:
    return frozenset(_list("free_mail_domains.json")["domains"])
