"""How far two people who judge the same things agree beyond chance."""

from collections import Counter
from collections.abc import Hashable, Sequence


def cohens_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return Cohen's kappa of (one's judgement, the other's) pairs, from -1 to 1.

    kappa = (p_o - p_e) / (1 - p_e), with p_o the share of pairs that agree and p_e the share that
    would by chance, from how often each side gives each judgement (J. Cohen, "A coefficient of
    agreement for nominal scales", Educational and Psychological Measurement 20, 1960, p. 37-46).
    None without pairs, and where both sides always say the same one thing: chance explains it all.
    """
    count = len(pairs)
    ours, theirs = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    agreed = sum(one == other for one, other in pairs)
    by_chance = sum(times * theirs[judgement] for judgement, times in ours.items())
    # Whole numbers until the last step: p_o = agreed / count, p_e = by_chance / count².
    if by_chance == count * count:
        return None
    return (agreed * count - by_chance) / (count * count - by_chance)
