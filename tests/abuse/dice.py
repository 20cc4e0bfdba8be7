"""How the corpora are thrown: templates with gaps, numbers with check digits, disguises."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from stdnum import luhn

GAP = re.compile(r"\{(\w+)\}")
CYRILLIC = str.maketrans("aceopxy", "асеорху")  # noqa: RUF001 (look-alikes are what it is for)
FULL_WIDTH = {number: number + 0xFEE0 for number in range(0x21, 0x7F)}
ZERO_WIDTH = "\u200b"

Dice = random.Random
Fill = Callable[[Dice], str]


def thrown(templates: Sequence[str], fills: Mapping[str, Fill], *, seed: int) -> Iterator[str]:
    """Yield texts without end: each template in turn, each time with other words in its gaps."""
    dice = random.Random(seed)  # noqa: S311 (a corpus that is the same every time)
    while True:
        for template in templates:
            yield GAP.sub(lambda gap: fills[gap[1]](dice), template)


def one_of(*words: str) -> Fill:
    return lambda dice: dice.choice(words)


def digits(dice: Dice, count: int) -> str:
    return "".join(dice.choices("0123456789", k=count))


def german_iban(dice: Dice) -> str:
    """An account number that may be one, in groups of four."""
    account = digits(dice, 18)
    check = 98 - int(f"{account}131400") % 97  # DE is 13 14
    plain = f"DE{check:02}{account}"
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def british_iban(dice: Dice) -> str:
    account = digits(dice, 14)
    letters = "".join(dice.choices("ABCDEFGHJKLMNPRST", k=4))
    numbers = "".join(str(int(sign, 36)) for sign in letters)
    return f"GB{98 - int(f'{numbers}{account}161100') % 97:02}{letters}{account}"


def card(dice: Dice) -> str:
    number = f"4{digits(dice, 14)}"
    number += luhn.calc_check_digit(number)
    return " ".join(number[at : at + 4] for at in range(0, 16, 4))


def ether(dice: Dice) -> str:
    return "0x" + "".join(dice.choices("0123456789abcdef", k=40))


def mobile(dice: Dice) -> str:
    begins = dice.choice(("+49 17", "017", "+44 77", "+49 (0)15"))
    return f"{begins}{digits(dice, 1)} {digits(dice, 7)}"


# --- Disguises


def as_it_is(_dice: Dice, text: str) -> str:
    return text


def with_nothing_between(_dice: Dice, text: str) -> str:
    return ZERO_WIDTH.join(text)


def in_other_letters(_dice: Dice, text: str) -> str:
    return text.translate(CYRILLIC)


def in_full_width(_dice: Dice, text: str) -> str:
    return text.translate(FULL_WIDTH)


def drawn_apart(_dice: Dice, text: str) -> str:
    return " ".join(text)


DISGUISES = (
    *[as_it_is] * 3,
    with_nothing_between,
    in_other_letters,
    in_full_width,
    drawn_apart,
)


def disguised(*words: str) -> Fill:
    """A word as it is, or in one of the disguises."""
    return lambda dice: dice.choice(DISGUISES)(dice, dice.choice(words))
