"""No name is taken for one of ours, or for that of a client whom others know (I-09, ADR 39)."""

# ruff: noqa: RUF001 (letters that look like others are what this is about)

from itertools import product

import pytest
from django.urls import reverse

from accounts.models import Organisation, User
from accounts.services import organisations, people
from accounts.services.organisations import NameIsTaken
from marketplace.kit import names
from marketplace.kit.errors import DomainError
from marketplace.kit.names import NameHasSigns, NameIsMixed, NameIsOurs
from tests import factories
from tests.conftest import NOON

ABOUT = {"website": "", "country": "DE", "about": ""}

CYRILLIC = str.maketrans("aceopxysijSABCEHKMOPTXI", "асеорхуѕіјЅАВСЕНКМОРТХІ")
GREEK = str.maketrans("ovAOTBEHIKMNPXY", "ονΑΟΤΒΕΗΙΚΜΝΡΧΥ")
SMALL = str.maketrans("abcdegiklmnoprtu", "ᴀʙᴄᴅᴇɢɪᴋʟᴍɴᴏᴘʀᴛᴜ")
DIGITS = str.maketrans("oOlI", "0011")


def shifted(name: str, capital: int, small: int) -> str:
    """Draw ASCII letters in another alphabet of Unicode that has them in order."""
    return "".join(
        chr(capital + ord(sign) - 65) if sign.isupper()
        else chr(small + ord(sign) - 97) if sign.islower()
        else sign
        for sign in name
    )  # fmt: skip


def between(sign: str):
    return lambda name: name[:2] + sign + name[2:]


# How somebody writes a name so that it reads as another one and is not equal to it.
TRICKS = {
    "as it is": str,
    "capitals": str.upper,
    "small letters": str.lower,
    "Cyrillic": lambda name: name.translate(CYRILLIC),
    "one Cyrillic letter": lambda name: name[0].translate(CYRILLIC) + name[1:],
    "Greek": lambda name: name.translate(GREEK),
    "small capitals": lambda name: name.translate(SMALL),
    "digits": lambda name: name.translate(DIGITS),
    "fullwidth": lambda name: shifted(name, 0xFF21, 0xFF41),
    "bold": lambda name: shifted(name, 0x1D400, 0x1D41A),
    "script": lambda name: shifted(name, 0x1D4D0, 0x1D4EA),
    "sans": lambda name: shifted(name, 0x1D5A0, 0x1D5BA),
    "monospace": lambda name: shifted(name, 0x1D670, 0x1D68A),
    "circled": lambda name: shifted(name, 0x24B6, 0x24D0),
    "accents": lambda name: "".join(sign + "\u0301" if sign in "aeiou" else sign for sign in name),
    "a dot above": between("\u0307"),
    "a stroke": between("\u0335"),
    "zalgo": between("\u0301\u0302\u0303\u0304\u0306"),
    "a filler": between("\u3164"),
    "a half filler": between("\uffa0"),
    "a blank of Braille": between("\u2800"),
    "a space without width": between("\u200b"),
    "a joiner": between("\u200d"),
    "a word joiner": between("\u2060"),
    "a soft hyphen": between("\u00ad"),
    "a tag": between("\U000e0061"),
    "a variant": between("\ufe0f"),
    "right to left": lambda name: "\u202e" + name[::-1],
    "isolated": lambda name: "\u2066" + name + "\u2069",
    "an emoji": lambda name: name + " \u2705",
    "a family of emoji": lambda name: name + " \U0001f468\u200d\U0001f469",
    "a private sign": between("\ue000"),
    "drawn apart": " ".join,
    "dotted": ".".join,
    "hyphens": "-".join,
    "rn for m": lambda name: name.replace("m", "rn"),
    "capital I for l": lambda name: name.replace("l", "I"),
    "l for capital I": lambda name: name.replace("I", "l"),
}  # fmt: skip
# Ours, those we are about, our offices, and a client that has paid.
KNOWN = (
    "Attest", "OpenAI", "ChatGPT", "Stripe", "Support", "Moderator", "Attest Support",
    "OpenAI Team", "Billing Team", "Colm Marlow Ltd",
)  # fmt: skip

