"""A real identity provider, in a process of its own: allauth's, on loopback, with its own rows.

python -m tests.identity_provider PORT FOLDER ADDRESS_BACK ADDRESS_AFTER_SIGN_OUT
"""

import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

CLIENT, SECRET = "the-platform", "a secret between the two"
PASSWORD = "a long enough secret"
# An address; whether it is verified; the methods that the ID token names.
PEOPLE = (
    ("ana@example.org", True, ["pwd", "otp"]),
    ("ben@example.org", True, ["pwd"]),
    ("eve@example.org", False, ["pwd", "otp"]),
    ("zoe@elsewhere.example", True, ["pwd", "otp"]),
    ("new@example.org", True, ["pwd", "otp"]),
)


def configure(folder: Path) -> None:
    """A small Django project with nothing but the provider."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from django.conf import settings

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    (folder / "key.pem").write_text(pem)
    settings.configure(
        SECRET_KEY="for the provider of the tests alone",
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "rows"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        ROOT_URLCONF="tests.identity_provider_urls",
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_LOGIN_METHODS={"email"},
        # Not slow on purpose: at each sign-in it checks a password, and the secret of the client.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ACCOUNT_RATE_LIMITS=False,
        IDP_OIDC_PRIVATE_KEY=pem,
        IDP_OIDC_ADAPTER="tests.identity_provider_urls.Adapter",
        LOGIN_REDIRECT_URL="/",
        USE_TZ=True,
    )


def furnish(back: str, after: str) -> None:
    """Its tables, its people, and the platform as its client."""
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for email, is_verified, methods in PEOPLE:
        user = User.objects.create_user(email.split("@")[0], email, PASSWORD)
        user.last_name = " ".join(methods)
        user.save()
        EmailAddress.objects.create(user=user, email=email, verified=is_verified, primary=True)
    client = Client(id=CLIENT, name="The platform", skip_consent=True)
    client.scopes = "openid\nprofile\nemail"
    client.redirect_uris = f"{back}\n{after}"
    client.set_secret(SECRET)
    client.save()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """What comes and goes is for the tests to say."""


def main(port: str, folder: str, back: str, after: str) -> None:
    """Serve until ended; says so once it listens."""
    import django

    configure(Path(folder))
    django.setup()
    furnish(back, after)
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", int(port), get_wsgi_application(), _Server, _Quiet)
    sys.stdout.write("listens\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
