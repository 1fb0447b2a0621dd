"""A real identity provider of SAML 2.0, in a process of its own, on loopback: pysaml2's.

python -m tests.saml_provider PORT FOLDER, with the platform's metadata in FOLDER/platform.xml by
the time somebody signs in. Its library signs with the program xmlsec1, ours with the library.
"""

import json
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

MFA = "https://refeds.org/profile/mfa"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
VERIFIED = "urn:example:verified"
# An address; whether it is verified; how the person signed in.
PEOPLE = {
    "ana@example.org": ("true", MFA),
    "ben@example.org": ("true", PASSWORD),
    "eve@example.org": ("false", MFA),
    "zoe@elsewhere.example": ("true", MFA),
    "new@example.org": ("true", MFA),
}


def make_keys(folder: Path, name: str) -> None:
    """A key and its certificate: NAME.key and NAME.crt."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=10))
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(pem)


@cache
def library(folder: Path, address: str, minutes: int = 5) -> Any:
    """pysaml2's server, whose assertions are good for so many minutes."""
    from saml2 import BINDING_HTTP_REDIRECT
    from saml2.config import IdPConfig
    from saml2.server import Server

    known = {
        "entityid": f"{address}/metadata",
        "key_file": str(folder / "provider.key"),
        "cert_file": str(folder / "provider.crt"),
        "metadata": {"local": [str(folder / "platform.xml")]},
        "service": {
            "idp": {
                "endpoints": {
                    "single_sign_on_service": [(f"{address}/sign-in", BINDING_HTTP_REDIRECT)],
                    "single_logout_service": [(f"{address}/sign-out", BINDING_HTTP_REDIRECT)],
                },
                "want_authn_requests_signed": True,
                "policy": {"default": {"lifetime": {"minutes": minutes}}},
            }
        },
    }
    return Server(config=IdPConfig().load(known))


# What its pages say to a browser: who one is there, and the way back, which is a form of this site
# that goes to ours. Without scripts, so that each press is the test's.
WHO = """<form action="/sign-in">{kept}<label>Address <input name="email"></label>
<button>Sign in here</button></form>"""
BACK = """<form method="post" action="{back}">
<input type="hidden" name="SAMLResponse" value="{answer}"><button>Go back</button></form>"""


def ask_who(asked: dict[str, str]) -> str:
    kept = [
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    ]
    return WHO.format(kept="".join(kept))


def lead_back(form: dict[str, Any]) -> str:
    answer = b64encode(form["sent"].encode()).decode()
    return BACK.format(back=escape(form["back"]), answer=answer)