HONEST = {
    "Latin": "Łukasz Żółć-O’Brien", "Vietnamese": "Nguyễn Thị Ánh", "Cyrillic": "Мария Иванова",
    "Greek": "Γιώργος Παπαδόπουλος", "Armenian": "Արամ Խաչատրյան", "Georgian": "გიორგი ბერიძე",
    "Hebrew": "דנה כהן", "Arabic": "محمد أحمد", "Persian": "علی‌رضا کریمی",
    "Devanagari": "मारिया शर्मा", "Bengali": "রবীন্দ্রনাথ ঠাকুর", "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Gujarati": "નરેન્દ્ર પટેલ", "Oriya": "ସୁବାସ ଦାସ", "Tamil": "தமிழ்ச்செல்வி", "Telugu": "రామ రావు",
    "Kannada": "ಕುವೆಂಪು", "Malayalam": "മാധവൻ നായർ", "Sinhala": "ශ්‍රීමතී පෙරේරා",
    "Thai": "สมชาย ใจดี", "Lao": "ສົມພອນ", "Burmese": "အောင်ဆန်း", "Khmer": "សុខា ចាន់",
    "Tibetan": "བསྟན་འཛིན", "Ethiopic": "አበበ ቢቂላ", "Han": "王芳", "Japanese": "さくら株式会社ＡＩ",
    "Hangul": "김민준", "two alphabets, each word in one": "Мария Smith",
    "signs": "C++ & Sons, 3M (Berlin) – Yahoo!", "our words in others": "Matteo Battestini",
    "an office in a name": "Support Vector Machines GmbH", "one letter": "Q",
}  # fmt: skip


@pytest.fixture
def marlow(db) -> Organisation:
    """A client whom others know: a payment of theirs has arrived."""
    row = factories.organisation(factories.user("Mia Marlow"), name="Colm Marlow Ltd")
    organisations.record_payment(row, at=NOON)
    return row


def written() -> list[str]:
    return sorted({trick(name) for name, trick in product(KNOWN, TRICKS.values())})


# --- Names that could be taken for others


def test_none_of_three_hundred_names_passes(marlow):
    tried = written()
    passed = []
    for name in tried:
        try:
            organisations.check_name(name)
            passed.append(name)
        except DomainError:
            continue

    assert len(tried) >= 300
    assert passed == []


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("Open\u3164AI", NameHasSigns),
        ("Ada \u2713", NameHasSigns),
        ("Adа Okonkwo", NameIsMixed),
        ("ОрепАІ", NameIsOurs),
        ("Customer Support", NameIsOurs),
    ],
)
def test_each_is_told_why(mallory, name, refusal):
    with pytest.raises(refusal):
        organisations.open_for(mallory, name=name, **ABOUT, at=NOON)
    with pytest.raises(refusal):
        people.describe(mallory, name=name, time_zone="UTC")

    assert not Organisation.objects.exists()
    assert User.objects.get(pk=mallory.pk).name == "Mallory"


@pytest.mark.parametrize("name", HONEST.values(), ids=HONEST)
def test_honest_names_are_accepted(marlow, mallory, name):
    assert people.describe(mallory, name=name, time_zone="UTC").name == name
    assert organisations.open_for(mallory, name=name, **ABOUT, at=NOON).name == name


# --- Whose names are compared


def test_a_client_that_has_paid_is_known_by_its_name(marlow, mallory):
    with pytest.raises(NameIsTaken):
        organisations.open_for(mallory, name="Co1m Marl0w Ltd.", **ABOUT, at=NOON)

    named = organisations.open_for(mallory, name="Colm Marlow (Cork)", **ABOUT, at=NOON)
    with pytest.raises(NameIsTaken):
        organisations.describe(named, name="COLM MARLOW LTD", **ABOUT, by=mallory)


def test_it_may_keep_its_own(marlow):
    owner = marlow.memberships.get().user

    assert organisations.describe(marlow, name="Colm Marlow, Ltd", **ABOUT, by=owner)


def test_who_has_not_paid_keeps_no_name_from_others(mallory, acme):
    assert organisations.open_for(mallory, name="ACME", **ABOUT, at=NOON)


def test_two_people_may_have_one_name(ada, mallory):
    assert people.describe(mallory, name=ada.name, time_zone="UTC").name == ada.name


def test_the_part_before_the_at_is_not_ours_either(db):
    assert User(email="attest.support@people.example").shown_name == "New member"
    assert User(email="marie.curie@people.example").shown_name == "marie.curie"


def test_a_look_is_kept_with_the_name(marlow):
    marlow.name = "Globex"
    marlow.save()

    assert Organisation.objects.get(pk=marlow.pk).name_look == names.look("GLOBEX")


# --- Where it is said


def test_the_sentence_stands_beside_the_field(client, mallory, ada):
    client.force_login(mallory)
    doors = {
        reverse("accounts:open-organisation"): ABOUT | {"name": "Attest Team"},
        reverse("accounts:settings"): {"name": "Support", "time_zone": "UTC", "language": "en-gb"},
    }
    for door, form in doors.items():
        answer = client.post(door, form)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["name"]
        assert "yours alone" in answer.content.decode()


def test_the_api_refuses_it_too(program, ada):
    tag = program(ada, "get", "own-profile")["ETag"]

    body = {"name": "0penAI Support"}
    answer = program(ada, "patch", "own-profile", body=body, **{"If-Match": tag})

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/name_is_ours"
