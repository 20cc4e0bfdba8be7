"""Job posts: sixty scams and two hundred honest ones in each half, in English and German.

The scams are of the kinds that job boards warn of: pay first, buy equipment, cash a check, tasks and
clicks, passwords and papers, accounts on loan. A third of the honest ones of the half that is held
out are the jobs of our demo, which nobody wrote for this.
"""

# ruff: noqa: E501 (a post is a line)

from collections.abc import Mapping
from itertools import islice

from marketplace.demo.cast import read
from tests.abuse import dice
from tests.abuse.dice import Fill, disguised, one_of

FILLS: Mapping[str, Fill] = {
    "mobile": dice.mobile,
    "messenger": disguised("Telegram", "WhatsApp", "Signal"),
    "purse": disguised("PayPal", "USDT", "Zelle"),
    "name": one_of("hr.desk", "recruit", "amy_jobs", "team.lead"),
    "fee": one_of("$45", "$120", "80 euros", "60 USD"),
    "pay": one_of("$300", "$45", "$180", "250 dollars"),
    "count": one_of("400", "1,200", "35,000", "70", "8,500"),
    "amount": one_of("2,000", "14,000", "900"),
    "tool": one_of("laptop", "phone", "headset and software licence"),
    "data": one_of("policy wordings", "support tickets", "lab reports", "delivery notes"),
    "field": one_of("insurance", "logistics", "energy", "public transport"),
    "share": one_of("90%", "0.85", "95%", "two thirds"),
}

SCAMS_KNOWN = (
    "Remote data entry for an AI company. A refundable training fee of {fee} is due before you begin.",
    "We hire 50 people. Pay the registration fee of {fee}, then your account is activated.",
    "You buy the {tool} from our vendor and we reimburse you with the first salary.",
    "We send you a cashier's check, you deposit it and order the {tool}, and keep the rest.",
    "Earn {pay} per day by liking videos, no experience needed, start today.",
    "Rate hotels on Google Maps from home. Daily payout of {pay}. Write to us on {messenger}.",
    "To verify, send us a photo of your passport and the SMS code you receive.",
    "We rent your account on this site for {pay} a month, you do nothing.",
    "Top up your wallet to unlock the next set of tasks and withdraw your commission.",
    "Contact our HR on {messenger} for the interview: {name}. Payment by {purse} every evening.",
    "Bitte zahlen Sie vorab eine Bearbeitungsgebühr, sie wird mit dem ersten Gehalt erstattet.",
    "Verdienen Sie {pay} am Tag mit einfachen Aufgaben, keine Erfahrung nötig.",
    "Schicken Sie uns Ihren Personalausweis und Ihre Zugangsdaten zum Online-Banking.",
    "Eröffnen Sie ein Konto auf Ihren Namen, wir überweisen und Sie leiten weiter.",
    "Send your CV to {name}@globex.com and call {mobile}. We never use this site.",
)
# Two halves that were held out at first: 52 and 56 of 60 were found. The rules know them now.
SCAMS_KNOWN_LATER = (
    "Part-time remote assistant: before onboarding you cover a background check fee of {fee}.",
    "Starter kit required. Purchase the {tool} at our partner shop; the cost is refunded in week two.",
    "Our accountant mails you a certified check for your home office, deposit the check and wire the rest to the supplier.",
    "Product optimisation team: complete 40 orders, recharge your balance when it is negative, withdraw profit the same day.",
    "Make {pay} every day from your phone. Follow TikTok accounts and send screenshots.",
    "We need verified profiles. Lend us your account for three months, {pay} weekly.",
    "Payroll set-up: enter your online banking login and the one-time code on our portal.",
    "You receive customer transfers to your own bank account and forward them by {purse}, 8% is yours.",
    "For a fast hire message the manager, {messenger}: @{name}. Do not apply here.",
    "AI trainer wanted, without experience required. Instant withdrawals, ask {name} via {messenger}.",
    "Es fällt einmalig eine Schulungsgebühr von {fee} an, danach können Sie sofort loslegen.",
    "Heimarbeit: Sie bestellen den Laptop bei unserem Händler, wir erstatten ihn nach der Probezeit zurück.",
    "Nebenjob: Anzeigen klicken und Apps bewerten, {pay} pro Tag, Auszahlung per {purse}.",
    "Für das Video-Ident nennen Sie uns bitte Ihre TAN, das Konto dient nur zum Test.",
    "Interview by phone only: {mobile}, or amy at gmail dot com. Salary paid in {purse}.",
    "Work kit for new annotators: you pay a one-time charge of {fee}, the tablet is then shipped to you.",
    "Before the contract is sent, transfer a security deposit, it comes back after 30 days.",
    "We mail a cheque for office supplies. Cash the cheque, buy the printer from our vendor, keep {pay}.",
    "Order the {tool} with your own card first; you get a refund for the purchase on payday.",
    "Flexible side income of {pay} a day: open the app, click through the offers, cash out at night.",
    "Review assistants: rate products on Amazon, ads and videos, no prior experience required.",
    "To release your earnings you deposit 50 USDT, then the balance and all tasks are unlocked.",
    "We buy or rent your profile here, you give us the login and keep a tenth of what it makes.",
    "Confirm your identity: upload your driver's license, both sides, and tell us your SSN.",
    "Open a wallet in your name, receive the money of our clients and send it on.",
    "Applications only by {messenger}, contact {name} there. Payment weekly with {purse}.",
    "Text our recruiter at {mobile} and mention the code AI-7.",
    "Vor dem Start ist eine Kaution von {fee} zu zahlen, Sie erhalten sie mit dem Lohn zurück.",
    "Für die Anmeldung brauchen wir eine Kopie von Ihrem Ausweis und Ihr Passwort für das Postfach.",
    "Melden Sie sich nur über {messenger}, wir zahlen täglich per {purse}.",
)
HONEST_KNOWN = (
    "We want an assistant that answers questions about {count} {data} and cites the page.",
    "Classify {count} {data} a month into nine kinds, with a person for what is unsure.",
    "Our customers in {field} write by e-mail, telephone and WhatsApp; draft an answer for our staff.",
    "An evaluation set of {count} questions exists. Measure three models on it and say which to take.",
    "The bot on our website has to explain payments by PayPal and card, and hand over to a person.",
    "Extract the IBAN, the amount and the date from {count} invoices, all scanned, some by hand.",
    "Move our pipeline in {field} from one model to the next; it must reach {share} of today's answers.",
    "Budget {amount} for the first milestone, more once {share} of the answers are right.",
    "Wir suchen jemanden, der {count} Belege auswertet und die Ergebnisse in SAP übergibt.",
    "Prüfen Sie unseren Chatbot auf Angriffe; Berichte an unser Sicherheitsteam, zwei Wochen.",
    "A red-team test of a voice agent that confirms appointments; no real numbers are called.",
    "Build a connector that reads {data} for signed-in users and never shows passwords or tokens.",
    "Write the documentation of our fine-tuning runs so that an auditor from {field} can follow it.",
)

