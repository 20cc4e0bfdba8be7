"""Four hundred messages before a contract: half of them lead the payment away, half do not.

Nobody's real messages can be kept here. Both halves were written for this drill, in English and in
German; the normal ones are about payments, telephones and messengers as often as work is.
"""

# ruff: noqa: E501 (a message is a line)

from collections.abc import Mapping
from itertools import islice

from tests.abuse import dice
from tests.abuse.dice import Fill, disguised, one_of

NAMES = one_of("dana", "m.weber", "lee.k", "jonas", "priya.s", "tom-b")
HOSTS = one_of("gmail", "globex", "proton", "initech", "web")
FILLS: Mapping[str, Fill] = {
    "iban": dice.german_iban,
    "gb_iban": dice.british_iban,
    "card": dice.card,
    "ether": dice.ether,
    "mobile": dice.mobile,
    "name": NAMES,
    "host": HOSTS,
    "messenger": disguised("Telegram", "WhatsApp", "Signal", "Discord"),
    "purse": disguised("PayPal", "Revolut", "Bitcoin", "USDT"),
    "amount": one_of("2,400", "900", "3.500", "600", "12,000"),
    "count": one_of("400", "1,200", "35.000", "70", "8,500"),
    "day": one_of("Monday", "Thursday", "the 14th", "next week"),
    "tag": one_of("Montag", "Donnerstag", "am 14.", "nächste Woche"),
    "model": one_of("the larger model", "the small model", "the fine-tuned one"),
}

# --- The half beside which the rules were written

AWAY_KNOWN = (
    "Your proposal reads well. Write to {name}@{host}.com and we agree on the rest there.",
    "Happy to start {day}. Mail me: {name} (at) {host} (dot) com",
    "Let us talk on {messenger}, it is faster. I am there all day.",
    "I can do it for {amount}. You could pay me with {purse} and we both keep the fee.",
    "No need for the site: transfer it to {iban} and I begin {day}.",
    "Send half of it to my account {gb_iban} and I start at once.",
    "We can settle this outside the platform, then it costs you {amount} only.",
    "My number is {mobile}, call me on it after six.",
    "Here is the card to charge: {card}, I trust you.",
    "I take crypto: {ether}",
    "Wir können das auch außerhalb der Plattform machen, dann sparen wir uns die Gebühr.",
    "Überweisen Sie bitte direkt auf mein Konto: {iban}. Ich fange {tag} an.",
    "Schreib mir auf {messenger}, da antworte ich schneller.",
    "Zahlen Sie einfach per {purse}, dann geht es sofort los.",
    "Meine Mail ist {name} ät {host} punkt de, dort klären wir den Preis.",
    "Please log in at attest-payments.com to get your advance of {amount}.",
    "I could invoice you directly, most of my clients prefer that. It saves the commission.",
    "Ping me on {messenger} under {name}, then I send you the bank details.",
)
NORMAL_KNOWN = (
    "Could you say which of the {count} documents you would begin with?",
    "I would first measure {model} on {count} of your own questions, and then decide.",
    "We have {count} tickets a month; customers write by e-mail and on WhatsApp, in two languages.",
    "Our shop takes PayPal and cards; the assistant has to explain refunds to customers.",
    "The fee is shown in the offer. Is {amount} with it or without it?",
    "Can you start on {day}? We would hold the money for the first milestone then.",
    "The data has IBANs in it, so it may not leave the building. Does that work for you?",
    "The budget is between 2,000 and {amount}; the rest waits for the second phase.",
    "Version 2.14.0 of the client answers in 0.84 s at p95, on 2030-01-15 it was 1.92 s.",
    "Passt Ihnen {tag} um 10:00 Uhr? Der Raum dafür steht oben beim Termin.",
    "Wir haben {count} Anfragen pro Woche, die meisten per E-Mail und Telefon.",
    "Können Sie sagen, wie Sie die Antworten prüfen würden, bevor Kunden sie sehen?",
    "Die Rechnungen kommen als PDF; etwa {count} im Monat, mit Bankverbindung und Betrag.",
    "Order 4417 1234 5678 9114 is a number of our warehouse, not a card.",
    "Is the hand-over of the code part of the last milestone? We pay when it is accepted here.",
    "I have built two such bots for Telegram channels and one for Slack.",
    "The retrieval step costs most of it; caching would save about {count} calls a day.",
    "Please do not send real names of patients, I work with made-up ones only.",
)

