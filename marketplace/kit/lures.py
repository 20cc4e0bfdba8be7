"""Finds what leads people away from a site that protects them: addresses, messengers, payments.

A text is read as an eye reads it (`plain`). Long numbers count by their check digits; words count
where somebody asks somebody for something, and not where the work is about them: "pay me by PayPal"
does, "customers pay by PayPal" does not. How well that goes is measured (docs/lures.md).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import bitcoin, iban, luhn

from marketplace.kit.plain import plain

# What each is called in "This message has …".
NAMES: Mapping[str, str | Promise] = {
    "email": _("an e-mail address"),
    "phone": _("a telephone number"),
    "messenger": _("the way to another messenger"),
    "payment": _("a payment outside this site"),
    "remote": _("a request to let somebody onto your computer"),
    "upfront": _("a request to pay before you are paid"),
    "secrets": _("a request for passwords, codes or papers"),
    "clicks": _("pay for clicks, likes or ratings"),
    "imitation": _("an address that imitates a known one"),
}
# What is about money or what opens the way to it; the rest is about where two people write.
ABOUT_MONEY = frozenset(NAMES) - {"email", "phone", "messenger"}


def _words(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Compile patterns for a text in small letters, which takes half the time of IGNORECASE."""
    return tuple(re.compile(pattern) for pattern in patterns)


# --- Parts that several forms share. What stands between two words is bounded, and so is the time.

NEAR = r"[^.?!\n]{0,45}?\b"
ASIDE = r"[^.?!\n]{0,20}?\b"
MESSENGER = (
    r"(?:t[e3]l[e3]\s?gr[a4@]m|wh?[a4@]ts?\W?[a4@]pp|wechat|weixin|viber|snapchat|discord"
    r"|skype|threema|imessage|instagram|signal)"
)
PURSE = (
    r"(?:p[a4@]y\W?p[a4@]l|revolut|venmo|zelle|cash\W?app|western\s?union|money\s?gram|skrill"
    r"|payoneer|transferwise|bitcoins?|btc|usdt|usdc|ethereum|crypto\w*|stablecoins?"
    r"|gift\s?cards?|gutschein\w*|iban|cash|bargeld)"
)
PAY = (
    r"(?:pay|paying|paid|send|sending|take|accept|settle|transfer|wire|invoice|bill|zahl\w*"
    r"|bezahl\w*|überweis\w*|schick\w*|nehme|akzeptier\w*|abrechn\w*|abwickel\w*)"
)
BILL = r"(?:pay|paying|paid|wire|invoice|bill|settle|zahl\w*|bezahl\w*|überweis\w*|abrechn\w*)"
SITE = r"(?:site|website|platform|plattform|marketplace|portal|middleman|seite|vermittl\w+)"
FEE = r"(?:fees?|commissions?|service charge|gebühr\w*|\w*gebühren?|provision\w*)"
YOURS = r"(?:your|dein\w*|ihr\w*|eure\w*)"

# --- What counts wherever it stands

