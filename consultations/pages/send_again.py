"""What was typed into a form whose request was not taken: to be read, or to be sent once more."""

from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.csrf import get_token
from rest_framework.authentication import CSRFCheck

# Never shown again as "what you typed": they are the form's, not the person's.
NOT_WORDS = frozenset(
    {"csrfmiddlewaretoken", "capacity", "continue_as", "form_key", "version", "password", "code"}
)
# Fields that are chosen from a list: their values are the form's codes.
CHOSEN = frozenset({"kind", "type", "language", "seat", "then", "disposition", "stance"})
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)
# Fields whose values never stand in an answer; so does every name with "password" in it.
SECRET = frozenset({TOKEN, "code", "otp", "credential"})
LONGEST_KEY = 80  # letters; what is longer is words


@dataclass(frozen=True, slots=True)
class SendAgain:
    """The fields of the form: `words` (name, label, value) to be seen and changed, `others` (name,
    value) to be sent along."""

    url: str
    token: str
    words: list[tuple[str, str, str]]
    others: list[tuple[str, str]]
    has_secrets: bool
    has_files: bool


def send_again(request: HttpRequest) -> SendAgain | None:
    """None where nothing was sent, or not by a form of ours, or what was sent cannot be read."""
    if request.method != "POST" or not (_has_token(request) or _is_from_here(request)):
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    kept = [(name, value) for name, value in fields if not _is_secret(name)]
    return SendAgain(
        url=request.get_full_path(),
        token=get_token(request),
        words=[
            (name, name.replace("_", " "), value) for name, value in kept if _is_words(name, value)
        ],
        others=[(name, value) for name, value in kept if not _is_words(name, value)],
        has_secrets=len(fields) - len(kept) > 1,  # the token of the form is always one
        has_files=bool(request.FILES),
    )


# One of our own pages has to have sent it: else another site would have us show its words here,
# with a button that sends them.


def _has_token(request: HttpRequest) -> bool:
    try:
        why_not = CSRFCheck(_nothing).process_view(request, _nothing, (), {})
        return why_not is None and bool(request.POST)
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return False


def _is_from_here(request: HttpRequest) -> bool:
    """Where the token is an older one, after a new sign-in: what the browser says of the sender."""
    here = f"{request.scheme}://{request.get_host()}"
    try:
        return request.headers.get("Origin") == here and bool(request.POST)
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return False


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _is_secret(name: str) -> bool:
    return name in SECRET or "password" in name


def _is_words(name: str, value: str) -> bool:
    """Whether a person wrote it; keys, choices and numbers are plain letters without a space."""
    is_key = value.isascii() and len(value) <= LONGEST_KEY and not any(map(str.isspace, value))
    return name not in NOT_WORDS and not is_key


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """What a person typed into a form, under the names of its fields; no keys, no choices."""
    return [
        (name.replace("_", " "), value)
        for name, value in request.POST.items()
        if isinstance(value, str) and value.strip() and name not in NOT_WORDS | CHOSEN
    ]
