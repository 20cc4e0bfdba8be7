"""Every setting, grouped by what it makes possible; the environment supplies what differs."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from marketplace import production, sentry
from marketplace.kit import env

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where this is
DEVELOPMENT = env.text("ATTEST_ENV", "production") == "development"
DEBUG = env.flag("DEBUG", default=DEVELOPMENT)
SECRET_KEY = env.text("SECRET_KEY", "only-for-development" * 3 if DEVELOPMENT else None)
SITE_NAME = env.text("SITE_NAME", "Attest")
SITE_URL = env.text("SITE_URL", "http://localhost:8000" if DEVELOPMENT else None)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1" if DEVELOPMENT else "")
ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- What it is made of
INSTALLED_APPS = [
    "marketplace",
    "contracts",
    "jobs",
    "experts",
    "accounts",
    "marketplace.admin.BackOffice",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "marketplace.middleware.RequestId",
    "marketplace.middleware.Patience",
    "marketplace.middleware.Measured",
    "marketplace.middleware.Walls",
    "marketplace.stored.Stored",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Files were answered before it: they cost nothing.
    "marketplace.admission.Admission",
    "marketplace.middleware.RightClock",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "marketplace.middleware.Visits",
    "marketplace.middleware.StaffHours",
    "marketplace.middleware.StaffKeys",
    "marketplace.middleware.Limits",
    "marketplace.middleware.Knowing",
    "marketplace.middleware.Reader",
    "marketplace.middleware.Maintenance",
    "marketplace.middleware.OnRecord",
    "marketplace.middleware.Refusals",
]
if DEBUG:
    MIDDLEWARE.insert(1, "marketplace.middleware.QueryCount")
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["marketplace.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Storage
EMBEDDED_DATABASE = "postgres://attest@localhost/attest"
DATABASES = {
    "default": env.database("DATABASE_URL", EMBEDDED_DATABASE if DEVELOPMENT else "")
    | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
}
# Behind PgBouncer, which gives a connection to somebody else after each transaction, a cursor does
# not outlive it (docs/scale.md).
if env.flag("DATABASE_POOLED", default=False):
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
# Where public pages are read from; without one everything is the primary's.
if env.text("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = env.database("DATABASE_REPLICA_URL", "") | {
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"MIRROR": "default"},
    }
    DATABASE_ROUTERS = ["marketplace.replica.Router"]
    MIDDLEWARE.append("marketplace.replica.Reads")
REDIS_URL = env.text("REDIS_URL", "")
# What was rendered stays in the process that rendered it: nearer than any server, and gone with the
# templates it was made by. A page is up to 75 kB, a part about 3.
KEPT = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"}
CACHES = {
    "kept": KEPT | {"OPTIONS": {"MAX_ENTRIES": 5_000}},
    "pages": KEPT | {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 300}},
    "default": (
        {
            "BACKEND": "marketplace.kit.cache.Spared",
            "LOCATION": env.redis("REDIS_URL", "", db=0),
            # A server that hangs is taken for one that is away.
            "OPTIONS": {"socket_timeout": 2, "pool_class": "marketplace.kit.cache.InTime"},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    ),
}
# Evidence and attachments are private: no URL serves this folder.
MEDIA_ROOT = env.text("MEDIA_ROOT", str(BASE_DIR / ".state" / "media"))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
EVIDENCE_MAX_BYTES = 20 * 1_048_576
# clamd at tcp://host:3310 or unix:///path; empty: the content checks alone decide (ADR 16).
MALWARE_SCANNER = env.text("MALWARE_SCANNER", "")
# What `kit.egress` may open besides the public web: loopback host:port, in development alone.
EGRESS_ALLOW = env.words("EGRESS_ALLOW")

STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected, hashed and compressed files; otherwise Django finds them where they are written.
STATIC_MANIFEST = env.flag("STATIC_MANIFEST", default=not DEVELOPMENT)
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_MANIFEST
# Private uploads: below MEDIA_ROOT, or in the bucket that FILES_URL names (ADR 38).
FILES = env.files("FILES_URL")
STORAGES = {
    "default": FILES,
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if STATIC_MANIFEST
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# The database keeps sessions; the cache spares each page a question.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# --- Work in the background
CELERY_BROKER_URL = env.broker("REDIS_URL", "", db=1) if REDIS_URL else "memory://"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    # A request does not wait for a broker that is down: kombu tries for four seconds, per message.
    "max_retries": 0,
    # Longer than the second for which a worker asks for work at a time.
    "socket_timeout": 5,
    # Kombu looks for lost messages only every interval x throttle; its defaults mean 100 seconds.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # The queues of marketplace/celery.py in their order, not in turns.
    "queue_order_strategy": "priority",
}
CELERY_TIMEZONE = "UTC"

# --- Language and time
LANGUAGE_CODE = "en-gb"
# Each in its own words: whoever looks for theirs may not read the other. All are offered, or those
# that LANGUAGES names.
LANGUAGES = [
    (code, name)
    for code, name in (("en-gb", "English"), ("de", "Deutsch"))
    if code in {LANGUAGE_CODE, *(env.words("LANGUAGES") or ("de",))}
]
LANGUAGE_COOKIE_SECURE = not DEVELOPMENT
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31_536_000
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- People
AUTH_USER_MODEL = "accounts.User"
# Alone: beside Django's own, which it extends, a wrong password is hashed twice.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Twelve characters, and nothing many people use (ASVS 5.0, 6.2). Django's list of what they use
# knows few passwords as long as ours, so that digits alone are refused besides.
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "landing"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Who asks is counted by marketplace/limits.py, and for whom by accounts/attempts.py, both exactly.
# `login_failed` is for codes of second factors, which are typed behind the first.
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "signup": "",
    "login_failed": "5/5m/key",
    "reset_password": "",
    "request_login_code": "",
}
ACCOUNT_FORMS = {
    "request_login_code": "accounts.asking.SignInByCode",
    "reset_password": "accounts.asking.ResetPassword",
}
# Answers of what knows of accounts leave so many milliseconds after work on them began, or on a
# multiple of it: well above what hashing a password takes (ADR 36).
DOOR_STEP_MS = env.number("DOOR_STEP_MS", 500)
# How many proxies of ours stand in front, each of which adds to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0 if DEVELOPMENT else 1)
# Changing an address, a password, a factor, a role or where money goes asks again who one is.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# The old address hears of the new one.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# The keys under which secrets of second factors are kept, newest first (docs/running.md).
SEALING_KEYS = env.seeds(
    "SEALING_KEYS",
    "development:c2VhbGVkLWZvci1kZXZlbG9wbWVudC1vbmx5LXdpdGg=" if DEVELOPMENT else None,
)
# A passkey or an authenticator app before the first job, proposal or payout, and for all staff
# (ADR 25). The demo's people have published passwords and nothing to lose.
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", default=not DEVELOPMENT)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.passkeys.AddPasskey",
    "login_webauthn": "accounts.passkeys.SignInByPasskey",
    "reauthenticate_webauthn": "accounts.passkeys.ConfirmByPasskey",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 12
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = SITE_NAME
USERSESSIONS_TRACK_ACTIVITY = True
USERSESSIONS_ADAPTER = "accounts.adapter.SessionsAdapter"

# --- Mail
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <hello@attest.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_DIR = env.text("MAIL_DIR", str(BASE_DIR / ".state" / "mail"))
EMAIL_BACKEND = (
    "marketplace.local.mail.FolderBackend"
    if DEVELOPMENT and not env.text("EMAIL_HOST", "")
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=not DEVELOPMENT)
EMAIL_TIMEOUT = 20

# --- Who we are on paper: the issuer of receipts and of invoices for our fees.
COMPANY_NAME = env.text("COMPANY_NAME", f"{SITE_NAME} Example Ltd" if DEVELOPMENT else None)
COMPANY_ADDRESS = env.text(
    "COMPANY_ADDRESS", "1 Example Row; London N1 9AA" if DEVELOPMENT else None
)
COMPANY_COUNTRY = env.text("COMPANY_COUNTRY", "GB" if DEVELOPMENT else None)
COMPANY_VAT_ID = env.text("COMPANY_VAT_ID", "")

# --- Money. Basis points: 100 are one per cent; amounts in minor units.
CURRENCY = "usd"
CLIENT_FEE_BPS = env.number("CLIENT_FEE_BPS", 500)
EXPERT_FEE_BPS = env.number("EXPERT_FEE_BPS", 600)
REVIEW_WINDOW_DAYS = 14
# How long a client has to answer a week of hours, and an expert to hand in after the end.
HOURS_REVIEW_DAYS = 5
HOURS_HAND_IN_DAYS = 7
# Between a release and its transfer; until then a chargeback still finds the money here. On one
# machine nobody waits for it.
CLEARING_DAYS = env.number("CLEARING_DAYS", 0 if DEVELOPMENT else 3)
# Whether we, not the expert, bear what a bank takes of accepted work (docs/chargebacks.md).
CHARGEBACK_COVER = env.flag("CHARGEBACK_COVER", default=True)
# Above this, in minor units, it takes two of our staff to give money up or to pay it for others.
MONEY_TWO_PERSONS_MINOR = env.number("MONEY_TWO_PERSONS_MINOR", 5_000_00)
# What stays on our Stripe balance when our fees are paid out, for chargebacks and refunds to come.
PAYOUT_RESERVE_MINOR = env.number("PAYOUT_RESERVE_MINOR", 1_000_00)
# Of the applications that one reviewer could decide, a second judges so many of a hundred.
VETTING_SAMPLE_PERCENT = env.number("VETTING_SAMPLE_PERCENT", 10)
OFFER_EXPIRES_AFTER_DAYS = 7
AMENDMENT_EXPIRES_AFTER_DAYS = 7
# A pause of a contract ends by itself after so long, so that nobody waits without an end.
PAUSE_LASTS_DAYS = 30
# Payment rules let money be held for 90 days in most countries; we decide before.
HOLD_LIMIT_DAYS = env.number("HOLD_LIMIT_DAYS", 80)
# A dispute about more than this, in cents, is decided by two persons.
DISPUTE_TWO_PERSONS_MINOR = env.number("DISPUTE_TWO_PERSONS_MINOR", 5_000_00)
# Stripe takes card payments of 0.50 to 999,999.99 USD, our fee included.
MILESTONE_MIN_MINOR = 50_00
MILESTONE_MAX_MINOR = 900_000_00
BONUS_MIN_MINOR = 5_00
STRIPE_HOST = "https://api.stripe.com"
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", "sk_test_fake_local" if DEVELOPMENT else None)
STRIPE_KEY_IS_MADE_UP = STRIPE_SECRET_KEY.startswith("sk_test_fake")
STRIPE_API_BASE = env.text(
    "STRIPE_API_BASE", "http://127.0.0.1:12111" if STRIPE_KEY_IS_MADE_UP else STRIPE_HOST
)
# By which of Stripe's two APIs experts' accounts are opened and read.
STRIPE_ACCOUNTS_API = env.text("STRIPE_ACCOUNTS_API", "v2")
if STRIPE_ACCOUNTS_API not in {"v1", "v2"}:
    raise ImproperlyConfigured("STRIPE_ACCOUNTS_API is v1 or v2.")
# The secrets of each endpoint, newest first; none means that the endpoint answers 404.
STRIPE_WEBHOOK_SECRETS = {
    scope: env.words(f"STRIPE_WEBHOOK_SECRETS_{scope.upper()}")
    for scope in ("platform", "connect", "thin")
}
if not STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_", "sk_test_", "rk_test_")):
    raise ImproperlyConfigured("STRIPE_SECRET_KEY is a secret or restricted key of Stripe's.")
# Events of the other mode are kept and never handled, payments of the other mode set aside.
STRIPE_LIVEMODE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
STRIPE_STANDS_IN = STRIPE_API_BASE != STRIPE_HOST
if STRIPE_KEY_IS_MADE_UP != STRIPE_STANDS_IN:
    raise ImproperlyConfigured(
        "A stand-in key (sk_test_fake…) goes with a stand-in STRIPE_API_BASE and with no other."
    )

# --- Credentials
# The keys of badges, newest first: the first one signs, the others are published beside it.
# docs/credentials.md says how to make and rotate them.
CREDENTIAL_KEYS = env.seeds(
    "CREDENTIAL_KEYS",
    "development:b25seS1mb3ItZGV2ZWxvcG1lbnQtb25seS1mb3ItZGU=" if DEVELOPMENT else None,
)
# --- The model registry
# Without a key the registry follows the project's own file; with one, the provider's list too.
OPENAI_API_KEY = env.text("OPENAI_API_KEY", "")
OPENAI_BASE_URL = env.text("OPENAI_BASE_URL", "https://api.openai.com/v1")
# Who compares what words mean, where those that were typed find nobody: nobody, `weights` (the
# extra `semantic`), or the `provider`, who is told the words of such searches (docs/search.md).
EMBEDDINGS = env.text("EMBEDDINGS", "")

# --- Safety in the browser
STRIPE_PAGES = (
    [STRIPE_API_BASE]
    if STRIPE_STANDS_IN
    else ["https://checkout.stripe.com", "https://connect.stripe.com"]
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        # Browsers hold the redirect after a form to the same list, so the payment pages are on it.
        "form-action": ["'self'", *STRIPE_PAGES],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = not DEVELOPMENT
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = not DEVELOPMENT
CSRF_COOKIE_SECURE = not DEVELOPMENT
# A name that browsers take from this host alone, over https, for all paths.
SESSION_COOKIE_NAME = "sessionid" if DEVELOPMENT else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if DEVELOPMENT else "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "marketplace.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", SITE_URL)

# --- The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.who.Bearer",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.api.who.InScope",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["marketplace.api.Json"],
    "DEFAULT_PAGINATION_CLASS": "marketplace.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["marketplace.api.Counted"],
    "EXCEPTION_HANDLER": "marketplace.api.as_problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": "Public: experts, badges, jobs. By a token or signed in: what is your own.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "marketplace.schema.with_refusals",
    ],
}

# How many requests a process works on at once, and how many more may wait for them (docs/load.md).
# The server has two threads more than both together, which say no to the rest.
WEB_AT_ONCE = env.number("WEB_AT_ONCE", 2)
WEB_WAITING = env.number("WEB_WAITING", 4)
# What Prometheus says to read /metrics; without one the address does not exist.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")

# Where faults are told, by their place in the code and nothing else; needs the extra `sentry`.
if SENTRY_DSN := env.text("SENTRY_DSN", ""):
    sentry.begin(SENTRY_DSN, environment=env.text("SENTRY_ENVIRONMENT", "production"))

# --- Logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "marketplace.kit.logs.JsonFormatter"},
        "plain": {"format": "%(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain" if DEVELOPMENT else "json",
        }
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    # The SDK tells of every request at INFO; the gateway's own errors say what matters.
    # WeasyPrint and its fonts tell of every step, and of each rule that is for browsers alone.
    "loggers": {
        "stripe": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
    },
}

# --- What must not be, where there is more to lose than a demo
if not DEVELOPMENT and (unsafe := production.faults(globals())):
    raise ImproperlyConfigured(" ".join(unsafe))