LITERAL: Mapping[str, tuple[re.Pattern[str], ...]] = {
    # From the beginning of a word only, or a long word would be read once from each letter.
    "email": _words(
        r"(?<![\w.+-])[\w.+-]+\s?(?:@|[\[({<]\s?(?:at|ät)\s?[\])}>])\s?[\w-]+"
        r"(?:\s?[\[({<]\s?(?:dot|punkt)\s?[\])}>]\s?|\s\.\s|\.|\s(?:dot|punkt)\s)[a-z]{2,}",
        r"(?<![\w.+-])[\w.+-]+\s(?:at|ät)\s[\w-]+\s?(?:\s(?:dot|punkt)\s|[\[({<]\s?(?:dot|punkt)\s?[\])}>]\s?)[a-z]{2,}",
        r"(?<![\w.+-])[\w.+-]+\s(?:at|ät)\s(?:gmail|googlemail|hotmail|gmx|icloud|proton(?:mail)?)\b",
        r"\b(?:my|meine?)\s(?:\w+\s)?(?:e-?|g-?)?mail(?:[- ]?adress?e?)?\s?(?:is|ist|lautet|:)",
    ),
    # Written as a number to call, so that a date with its time is none: +49 170 1234567,
    # 0170/1234567, (020) 7946-0958, 415-555-0134.
    "phone": _words(
        r"(?<![\w.,-])(?:\+|0|\(\d{2,5}\))[ /-]?\d(?:[ /\u00a0]?\d){6,13}(?!\w|,\d)",
        r"(?<![\w.,-])\d{3}[-. ]\d{3}[-. ]\d{4}(?!\w|,\d)",
        r"(?<![\w.,-])(?:\+|00)\d[\d ()/-]{7,18}\d(?!\w|[.,]\d)",
        r"\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|plus|double|null|eins?|zwo"
        r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun)\b[ ,.-]{0,3}){7}",
        r"\bcall\sme\s(?:on|at|under)\b|\bruf\w*\smich\sunter\b",
        r"\b(?:my|meine?)\s(?:mobile|cell|phone|handy|telefon)\w*(?:\s?number)?\s?(?:is|ist|lautet|:)",
    ),
    "messenger": _words(
        r"\b(?:t|wa)\.me/|\bdiscord\.gg/",
        rf"\b{MESSENGER}\s?(?:id|handle|number|nummer|user\w*)?\s?[:=@]\s?@?\w",
        r"\b(?:on|my|over|via|auf|per|mein)\s(?:wa|tg)\b",
    ),
    "payment": _words(
        r"\b(?:outside|off|away\sfrom|without|around|bypass\w*|skip\w*|avoid\w*|circumvent\w*|beyond)"
        rf"\s(?:of\s|using\s|paying\s)?(?:the|this|that|their|its|any|attest\W?s?)\s?(?:\w+\s)?(?:{SITE}|{FEE})\b",
        rf"\b(?:save|saves|saving|dodge|split|keep|lose|losing|waste|drop)\b{NEAR}{FEE}\b",
        rf"\b(?:spar\w*|umgeh\w*|vermeid\w*|teil\w*)\b{NEAR}{FEE}\b",
        rf"\b{FEE}\b{NEAR}(?:spar\w*|umgeh\w*|vermeid\w*|teilen)\b",
        rf"\b(?:außerhalb|abseits)\s(?:der|dieser|von|des)\s?(?:{SITE}|attest)\b|\boff-platform\b",
        rf"\b(?:an|um)\s(?:der|dieser|die|diese)\s{SITE}\s(?:vorbei|herum)\b",
        rf"\bohne\s(?:die\s|den\s|diese\s)?(?:umweg\s)?(?:über\s)?(?:die\s|diese\s)?(?:{SITE}|{FEE})\b",
        rf"\b{BILL}\b{NEAR}(?:directly|privately|direct|in\sprivate|in\scash|under\sthe\stable"
        r"|on\sthe\sside|between\s(?:us|ourselves)|direkt|privat|bar|unter\sder\shand)\b",
        rf"\b(?:directly|privately|direkt|privat|bar|schwarz)\s(?:\w+\s){{0,4}}{BILL}\b",
        r"\b(?:directly|straight|direkt)\s(?:to|into|auf|an)\s(?:me|you|my|your|mich|dich|mein|dein|ihr)\w*\b",
        r"\b(?:to|into|auf)\s(?:my|mein)\w*\s(?:\w+\s)?(?:account|konto|bank|card|karte|wallet)\b",
        r"\b(?:my|our|meine|unsere|mein)\s(?:\w+\s)?(?:iban|bank\s(?:details|account)|account\snumber"
        r"|sort\scode|routing\snumber|wallet|bankverbindung|konto(?:nummer|daten|verbindung)?)\b",
        r"\b0x[0-9a-f]{40}\b",
    ),
    "remote": _words(r"\b(?:any\s?desk|team\s?viewer|rust\s?desk|remote\saccess\sto\syour)\b"),
    "upfront": _words(
        r"\b(?:registration|security|activation|training|equipment|onboarding|verification|starter"
        r"|processing|application|clearance|insurance|background[\s-]check)\s(?:fee|deposit|kit|charge)\b",
        r"\b(?:refundable|one[\s-]time)\s(?:fee|deposit|payment|charge)\b",
        rf"\b(?:buy|purchase|order|pay\sfor)\b{NEAR}(?:equipment|laptop|phone|licen[cs]e|software|materials)"
        rf"\b{NEAR}(?:reimburs|refund|pay\syou\sback|check|cheque|vendor)",
        rf"\b(?:reimburs\w*|refund\w*)\b{NEAR}(?:equipment|laptop|phone|licen[cs]e|software|purchase)",
        rf"\b(?:cashier'?s?|certified|mobile)\s(?:check|cheque)\b|\b(?:cash|deposit|mail|einlös\w*)\b{ASIDE}(?:check|cheque|scheck)s?\b",
        rf"\b(?:pay|cover|transfer|buy|zahl\w*|bezahl\w*|überweis\w*)\b{NEAR}(?:before|first|upfront|up\sfront|in\sadvance|vorab"
        rf"|zuerst|im\svoraus)\b{NEAR}(?:start|begin|contract|hired|activat\w*|approv\w*|anfang\w*|beginn\w*|vertrag)\b",
        rf"\b(?:receive|accept|empfang\w*|annehm\w*)\b{ASIDE}(?:packages|parcels|pakete)\b{NEAR}(?:forward|reship|relabel|send|weiter)",
        r"\b(?:guaranteed|garantiert\w*)\s(?:income|profits?|returns?|gewinn\w*|einkommen|rendite)\b",
        r"\b(?:kaution|anmeldegebühr|vorkasse|bearbeitungsgebühr|schulungsgebühr|starterpaket"
        r"|aktivierungsgebühr|aufnahmegebühr)\b",
        rf"\b(?:kauf\w*|bestell\w*)\b{NEAR}(?:laptop|ausrüstung|lizenz|software|handy|geräte?)\b{NEAR}(?:erstatt|zurück)",
    ),
    "secrets": _words(
        rf"\b(?:send|share|give|tell|provide|forward|upload|enter|confirm|verify|need|schick\w*|sende\w*|gib|geben|nenn\w*"
        rf"|bestätig\w*|brauch\w*)\b{NEAR}{YOURS}\s{ASIDE}(?:password|passwort|login|log-in|credentials"
        r"|zugangsdaten|(?:sms|verification|security|one[\s-]time|2fa)[\s-]?(?:code|password)|code|tan|pin|ssn"
        r"|social\ssecurity|passport|reisepass|ausweis\w*|driver\w*\slicen[cs]e|id\scard|identity\scard"
        r"|bank\slogin|online[\s-]banking)\b",
        rf"\b(?:rent|lend|borrow|buy|use|access\sto|miet\w*|leih\w*|nutz\w*)\b{ASIDE}{YOURS}\s(?:\w+\s)?(?:account|profile|konto|profil)\b",
        rf"\b{YOURS}\s(?:\w+\s){{0,2}}(?:account|konto)\b{NEAR}(?:forward|pass\son|send\son|weiterleit\w*|weiter)\b",
        rf"\bopen\w*\b{ASIDE}(?:account|wallet)\sin\s{YOURS}\s(?:own\s)?name\b",
        rf"\bkonto\b{NEAR}(?:auf|in)\s{YOURS}\snamen\b",
    ),
    "clicks": _words(
        r"\b(?:earn|earning|income|payout|verdien\w*|einkommen)\b[^?!\n]{0,45}?(?:per|a|each|every|pro|am|im|/)\s?"
        r"(?:day|hour|week|task|click|like|review|tag|woche|stunde|aufgabe|klick|bewertung)\b",
        r"\b(?:daily|instant|same[\s-]day)\s(?:pay|payout|payment|income|withdrawals?)\b|\btäglich\w*\s(?:auszahlung|geld|lohn)\b",
        r"\b(?:no|without)\s(?:prior\s)?experience\s(?:is\s)?(?:needed|required|necessary)\b",
        r"\b(?:keine|ohne)\s(?:vor)?(?:erfahrung|kenntnisse)\s(?:nötig|erforderlich|notwendig)\b",
        rf"\b(?:top\sup|recharge|deposit|aufladen|einzahl\w*)\b{NEAR}(?:unlock|withdraw\w*|tasks?|freischalt\w*|auszahl\w*)\b",
    ),
}  # fmt: skip

