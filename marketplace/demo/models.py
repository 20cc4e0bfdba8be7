"""On which models the demo's evidence and deliveries run, so that some of it retires."""

import random
from collections.abc import Sequence

from contracts.models import Contract
from contracts.services.declarations import Declared
from experts.models import ModelRelease

# Skills whose proof needs no model: they are about people, data or rules.
OF_NO_MODEL = frozenset(
    {
        *("ai-strategy", "enterprise-rollout", "data-quality", "data-annotation", "accessibility"),
        *("responsible-ai", "privacy-engineering", "ai-act-compliance", "ip-licensing"),
    }
)
# What the work of a skill runs on; each line is one way to have built it.
OF_SKILL = {
    "speech-to-text": (["whisper-1"], ["gpt-transcribe"], ["whisper-1", "gpt-live-transcribe"]),
    "text-to-speech": (["tts-1-hd"], ["gpt-4o-mini-tts"]),
    "realtime-voice": (["gpt-realtime"], ["gpt-realtime-2.1"], ["gpt-live-1"]),
    "image-generation": (["gpt-image-1.5"], ["gpt-image-2.5"]),
    "embeddings-search": (["text-embedding-3-large"], ["text-embedding-3-small"]),
    "content-moderation": (["omni-moderation"],),
    "fine-tuning": (["gpt-4.1-mini"], ["gpt-oss-20b"], ["gpt-oss-120b"]),
    "coding-agents": (["gpt-5.3-codex"], ["gpt-6-sol"]),
    "model-migration": (["gpt-4o-2024-11-20", "gpt-6-luna"], ["gpt-4.1", "gpt-6-luna"]),
}
# What experts of the demo declare of the models in their last work.
DECLARATIONS = (
    Declared(
        adaptation="System prompt and four examples, versioned beside the code; nothing is tuned.",
        data_used="Your manuals and 300 questions of your support team. All of it is yours; none "
        "left your project.",
        limits="Tables that go over two pages are read row by row, so a total in them can be "
        "missed. Not for questions of law.",
        operators="Runs in your account with your key. Your platform team can start, change and "
        "stop it; the runbook is in the repository.",
    ),
    Declared(
        adaptation="One fine-tune on 1,900 of your own cases; the run, its seed and the file are "
        "in the repository.",
        data_used="Cases of the last two years, without names. The test set is public, CC BY 4.0.",
        limits="Measured on English only. Below twenty words it asks back more often than people "
        "like.",
        operators="The tuned model belongs to your organisation. Three of your people hold the "
        "role that may deploy it; I hold none any more.",
    ),
)
OF_THE_REST = (
    *(["gpt-6-sol"], ["gpt-6-luna"], ["gpt-6.1-terra"], ["gpt-5.6-sol"], ["gpt-6-astra"]),
    *(["gpt-5"], ["gpt-4.1"], ["gpt-4o-2024-11-20", "gpt-6-luna"]),
)


def built_on(skill: str, dice: random.Random) -> Sequence[ModelRelease]:
    """Draw the releases a piece of work in this skill runs on; some work names none."""
    if skill in OF_NO_MODEL:
        return []
    names = dice.choice(OF_SKILL.get(skill, OF_THE_REST))
    return list(ModelRelease.objects.filter(api_id__in=names))


def declared(contract: Contract) -> Declared:
    """Say of the models in a contract's last work what its expert declares; always the same."""
    return DECLARATIONS[len(contract.title) % len(DECLARATIONS)]
