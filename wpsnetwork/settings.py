"""The one settings file. Everything that differs between machines comes from the environment."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environ import Env, FileAwareEnv
from js_asset import Script

from wpsnetwork.logs import set_up_logging

BASE_DIR = Path(__file__).resolve().parent.parent

# FileAwareEnv also reads SECRET_KEY_FILE and the like, as container secrets are mounted.
env = FileAwareEnv()
Env.read_env(str(BASE_DIR / ".env"))
# Where everything goes that is made while running, unless a line below names another place.
VAR_DIR = Path(env.str("PORTAL_VAR", str(BASE_DIR / "var"))).resolve()

# A demonstration makes sign-ins for trying out, and only in a database that it has marked.
DEMONSTRATION = env.bool("DEMONSTRATION", False)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL").rstrip("/")
# The image's health check asks from inside the container, by the name localhost.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=[]), "localhost"]
HTTPS = SITE_URL.startswith("https://")
if not (HTTPS or DEBUG or DEMONSTRATION):
    raise ImproperlyConfigured("SITE_URL must begin with https:// outside a demonstration.")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "django_prose_editor",
    "django_structlog",
    "pgtrigger",
    "pghistory",
    "wpsnetwork",
    "members",
    "meetings",
    "newsletter",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wpsnetwork.middleware.PrivateAnswersMiddleware",
    "members.middleware.SecondFactorMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "wpsnetwork.urls"
WSGI_APPLICATION = "wpsnetwork.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "wpsnetwork.context_processors.portal",
            ]
        },
    }
]
# An address typed without scheme is taken as https, as Django 6 will do by itself.
FORMS_URLFIELD_ASSUME_HTTPS = True
FORM_RENDERER = "wpsnetwork.forms.PlainFormRenderer"

# Our own set-up of the editor: it needs no style element, which the policy below forbids.
DJANGO_PROSE_EDITOR_PRESETS = {"portal": [Script("js/rich-text.js", type="module")]}

# Data -------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In Postgres, so that signing in and its rate limits still work while Redis is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        # Django's 300 would let a flood push the counters of its limits out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Pages that each process keeps for itself: wpsnetwork/reusing.py.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
}
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))
# Files are served by views that ask who may see them; there is no open media address.
MEDIA_URL = ""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "members:desk"
LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "members.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "WPS Focal Points Network"

# Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
# Days of designations and terms are days in New York (docs/domain.md, rule 3).
TIME_ZONE = "America/New_York"

# Mail -------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"]
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"] or 25
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = bool(EMAIL_CONFIG.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(EMAIL_CONFIG.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "secretariat@wps-network.example")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The secretariat's own list: what no focal point has answered is written to it.
SECRETARIAT_EMAIL = env.str("SECRETARIAT_EMAIL", DEFAULT_FROM_EMAIL)
NEWSLETTER_FROM_EMAIL = env.str("NEWSLETTER_FROM_EMAIL", DEFAULT_FROM_EMAIL)
# Messages a second over all workers; 0 means as fast as the relay takes them.
NEWSLETTER_RATE = env.int("NEWSLETTER_RATE", 0)
# Where the mail catcher of a demonstration puts what it receives.
MAIL_CATCHER_DIR = VAR_DIR / "mail"

# Background work --------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("REDIS_URL")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True  # every task may run twice: the rows in Postgres decide
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "wpsnetwork.scheduling:BeatingScheduler"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# One worker each: mail, PDF and text; and the newsletter, so that no mail waits behind it.
QUEUES = ["portal", "newsletter"]
CELERY_TASK_DEFAULT_QUEUE = "portal"
CELERY_TASK_ROUTES = {"newsletter.send_batches": {"queue": "newsletter"}}
CELERY_BEAT_SCHEDULE = {
    "heartbeat-portal": {
        "task": "wpsnetwork.heartbeat",
        "schedule": 10.0,
        "args": ["portal"],
        "options": {"queue": "portal", "expires": 10},
    },
    "heartbeat-newsletter": {
        "task": "wpsnetwork.heartbeat",
        "schedule": 10.0,
        "args": ["newsletter"],
        "options": {"queue": "newsletter", "expires": 10},
    },
    # They look for rows that wait; while a worker is away they expire, so that none pile up.
    **{
        name: {"task": task, "schedule": 20.0, "options": {"expires": 20}}
        for name, task in {
            "render-waiting": "meetings.render_waiting",
            "sweep-deliveries": "newsletter.sweep",
            "send-waiting-mail": "members.send_waiting_invitations",
            "send-waiting-notices": "members.send_waiting_notices",
        }.items()
    },
    # Each reminder is stored once, so asking every hour only makes a missed day harmless.
    **{
        name: {"task": task, "schedule": 3600.0, "options": {"expires": 3600}}
        for name, task in {
            "remind": "members.remind",
            "remove-old-imports": "members.remove_old_imports",
        }.items()
    },
}

# Logs -------------------------------------------------------------------------------------
LOGGING_CONFIG = None
set_up_logging(as_json=not (DEBUG or DEMONSTRATION), level=env.str("LOG_LEVEL", "INFO"))

# Security ---------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# Nothing of what a browser could lend is asked for.
UNUSED = "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi"
PERMISSIONS_POLICY: dict[str, list[str]] = {name: [] for name in f"{UNUSED} payment usb".split()}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "wpsnetwork.views.csrf_failure"