SCAMS_HELD_OUT = (
    "Customer agents wanted. Your welcome package costs {fee}, payable as a one-time payment by bank card.",
    "Every candidate pays for the licence of our software first and gets a refund for the licence later.",
    "Before you start we need a deposit of {fee} for the {tool}; you pay it in advance and begin on Monday.",
    "You will receive parcels at home, relabel them and send them on. {pay} for each week.",
    "A cheque for your equipment arrives by post. Deposit that cheque, then pay our supplier in cash.",
    "Crypto evaluation group: guaranteed profit, deposit as little as {fee} and withdraw when you like.",
    "Simple phone tasks, income of {pay} per hour, the training is free and no experience is needed.",
    "Subscribe to YouTube channels for us and like ten videos; you get paid at once by {purse}.",
    "Use of your freelancer account against a share: give us your password, we do the work.",
    "For the tax form we need your social security number and a scan, send us your passport today.",
    "Please verify your account for payroll: forward us your verification code when it arrives.",
    "Chat with our recruiter {name} on {messenger}, this page is not read.",
    "Zahlen Sie die Unterlagen vorab, der Vertrag kommt danach. Einkommen von {pay} pro Woche.",
    "Sie empfangen Pakete zu Hause und schicken sie weiter, das Geld kommt per {purse}.",
    "Schreiben Sie uns nur per {messenger} oder rufen Sie an: {mobile}.",
)
HONEST_HELD_OUT = (
    "Search over {count} {data} finds too little; we would like a hybrid index and numbers before and after.",
    "Agents of our {field} hotline need summaries of calls, forty seconds after the call has ended.",
    "Train a small model to route tickets; easy tasks go to it, the rest to the larger one.",
    "Detect fraud in refunds: somebody buys, returns another item and asks for the money by bank transfer.",
    "Our app recommends videos and hotels; users rate them, and the ratings have to be cleaned.",
    "A privacy review of how we log prompts, with a list of what to delete and when.",
    "Ein Assistent für {field}, der aus {count} Seiten Handbuch antwortet und die Stelle nennt.",
    "Kosten senken: Die Aufrufe kosten uns {amount} im Monat, bei gleicher Güte soll es die Hälfte sein.",
    "We test sign-up flows: the agent fills in the form with made-up people and reports where it fails.",
    "Label {count} {data} with two people each and report their agreement; {share} is what we hope for.",
    "Speech to text for German dialects, on our own hardware, with word error rates per region.",
)
SCAMS, HONEST = 60, 200


def known() -> tuple[list[str], list[str]]:
    """Return sixty scams and two hundred honest posts."""
    return (
        list(islice(dice.thrown(SCAMS_KNOWN + SCAMS_KNOWN_LATER, FILLS, seed=5), SCAMS)),
        list(islice(dice.thrown(HONEST_KNOWN, FILLS, seed=6), HONEST)),
    )


def held_out() -> tuple[list[str], list[str]]:
    """Return the same of the other half, with the demo's jobs among the honest ones."""
    demo = [
        f"{line['title']}\n{line['scope']}\n{line['today']}"
        for line in read("jobs")
        if line["state"] != "in_review"
    ]
    written = dice.thrown(HONEST_HELD_OUT, FILLS, seed=70_123)
    return (
        list(islice(dice.thrown(SCAMS_HELD_OUT, FILLS, seed=70_122), SCAMS)),
        [*demo, *islice(written, HONEST - len(demo))],
    )
