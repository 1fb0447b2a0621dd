"""What was typed into a form whose request was refused: to be shown, and to be sent again."""

from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.csrf import get_token
from rest_framework.authentication import CSRFCheck

# Fields that the form fills in, not the person: never shown as "what you typed".
AUTOMATIC_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "capacity", "continue_as", "form_key", "version", "password", "code"}
)
# Fields that are chosen from a list: their values are codes of the form, not a person's words.
CHOICE_FIELDS = frozenset({"kind", "type", "language", "seat", "then", "disposition", "stance"})
TOKEN_FIELD = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)
# Fields whose values are never sent back, like every field with "password" in its name.
SECRET_FIELDS = frozenset({TOKEN_FIELD, "code", "otp", "credential"})
MAX_KEY_LENGTH = 80  # characters; what is longer is words
# What reading `request.POST` may raise: too many fields or too much data, a file upload that is
# malformed, a connection that broke off.
UNREADABLE_POST_ERRORS = (SuspiciousOperation, MultiPartParserError, UnreadablePostError)


@dataclass(frozen=True, slots=True)
class ResendForm:
    """A refused form, to be sent again.

    `shown_fields` (name, label, value) can be seen and changed, `hidden_fields` (name, value) are
    sent along.
    """

    url: str
    token: str
    shown_fields: list[tuple[str, str, str]]
    hidden_fields: list[tuple[str, str]]
    # Secrets and files are not sent along: the page asks for them again.
    has_secrets: bool
    has_files: bool


def make_resend_form(request: HttpRequest) -> ResendForm | None:
    """The fields of the request; None where it was no readable POST of a form of ours."""
    if request.method != "POST" or not (_has_valid_csrf_token(request) or _has_own_origin(request)):
        return None
    posted_fields = [(name, value) for name, values in request.POST.lists() for value in values]
    fields_to_send_again = [(name, value) for name, value in posted_fields if not _is_secret(name)]
    return ResendForm(
        url=request.get_full_path(),
        token=get_token(request),
        shown_fields=[
            (name, name.replace("_", " "), value)
            for name, value in fields_to_send_again
            if _is_typed(name, value)
        ],
        hidden_fields=[
            (name, value) for name, value in fields_to_send_again if not _is_typed(name, value)
        ],
        # One of those left out is the form's CSRF token; any other is a secret of the person.
        has_secrets=len(posted_fields) - len(fields_to_send_again) > 1,
        has_files=bool(request.FILES),
    )


# A form is offered again only where the request came from one of our own pages: otherwise another
# site could make us show its words, with a button that sends them.


def _has_valid_csrf_token(request: HttpRequest) -> bool:
    """Whether the form bears the CSRF token of this browser; False for an unreadable form."""
    try:
        # Django's check, in REST framework's class, which returns the reason instead of a page.
        refusal = CSRFCheck(_empty_response).process_view(request, _empty_response, (), {})
        return refusal is None and bool(request.POST)
    except UNREADABLE_POST_ERRORS:
        return False


def _has_own_origin(request: HttpRequest) -> bool:
    """Whether the browser names one of our pages as the sender.

    It counts where the token does not fit: a token from before a new sign-in is no longer valid.
    """
    own_origin = f"{request.scheme}://{request.get_host()}"
    try:
        return request.headers.get("Origin") == own_origin and bool(request.POST)
    except UNREADABLE_POST_ERRORS:
        return False


def _empty_response(request: HttpRequest) -> HttpResponse:
    """A view that does nothing, since the check of the token asks for one."""
    return HttpResponse()


def _is_secret(name: str) -> bool:
    return name in SECRET_FIELDS or "password" in name


def _is_typed(name: str, value: str) -> bool:
    """Whether a person wrote it: keys, choices and numbers are short, in ASCII, without a space."""
    looks_like_code = (
        value.isascii() and len(value) <= MAX_KEY_LENGTH and not any(map(str.isspace, value))
    )
    return name not in AUTOMATIC_FIELDS and not looks_like_code


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What a person typed into a form, under the names of its fields; no keys, no choices."""
    return [
        (name.replace("_", " "), value)
        for name, value in request.POST.items()
        if isinstance(value, str) and value.strip() and name not in AUTOMATIC_FIELDS | CHOICE_FIELDS
    ]