# --- What counts where somebody is asked for it, and not where the work is about it: each with what
# a sentence has to speak of to be read for it at all

ASKED: Mapping[str, tuple[re.Pattern[str], tuple[re.Pattern[str], ...]]] = {
    "messenger": (
        re.compile(MESSENGER),
        _words(
            rf"\b(?:me|my|mine|i\sam|i'm|us|let'?s|we|ich|mich|mir|uns|mein\w*|lass\w*|schreib\w*|bin)\b{NEAR}{MESSENGER}\b",
            rf"\b(?:text|message|ping|add|dm|contact|reach|move|switch|continue|talk|chat|write|go|call|find|kontaktier\w*"
            rf"|wechsel\w*|melde\w*|sprech\w*|reden)\b{NEAR}(?:on|to|via|over|in|by|through|using|bei|auf|über|per|zu)\s{MESSENGER}\b",
        ),
    ),
    "payment": (
        re.compile(rf"\b(?:{PURSE}|transfer|wire|überweisung)\b"),
        _words(
            rf"\b{PAY}\b{NEAR}{PURSE}\b",
            rf"\b{PURSE}\b{NEAR}{PAY}\b",
            rf"\b(?:via|by|per|over|through|using|with|über|mit|durch|my|mein)\s(?:a\s|an\s|\w+\s)?{PURSE}\b",
            r"\b(?:via|by|per|with|using|per)\s(?:a\s|direct\s)?(?:(?:bank|wire)\stransfer|wire|überweisung)\b",
        ),
    ),
    "clicks": (
        re.compile(r"youtube|tiktok|instagram|videos|hotels|google\smaps|\bads\b|anzeigen"),
        _words(
            rf"\b(?:like|follow|subscribe|click|rate|liken|abonnier\w*|bewerten)\b{NEAR}(?:youtube|tiktok|instagram"
            r"|videos|hotels|google\smaps|ads|anzeigen)\b",
        ),
    ),
}  # fmt: skip
THE_WORK = re.compile(
    r"\b(?:customers?|clients?\spay|users?|visitors|shoppers|buyers|members|kund\w+|nutzer\w*|besucher\w*"
    r"|assist\w+|chat\s?bot\w*|bots?|apis?|sdk|integrat\w+|integrier\w*|classif\w+|klassifi\w+|data\s?sets?"
    r"|datens\w+|checkout|webhooks?|tickets?|transcri\w+|logs|statements|parse\w*|extract\w*|fraud|betrug\w*"
    r"|anbind\w*|connector|experience\swith|erfahrung\smit)\b",
)
SENTENCE = re.compile(r"[^.?!\n]*")

