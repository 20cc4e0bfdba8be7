"""How long things are kept, and why: the periods the tables of all apps name.

Days are whole days of 24 hours, after the moment that the table names.
"""

from django.utils.translation import gettext_lazy as _

from marketplace.kit.personal import STAYS, WORDS_GO, Period

# As long as the browser keeps the session that knows whose draft it is.
VISITOR_DAYS = 30
# As long as the notes of two proposals are compared (`jobs.selectors.likeness`).
COMPARED_DAYS = 30
# As long as the answer to an `Idempotency-Key` is given again.
ANSWER_DAYS = 1

SITE = Period(
    "site",
    _("What the site itself is made of: skills, models of OpenAI, templates of jobs, our keys"),
    _("No end"),
    _("It tells nothing about a person."),
    erased=STAYS,
)
ACCOUNT = Period(
    "account",
    _("Your name and address, your profile and organisation, settings, searches, what you saved"),
    _("As long as you have an account; most of it you can change or remove yourself"),
    _("Without it there is no account."),
)
VETTING = Period(
    "vetting",
    _("Applications for badges, with evidence, referees, reviews and who looked at them"),
    _("As long as you have an account"),
    _("A badge is worth what its proof is worth: anybody may ask us to look at it again."),
    erased=WORDS_GO,
)
WORK = Period(
    "work",
    _("Jobs, invitations, proposals and interviews"),
    _("As long as you have an account; then only that there was one, without its words"),
    _("Both sides read what was asked and answered."),
    erased=WORDS_GO,
)
COMPARED = Period(
    "compared",
    _("Notes of proposals that were held back for being like others, as numbers and not as words"),
    _("30 days"),
    _("So that a flood of notes is known by how it is written, and clients read people."),
    days=COMPARED_DAYS,
)
AGREED = Period(
    "agreed",
    _("Offers, contracts and their terms, work handed in, feedback and disputes"),
    _("As long as the books; without your name once your account is deleted"),
    _("The other side may need to show what was agreed and done, also when you have left."),
    erased=STAYS,
)
BOOKS = Period(
    "books",
    _("Payments, payouts, invoices, billing details and every line of our books"),
    _("No day is set yet; the law asks for up to ten years"),
    _("Bookkeeping law. Nobody can change or delete a line of the books, our staff included."),
    erased=STAYS,
)
RULES_KEPT = Period(
    "rules",
    _("Reports, what followed from them, appeals, and what our staff changed by hand"),
    _("As long as the account of the person concerned"),
    _("So that an appeal is answered from what was known, and our staff can be held to account."),
    erased=WORDS_GO,
)
MESSAGES = Period(
    "messages",
    _("Messages between a client and an expert, with the files attached to them"),
    _("Three years after the last one of the conversation"),
    _("They say what was agreed. A running contract, an open dispute or report holds them."),
    days=3 * 365,
)
NOTICES = Period(
    "notices",
    _("What we told you in the app"),
    _("A year"),
    _("Longer than that nobody looks for a notice."),
    days=365,
)
MAILS = Period(
    "mails",
    _("Address and subject of mails we sent; their text goes when they are sent"),
    _("30 days; then only that a mail went, not to whom"),
    _("To find out why a mail did not arrive."),
    days=30,
)
SIGNED_IN = Period(
    "signed-in",
    _("Where you are signed in"),
    _("Until you sign out or it runs out, within a month"),
    _("So that you need not sign in on every page."),
    days=0,
)
VISITS = Period(
    "visits",
    _("Network address and browser of each device you signed in with"),
    _("90 days after it was used last"),
    _("So that you recognise a device which is not yours."),
    days=90,
)
INVITED = Period(
    "invited",
    _("Addresses of people who were invited into an organisation"),
    _("90 days after the invitation ended"),
    _("So that nobody is invited over and over."),
    days=90,
)
WEBHOOKS = Period(
    "webhooks",
    _("What we told your own programs, and what they answered"),
    _("30 days"),
    _("To find out why a program did not hear of something."),
    days=30,
)
ANSWERS = Period(
    "answers",
    _("What your own programs were answered when they changed something"),
    _("A day"),
    _("So that a program which heard nothing can ask again, and changes it once."),
    days=ANSWER_DAYS,
)
EXPORTS = Period(
    "exports",
    _("The copy of your data that you asked for"),
    _("A day"),
    _("So that you can save it."),
    days=1,
)
VISITORS = Period(
    "visitors",
    _("A job that somebody began to write without an account"),
    _("30 days after the last word"),
    _("So that they can come back and finish it."),
    days=VISITOR_DAYS,
)
TASKS = Period(
    "tasks",
    _("What an expert typed into a task of an application and did not hand in"),
    _("180 days after the last word"),
    _("So that nothing typed is lost on the way."),
    days=180,
)
FILES = Period(
    "files",
    _("Files that nothing points at any more"),
    _("A week after they came"),
    _("So that a page which failed can be sent again. Files in use are kept with what uses them."),
    days=7,
)
AUDIT = Period(
    "audit",
    _("When somebody signed in or changed how they do, and what our staff read of whom, by number"),
    _("For ever: each line seals the one before. Nobody is named in it"),
    _("So that nobody hides what they did, our staff included."),
    erased=STAYS,
)
DEEDS = Period(
    "deeds",
    _("That something was changed or opened by our staff, by whom and when, by number"),
    _("Two years"),
    _("So that a change can be explained that nobody remembers. Nobody is named in it."),
    days=2 * 365,
    erased=STAYS,
)
PROVIDER = Period(
    "provider",
    _("What our payment provider told us, word by word"),
    _("90 days; then only that it told us"),
    _("To handle a payment again that went wrong. The result stands in the books."),
    days=90,
    erased=STAYS,
)