class Provider:
    """What a directory does, for one request of the platform."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address

    def sign_in(self, asked: dict[str, str], wrong: str, email: str) -> dict[str, Any]:
        """The form that the page of sign-in posts back; `wrong` is what it does wrong."""
        from saml2 import BINDING_HTTP_REDIRECT
        from saml2.saml import NAMEID_FORMAT_PERSISTENT, NAMEID_FORMAT_TRANSIENT, NameID
        from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA1, SIG_RSA_SHA256

        server = library(self.folder, self.address, -30 if wrong == "expired" else 5)
        read = server.parse_authn_request(
            asked["SAMLRequest"],
            BINDING_HTTP_REDIRECT,
            relay_state=asked.get("RelayState"),
            sigalg=asked.get("SigAlg"),
            signature=asked.get("Signature"),
        ).message
        known = server.response_args(read)
        verified, how = PEOPLE[email]
        form = NAMEID_FORMAT_TRANSIENT if wrong == "transient" else NAMEID_FORMAT_PERSISTENT
        known["name_id_policy"] = None
        if wrong == "audience":
            known["sp_entity_id"] = "https://elsewhere.example"
        if wrong == "recipient":
            known["destination"] = "https://elsewhere.example/back/"
        if wrong == "unasked":
            known["in_response_to"] = None
        written = server.create_authn_response(
            {"mail": [email], VERIFIED: [verified]},
            name_id=NameID(format=form, text=f"number of {email}"),
            authn={"class_ref": how},
            sign_assertion=wrong not in {"unsigned", "message-only"},
            sign_response=wrong in {"message-only", "both"},
            sign_alg=SIG_RSA_SHA1 if wrong == "sha1" else SIG_RSA_SHA256,
            digest_alg=DIGEST_SHA256,
            **known,
        )
        asks = read.requested_authn_context
        contexts = [one.text for one in asks.authn_context_class_ref] if asks else []
        return {
            "back": read.assertion_consumer_service_url,
            "sent": str(written),
            "asked": contexts,
        }

    def sign_out(self, asked: dict[str, str]) -> dict[str, Any]:
        """The answer to a signed request of the platform; where the browser goes with it."""
        from saml2 import BINDING_HTTP_REDIRECT

        server = library(self.folder, self.address)
        read = server.parse_logout_request(
            asked["SAMLRequest"],
            BINDING_HTTP_REDIRECT,
            relay_state=asked.get("RelayState"),
            sigalg=asked["SigAlg"],
            signature=asked["Signature"],
        ).message
        answer = server.create_logout_response(read, [BINDING_HTTP_REDIRECT], sign=False)
        sent = self._redirect(server, answer, _service(server), response=True)
        session = [one.text for one in read.session_index]
        return {"number": read.name_id.text, "sessions": session, "back": sent}

    def end(self, email: str, wrong: str) -> dict[str, Any]:
        """Where the provider leads the browser of somebody whose session it has ended."""
        from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID

        server = library(self.folder, self.address)
        where = _service(server)
        _id, request = server.create_logout_request(
            "https://elsewhere.example/ended/" if wrong == "destination" else where,
            server.config.entityid,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=f"number of {email}"),
            sign=False,
        )
        if wrong == "old":
            request.issue_instant = "2020-01-01T00:00:00Z"
        if wrong == "issuer":
            request.issuer.text = "https://elsewhere.example"
        return {"back": self._redirect(server, request, where, sign=wrong != "unsigned")}

    def _redirect(
        self, server: Any, message: Any, where: str, response: bool = False, sign: bool = True
    ) -> str:
        from saml2 import BINDING_HTTP_REDIRECT
        from saml2.xmldsig import SIG_RSA_SHA256

        sent = server.apply_binding(
            BINDING_HTTP_REDIRECT,
            str(message),
            where,
            "",
            response=response,
            sign=sign,
            sigalg=SIG_RSA_SHA256,
        )
        return str(dict(sent["headers"])["Location"])


def _service(server: Any) -> str:
    """Where the platform takes the end of a session, by its metadata."""
    from saml2 import BINDING_HTTP_REDIRECT

    [name] = server.metadata.keys()
    found = server.metadata.single_logout_service(name, BINDING_HTTP_REDIRECT, "spsso")
    return str(found[0]["location"])


def main(port: str, folder: str) -> None:
    """Serve until ended; says so once it listens."""
    provider = Provider(Path(folder), f"http://127.0.0.1:{port}")

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            is_browser = "text/html" in self.headers.get("Accept", "")
            if is_browser and "email" not in asked:
                self._say("text/html", ask_who(asked))
                return
            wrong, email = asked.pop("wrong", ""), asked.pop("email", "")
            match parts.path:
                case "/sign-in":
                    form = provider.sign_in(asked, wrong, email)
                case "/sign-out":
                    form = provider.sign_out(asked)
                case "/end":
                    form = provider.end(email, wrong)
            if is_browser:
                self._say("text/html", lead_back(form))
            else:
                self._say("application/json", json.dumps(form))

        def _say(self, kind: str, body: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: Any) -> None:
            """What comes and goes is for the tests to say."""

    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Pages)
    sys.stdout.write("listens\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