# --- Numbers with check digits, and addresses

IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}")
SHORTEST_IBAN = 15
CARD = re.compile(r"(?<![\w.,-])[2-6](?:[ -]?\d){12,18}(?!\w|[,.-]\d)")
COIN = re.compile(r"\b(?:bc1[a-z0-9]{25,62}|[13][a-km-zA-HJ-NP-Z1-9]{25,34})\b")
TRON = re.compile(r"\bT[1-9A-HJ-NP-Za-km-z]{33}\b")
DOMAIN = re.compile(
    r"(?<![\w@.-])((?:[\w-]{1,63}\.){1,4})"
    r"(?:com|net|org|io|app|co|info|biz|online|site|shop|xyz|top|de|support|pay|help|live|me|cc|ru)\b",
)
# Names people trust with money here, each letter once; where they live is in `KNOWN`.
TRUSTED = frozenset({"atest", "stripe", "paypal", "openai"})
KNOWN = frozenset({"stripe.com", "paypal.com", "paypal.me", "openai.com"})
AS_READ = str.maketrans("013457", "oleast")
PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
TWICE = re.compile(r"(.)\1+")


def find(text: str) -> list[str]:
    """Return which of these a text has, by their names above, in that order."""
    read = plain(text)
    small = read.lower()
    return [name for name in NAMES if _has(name, read, small)]


def about_money(found: Iterable[str]) -> list[str]:
    """Return those that lead money away, which a contract does not make harmless."""
    return [name for name in found if name in ABOUT_MONEY]


def words(found: Iterable[str]) -> list[str]:
    """Return what to call them; one that is no longer known is left out."""
    return [str(NAMES[name]) for name in found if name in NAMES]


def _has(name: str, text: str, small: str) -> bool:
    return (
        any(pattern.search(small) for pattern in LITERAL.get(name, ()))
        or (name in ASKED and _is_asked(*ASKED[name], small))
        or (name in CHECKED and CHECKED[name](text))
    )


def _is_asked(subject: re.Pattern[str], patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    """Whether it stands in a sentence that is not about the work."""
    sentences = (found[0] for found in SENTENCE.finditer(text) if subject.search(found[0]))
    return any(
        pattern.search(sentence)
        for sentence in sentences
        if not THE_WORK.search(sentence)
        for pattern in patterns
    )


def _has_account(text: str) -> bool:
    """Whether an IBAN, a card or a Bitcoin address is in it, by their check digits."""
    return (
        any(_is_iban(found) for found in set(IBAN.findall(text)))
        or any(luhn.is_valid(re.sub(r"\D", "", found[0])) for found in CARD.finditer(text))
        or any(bitcoin.is_valid(found[0]) for found in COIN.finditer(text))
        or TRON.search(text) is not None
    )


def _is_iban(found: str) -> bool:
    """Whether a number is in it that may be followed by the words after it."""
    signs = re.sub(r"[ .-]", "", found)
    return any(iban.is_valid(signs[:length]) for length in range(SHORTEST_IBAN, len(signs) + 1))


def _imitates(text: str) -> bool:
    """Whether an address is in it whose name is nearly, or beside other words, a trusted one."""
    own = (urlsplit(settings.SITE_URL).hostname or "").removeprefix("www.")
    for found in DOMAIN.finditer(text.lower()):
        address = found[0]
        if any(address == known or address.endswith(f".{known}") for known in (*KNOWN, own)):
            continue
        if any(_as_read(part) in TRUSTED for part in re.split(r"[.-]", found[1])):
            return True
    return False


def _as_read(name: str) -> str:
    """Return a name as a hasty reader takes it, each letter once."""
    for drawn, read in PAIRS:
        name = name.replace(drawn, read)
    return TWICE.sub(r"\1", name.translate(AS_READ))


CHECKED: Mapping[str, Callable[[str], bool]] = {"payment": _has_account, "imitation": _imitates}
