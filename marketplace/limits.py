"""Which doors are limited, and how: one table for pages and API.

Wrong passwords and mailed codes are counted by the account they are for, too
(`accounts/attempts.py`); here it is counted who asks: a person who is signed in, otherwise their
place on the net.
"""

from accounts import reading
from accounts.http import SIGN_UPS
from jobs.http import PROPOSALS
from marketplace.kit.evenly import HASHES, LOOKS_UP
from marketplace.kit.limits import A_MINUTE, AN_HOUR, Rate

SIGN_INS = Rate("sign-in", 30, A_MINUTE)
CODES = Rate("code", 20, AN_HOUR)
KEYS = Rate("key", 30, 10 * A_MINUTE)
MESSAGES = Rate("message", 60, 10 * A_MINUTE)
PUBLISHED = Rate("publish", 20, AN_HOUR)
INVITATIONS = Rate("invitation", 60, AN_HOUR)
MONEY = Rate("money", 20, 10 * A_MINUTE)
REPORTS = Rate("report", 20, AN_HOUR)
PROGRAMS = Rate("webhook", 60, AN_HOUR)
API = Rate("api", 600, A_MINUTE)
API_OF_STRANGERS = Rate("api-anonymous", 120, A_MINUTE)

# What programs send to these addresses of the API, counted with what their owners send by hand.
LIMITED_OF_API: dict[str, Rate] = {
    "api:publish-job": PUBLISHED,
    "api:messages": MESSAGES,
    "api:begin-conversation": MESSAGES,
    "api:send-proposal": PROPOSALS,
    "api:job-invitations": INVITATIONS,
}

# What is read at these addresses is counted, by pages and API alike.
READ: dict[str, tuple[Rate, ...]] = {
    "experts:profile": reading.PROFILES,
    "experts:reputation": reading.PROFILES,
    "api:expert": reading.PROFILES,
    "experts:search": reading.LISTS,
    "experts:skill": reading.LISTS,
    "experts:skill-level": reading.LISTS,
    "experts:model-family": reading.LISTS,
    "api:experts": reading.LISTS,
    "jobs:board": reading.LISTS,
    "api:search-jobs": reading.LISTS,
}

# What is sent to these addresses is counted; looking at other pages is not.
LIMITED: dict[str, Rate] = {
    "account_login": SIGN_INS,
    "mfa_login_webauthn": SIGN_INS,
    "account_signup": SIGN_UPS,
    "account_reset_password": CODES,
    "account_request_login_code": CODES,
    "account_confirm_login_code": KEYS,
    "account_confirm_password_reset_code": KEYS,
    "account_email_verification_sent": KEYS,
    "account_reauthenticate": KEYS,
    "account_change_password": KEYS,
    "account_email": CODES,
    "mfa_authenticate": KEYS,
    "mfa_reauthenticate": KEYS,
    "mfa_reauthenticate_webauthn": KEYS,
    "accounts:invite-member": INVITATIONS,
    "accounts:report": REPORTS,
    "accounts:add-webhook": PROGRAMS,
    "accounts:try-webhook": PROGRAMS,
    "accounts:send-again": PROGRAMS,
    "jobs:publish": PUBLISHED,
    "jobs:invite": INVITATIONS,
    "jobs:invite-expert": INVITATIONS,
    "contracts:conversation": MESSAGES,
    "contracts:begin-conversation": MESSAGES,
    "contracts:report-message": REPORTS,
    "contracts:fund": MONEY,
    "contracts:prepay": MONEY,
    "contracts:bonus": MONEY,
    "contracts:book-consultation": MONEY,
    "contracts:start-payouts": MONEY,
}

# These know who has an account: what is sent to them is answered on steps (`kit.evenly`), the
# visitor's job by `accounts.http.sign_up`. An invitation is written without looking anybody up.
KNOWING: dict[str, float] = {
    "account_login": HASHES,
    "account_signup": HASHES,
    "account_reset_password": LOOKS_UP,
    "account_request_login_code": LOOKS_UP,
    "account_confirm_login_code": LOOKS_UP,
    "account_confirm_password_reset_code": LOOKS_UP,
    "account_email_verification_sent": LOOKS_UP,
    "account_email": LOOKS_UP,
}