# --- The half that is held out: other words, other ways

AWAY_HELD_OUT = (
    "Honestly the site takes too much. If we skip the platform fee I can offer {amount} flat.",
    "You find me as {name} at gmail, let us do the contract between us.",
    "Text me: {mobile}. I do not look in here often.",
    "Could you wire the deposit straight to me? IBAN {gb_iban}, same name as in my profile.",
    "My colleague handles payments, please add her on {messenger} and she sends the invoice.",
    "I'd rather be paid by {purse}, the card fees here are silly.",
    "Let's move this to {messenger}. Search for {name} there.",
    "Cheaper for both of us: you pay me privately and we cancel the job here afterwards.",
    "For speed use this card {card} for the tools you need and deduct it from {amount}.",
    "Wallet for the first half: {ether}. I begin as soon as it arrives.",
    "Ruf mich unter {mobile} an, dann besprechen wir die Bezahlung ohne die Plattform.",
    "Die Provision hier könnten wir uns teilen, wenn Sie mir den Betrag privat überweisen.",
    "Am einfachsten per Überweisung an {iban}, ich schicke eine Rechnung dazu.",
    "Ich bin meistens bei {messenger} zu finden, lass uns dort weiterreden.",
    "Schicken Sie das Briefing an {name}[at]{host}[dot]de, hier lese ich selten.",
    "Our finance team set up a page for your first payment: stripe-payouts.net/{name}",
    "We usually avoid the marketplace and deal with freelancers directly, {amount} up front in {purse}.",
    "Drop me a line, {name}@{host}.io, and I'll send over my own contract and bank details.",
)
NORMAL_HELD_OUT = (
    "Thanks for the quick answer. What would you need from us before {day}?",
    "How many of the {count} recordings have a transcript that a person has corrected?",
    "Our call centre takes {count} calls a day; the phone system exports them as WAV.",
    "We send invoices from SAP, and about {count} of them come back because a bank account is wrong.",
    "Would you split the {amount} into two milestones, or keep it as one?",
    "One of the sources is a Telegram channel of the city, which the bot has to follow.",
    "Payment happens here once the evaluation passes, so let us write the threshold into the terms.",
    "I compared {model} with the baseline on {count} held-out rows: 0.913 against 0.874.",
    "Our users pay through Stripe, and the agent may read orders but never change a payment.",
    "I am away from the 3rd to the 12th and back {day}; would a later start be a problem?",
    "Is a signed agreement on the processing of data needed before the first access?",
    "Haben Sie schon einmal Verträge mit mehr als {count} Seiten ausgewertet?",
    "Der Kunde überweist heute per SEPA, das bleibt so; es geht nur um die Zuordnung der Belege.",
    "Unser Betriebsrat möchte vorher wissen, welche Daten protokolliert werden.",
    "Am {tag} habe ich keine Zeit, danach jederzeit zwischen 9 und 15 Uhr.",
    "Reicht es, wenn wir {count} Beispiele liefern, oder brauchen Sie mehr davon?",
    "Build 20300115-0412 fails with exit code 137 on the node with 16 GB; 32 GB are enough.",
    "The outcome I would promise: 95% of {count} answers cite the right paragraph.",
)
OF_EACH = 100
KNOWN, HELD_OUT = 11, 904_211


def _half(away: tuple[str, ...], normal: tuple[str, ...], seed: int) -> tuple[list[str], list[str]]:
    return (
        list(islice(dice.thrown(away, FILLS, seed=seed), OF_EACH)),
        list(islice(dice.thrown(normal, FILLS, seed=seed + 1), OF_EACH)),
    )


def known() -> tuple[list[str], list[str]]:
    """Return a hundred messages that lead away and a hundred that do not."""
    return _half(AWAY_KNOWN, NORMAL_KNOWN, KNOWN)


def held_out() -> tuple[list[str], list[str]]:
    """Return the same of the other half."""
    return _half(AWAY_HELD_OUT, NORMAL_HELD_OUT, HELD_OUT)
