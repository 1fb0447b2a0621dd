"""Settings: one file, everything that differs between machines read from the environment."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config.replicas.replica_settings import replica_of

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < 32:  # so are the usual defaults, such as "change-me"
    if not (DEBUG or DEMO):
        raise ImproperlyConfigured(
            "SECRET_KEY is missing, too short or a default. Set it to at least 32 random "
            "characters, for example: openssl rand -base64 48"
        )
    SECRET_KEY = SECRET_KEY or "for-demo-and-development-only"
# Former keys: what was signed under them (invitations, receipts) still counts.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "comments",
    "drafts",
    "consultations",
    "delegations",
    "config",
    "django.contrib.admin.apps.SimpleAdminConfig",  # `consultations/admin` registers all models
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "simple_history",
]

MIDDLEWARE = [
    "config.monitoring.probes.HealthMiddleware",
    "config.monitoring.request_watch.RequestWatchMiddleware",
    "consultations.rules.moment.ReceivedAtMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.serving.storing.NotStoredMiddleware",
    "config.serving.compression.CompressionMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.frame.act_addresses.ActAddressMiddleware",
    # The last: what those above read and write is on the primary.
    "config.replicas.middleware.ReplicaReadsMiddleware",
]

ROOT_URLCONF = "config.demo.urls" if DEMO else "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # The tags and filters of a subject stand in its folder.
            "libraries": {
                "digest_tags": "comments.digests.template_filters",
                "drafting_tags": "comments.drafting.template_tags",
                "following_tags": "comments.news.template_filters",
                "silence_names": "comments.silences.template_filters",
            },
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.frame.context.frame",
                "config.frame.theme.theme",
                *(["config.demo.shown_people.demo"] if DEMO else []),
            ],
        },
    },
]

# --- Data ---------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://127.0.0.1:5432/consultations")}
DATABASES["default"]["ENGINE"] = "config.database"  # PostgreSQL; its errors quote no words
DATABASES["default"]["CONN_MAX_AGE"] = 600  # seconds for which a connection is used again
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A server-side cursor belongs to one connection; behind a pooler the next statement may use
# another.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
# Starting parallel workers costs a query 5 ms, five times PostgreSQL's estimate, and JIT
# compilation as much again: for the queries of a page neither pays.
DATABASES["default"]["OPTIONS"] = {
    "options": "-c parallel_setup_cost=10000 -c jit=off",
    "connect_timeout": 5,  # seconds: then the page says that the database is away
    # Seconds, seconds, probes, milliseconds: a connection whose network is gone is given up.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    **DATABASES["default"].get("OPTIONS", {}),
}
# Planning a query of a page takes PostgreSQL up to 25 ms at 50,000 inputs, so each connection
# prepares a statement when it runs the second time. A pooler in between has to support that.
if env.bool("PREPARED_STATEMENTS", default=True):
    DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 2}
# Seconds until the database has to answer; 0: no limit. config/wsgi.py and asgi.py set it for
# pages; migrations and tasks have none.
DATABASE_PATIENCE = env.float("DATABASE_PATIENCE", default=0.0)
# Who owns the tables, and migrates; the role of DATABASE_URL owns none (config/database/roles).
_owner_url = env.str("DATABASE_OWNER_URL", default="")
DATABASE_OWNER = env.db_url_config(_owner_url) if _owner_url else {}
# Streaming replicas of the same database: GET requests may read there (config/replicas/middleware).
for _number, _url in enumerate(env.list("DATABASE_REPLICA_URLS", default=[]), start=1):
    DATABASES[f"replica_{_number}"] = replica_of(DATABASES["default"], env.db_url_config(_url))
# Seconds: a replica is read only while what it shows is no older than this.
REPLICA_LAG = env.float("REPLICA_LAG", default=3.0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# Seconds: a page waits no longer for a Redis that hangs; then none asks it for a while.
_REDIS_TIMEOUTS = {"socket_connect_timeout": 1, "socket_timeout": 1}
CACHES = {
    "default": {
        "BACKEND": "config.outages.redis_cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "consultations",
        # Increase it when a class whose instances are cached is moved or renamed.
        "VERSION": 7,
        "OPTIONS": _REDIS_TIMEOUTS,
    }
}

FILES_DIR = Path(env.str("FILES_DIR", default=str(BASE_DIR / ".local" / "files")))
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static")))
STATIC_URL = "/static/"
# Pages name files by their hashes alone: no copies under plain names, which nobody would ask for.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
# Files that were generated: in a folder, or in a bucket of S3. Our pages hand them out, never a
# public address.
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "config.files.on_disk.FilesOnDisk",
        "OPTIONS": {
            "location": FILES_DIR,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.serving.static_files.BundledStaticFilesStorage"
    },
}
if FILES_BUCKET := env.str("FILES_BUCKET", default=""):
    from config.files.in_bucket import files_in_bucket  # only here: its library is large

    STORAGES["default"] = files_in_bucket(FILES_BUCKET)
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # bytes of a request, without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes; a larger file is kept on disk meanwhile

# --- Tasks --------------------------------------------------------------------------------------
# Celery writes the address of a Unix socket in its own way.
CELERY_BROKER_URL = (
    "redis+socket://" + REDIS_URL.removeprefix("unix://").replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_TASK_IGNORE_RESULT = True  # what tasks make stands in our tables
CELERY_TASK_ACKS_LATE = True  # a message leaves the queue when its task has ended
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # and goes back where the process was killed
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # no process takes messages that another could begin
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Handing over a task is tried once. A worker polls every second, so an answer that takes two means
# that the broker hangs.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # seconds until a task that no worker confirmed is given again
    "socket_connect_timeout": 2,
    "socket_timeout": 2,
    "max_retries": 0,
}
CELERY_TIMEZONE = "UTC"

# --- Mail ---------------------------------------------------------------------------------------
try:
    _email_config = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
except (ValueError, ImproperlyConfigured):  # not said further: it may quote the password
    _email_config = {}
if not (
    _email_config.get("EMAIL_BACKEND", "").endswith(".smtp.EmailBackend")
    and _email_config["EMAIL_HOST"]
):
    raise ImproperlyConfigured(
        "EMAIL_URL is no address of a mail server. Set it as smtp://HOST:25, "
        "smtp+tls://USER:PASSWORD@HOST:587 or smtp+ssl://USER:PASSWORD@HOST:465"
    )
_email_port = (
    465 if _email_config.get("EMAIL_USE_SSL") else 587 if _email_config.get("EMAIL_USE_TLS") else 25
)
MAILERS = {
    "default": {
        "BACKEND": _email_config["EMAIL_BACKEND"],
        "OPTIONS": {
            "host": _email_config["EMAIL_HOST"],
            "port": _email_config["EMAIL_PORT"] or _email_port,
            "username": _email_config["EMAIL_HOST_USER"] or "",
            "password": _email_config["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": bool(_email_config.get("EMAIL_USE_TLS")),
            "use_ssl": bool(_email_config.get("EMAIL_USE_SSL")),
            "timeout": env.int("MAIL_TIMEOUT", default=20),  # seconds
        },
    }
}
# Seconds until a mail that the mail server did not take is tried again; the last value repeats.
MAIL_PAUSES = env.list("MAIL_PAUSES", cast=int, default=[60, 120, 300, 600, 1200, 2400, 3600])
# Seconds for which a mail on what waits for its reader is held back to collect more of it: ten
# drafts make one mail.
MAIL_GATHERED_FOR = env.int("MAIL_GATHERED_FOR", default=300)
# Which function puts which kind of mail into words, app by app.
MAIL_COMPOSERS = [
    "consultations.composers.COMPOSERS",
    "comments.composers.COMPOSERS",
]
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Consultations <noreply@localhost>")
# The address for people who need help with the platform; the help shows it.
HELP_ADDRESS = env.str("HELP_ADDRESS", default="") or DEFAULT_FROM_EMAIL
DEMO_MAIL_DIR = Path(env.str("DEMO_MAIL_DIR", default=str(BASE_DIR / ".local" / "mail")))

# --- People and sign-in -------------------------------------------------------------------------
AUTH_USER_MODEL = "delegations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [  # the first hashes new passwords; those hashed by the other still count
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "config.sign_in.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]  # checked at start; no sign-up here
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation, or the secretariat, has proved the address
ACCOUNT_PREVENT_ENUMERATION = True  # no answer tells whether an address has an account
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "request_login_code": "config.sign_in.forms.CodeForm",
    "confirm_login_code": "config.sign_in.forms.EnteredCodeForm",
    "change_password": "config.sign_in.forms.NewPasswordForm",
    "set_password": "config.sign_in.forms.FirstPasswordForm",
    "reset_password_from_key": "config.sign_in.forms.ForgottenPasswordForm",
    "reauthenticate": "config.sign_in.forms.PasswordAgainForm",
}
# Failed attempts are limited by network address and account: from another address the person can
# still sign in. A mission, or the whole building, may share one network address: the limits by
# address alone are wide.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",  # requests in a time, counted by what: 300 a minute from one address
    "login_failed": "60/m/ip,5/5m/key",  # the key: network address and account
    "login_failed_anywhere": "60/10m/key",  # the key: the account; a mailed code stays open
    "request_login_code": "120/m/ip",
    "login_code_from_here": "3/m/key,10/10m/key",  # the key: network address and account
    "reset_password": "60/m/ip,5/m/key",
}
MFA_ADAPTER = "config.sign_in.adapter.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "config.sign_in.forms.SecondStepForm",
    "reauthenticate": "config.sign_in.forms.SecondStepAgainForm",
    "activate_totp": "config.sign_in.forms.AuthenticatorAppForm",
    "add_webauthn": "config.sign_in.forms.AddPasskeyForm",
    "edit_webauthn": "config.sign_in.forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
MFA_TOTP_ISSUER = "Consultations"
# Every address was proved: by an invitation, or by the secretariat.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A passkey needs https; on one's own machine a browser takes http://localhost too.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO
MFA_TOTP_TOLERANCE = 1  # a code counts half a minute before and after its time
# Whether a second step is required to act as focal point, co-facilitator, staff or secretariat.
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=False)
# Directories by which people sign in, beside codes and passkeys.
IDENTITY_PROVIDERS: tuple["IdentityProvider", ...] = ()
if _providers_json := env.str("IDENTITY_PROVIDERS", default=""):
    # Only here: so Celery's beat, which needs no providers, loads none of our apps.
    from delegations.identity_providers import IdentityProvider, read_providers

    IDENTITY_PROVIDERS = read_providers(_providers_json)
SOCIALACCOUNT_ADAPTER = "config.sign_in.provider_adapter.ProviderAdapter"

# --- Safety -------------------------------------------------------------------------------------
SECURE = env.bool("SECURE", default=not (DEBUG or DEMO))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600  # seconds
CSRF_FAILURE_VIEW = "config.frame.error_pages.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0  # a year
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
# How many of our own proxies are in front: the client's address is that many entries from the end
# of X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if SECURE else 0)
# Addresses or networks (or "unix") of the proxies whose X-Request-Start says when a request came.
ARRIVAL_PROXIES = env.list("ARRIVAL_PROXIES", default=[])
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    # A form of sign-in or sign-out leads on to the provider.
    "form-action": [
        CSP.SELF,
        *(origin for provider in IDENTITY_PROVIDERS for origin in provider.origins),
    ],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}

# --- Words and hours ----------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", _("Arabic")),
    ("zh-hans", _("Chinese")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("es", _("Spanish")),
]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]

# --- How often one person may ask, in a minute ----------------------------------------------------
# Enough for every script and reader, too few for a program that repeats without end
# (`consultations/web/pacing`).
MAX_REQUESTS_A_MINUTE = {
    # over the API
    "read": 6000,
    "write": 6000,
    "table": 60,
    # on pages and over the API
    "search": 60,
    # calendars read, by people and by their calendar programs
    "calendar": 60,
    # files made, and files read
    "paper": 60,
    "upload": 30,
}

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "consultations.keys.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["consultations.web.json_body.LimitedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 20,
    "EXCEPTION_HANDLER": "consultations.web.problems.problem",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Consultations",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {  # names in the schema, where fields of one name have other choices
        "CommentKind": "comments.models.CommentKind",
        "LetterKind": "comments.models.LetterKind",
        "BridgingStance": "comments.models.BridgingStance",
        "AcknowledgingStance": "comments.models.Acknowledgement.Stance",
        "MeetingKind": "consultations.models.Meeting.Kind",
        "ParagraphKind": "drafts.models.ParagraphKind",
        "Language": "delegations.models.LANGUAGES",
    },
}

# --- What an operator sees: addresses and outcomes, never words -----------------------------------
# Whoever has this token may read `/metrics/`; without one there is no such address.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured(
        "METRICS_TOKEN is too short. Set it to at least 32 random characters, for example: "
        "openssl rand -hex 32"
    )
# Where errors are reported, beside the log: an address of Sentry, or of what speaks its protocol.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
# The same to a collector of OpenTelemetry, and the headers that it needs, such as a key.
OTLP_ENDPOINT = env.str("OTLP_ENDPOINT", default="")
OTLP_HEADERS: dict[str, str] = env.dict("OTLP_HEADERS", default={})
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.monitoring.error_reports.HiddenValuesFilter"
LOG_FORMAT = env.str("LOG_FORMAT", default="line" if DEBUG or DEMO else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "config.monitoring.json_lines.JsonLineFormatter"},
    },
    "filters": {
        "outages": {"()": "config.outages.database_errors.DatabaseOutageFilter"},
        "broker": {"()": "config.outages.broker_log.BrokerOutageFilter"},
        "secrets": {"()": "config.monitoring.secret_paths.SecretPathFilter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["outages", "broker", "secrets"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
