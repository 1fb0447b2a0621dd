"""On pages of passwords, codes and keys every text comes from our catalogue."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client, TestCase
from django.urls import reverse

from delegations.models import User
from tests.conftest import lazy_loads_allowed
from tests.journeys.account_pages import registered_key

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
FILLED_IN = re.compile(r"%\\\(\w+\\\)[sd]|%[sd]")
# What a page says that is no sentence: the name of a key, and of the account.
NAMES = {"Ours", "ana@example.org"}


class PageWords(HTMLParser):
    """The words of the main part of a page, element by element."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._open: list[str] = []
        self._is_in_main = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._is_in_main |= tag == "main"
        if tag not in {"input", "img", "hr", "br", "link", "meta"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._is_in_main &= tag != "main"
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if self._is_in_main and words and not {"script", "textarea"} & set(self._open):
            self.words.append(words)


def words_of_page(content: bytes) -> list[str]:
    reader = PageWords()
    reader.feed(content.decode())
    return reader.words


@cache
def ours(language: str) -> list[re.Pattern[str]]:
    """Every sentence of our catalogue, in English or as translated, whatever is filled in."""
    folder = {"en": "fr", "zh-hans": "zh_Hans"}.get(language, language)
    path = Path(settings.BASE_DIR) / "config/locale" / folder / "LC_MESSAGES/django.po"
    entries = polib.pofile(str(path))
    if language == "en":
        sentences = {words for entry in entries for words in (entry.msgid, entry.msgid_plural)}
    else:
        sentences = {
            words for entry in entries for words in (entry.msgstr, *entry.msgstr_plural.values())
        }
    return [re.compile(FILLED_IN.sub(".+", re.escape(words))) for words in sentences if words]


@pytest.fixture(autouse=True)
def _as_often_as_it_likes(settings: Any) -> Iterator[None]:
    settings.ACCOUNT_RATE_LIMITS = False
    settings.MFA_RATE_LIMITS = False
    with lazy_loads_allowed():
        yield


@pytest.fixture
def ana() -> User:
    user = User.objects.create_user("ana@example.org", PASSWORD, name="Ana")
    RecoveryCodes.activate(user)
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Ours", "credential": registered_key()},
    )
    return user


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def pages(user: User) -> dict[str, str]:
    key = {"pk": Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN).pk}
    names = [
        "account_change_password",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
    ]
    return {name: reverse(name) for name in names} | {
        name: reverse(name, kwargs=key) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")
    }


def needs_no_translation(words: str) -> bool:
    """A name, or text without letters."""
    return any(name in words for name in NAMES) or not any(map(str.isalpha, words))


def foreign(answer: Any, sentences: list[re.Pattern[str]]) -> list[str]:
    """What the page says that our catalogue does not."""
    return [
        words
        for words in words_of_page(answer.content)
        if not needs_no_translation(words) and not any(one.fullmatch(words) for one in sentences)
    ]


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_pages_of_the_second_step_say_what_our_catalogue_says(ana: User, language: str) -> None:
    client, sentences = signed_in(ana, language), ours(language)
    for name, address in pages(ana).items():
        if name == "mfa_deactivate_totp":
            TOTP.activate(ana, generate_totp_secret())
        answer = client.get(address)
        assert answer.status_code == 200, name
        assert foreign(answer, sentences) == [], name


WRONG = {
    "account_change_password": {"oldpassword": "x", "password1": "one of ours", "password2": "x"},
    "account_reauthenticate": {"password": "x"},
    "mfa_reauthenticate": {"code": "000000"},
    "mfa_activate_totp": {"code": "000000"},
}


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_what_is_wrong_is_said_in_our_words(ana: User, language: str) -> None:
    client, sentences = signed_in(ana, language), ours(language)
    addresses = pages(ana)
    for name, values in WRONG.items():
        answer = client.post(addresses[name], values)
        assert b"field__error" in answer.content, name
        assert foreign(answer, sentences) == [], name


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_a_first_password_and_a_forgotten_one_are_asked_for_alike(language: str) -> None:
    bea = User.objects.create_user("bea@example.org", name="Bea")
    sentences, client = ours(language), Client(headers={"accept-language": language})
    asked = {"uidb36": user_pk_to_url_str(bea), "key": default_token_generator.make_token(bea)}
    address = reverse("account_reset_password_from_key", kwargs=asked)
    answer = client.get(address, follow=True)
    assert b"password2" in answer.content
    assert foreign(answer, sentences) == []

    client.force_login(bea)
    address = reverse("account_set_password")
    assert foreign(client.get(address), sentences) == []
    answer = client.post(address, {"password1": PASSWORD, "password2": "another"})
    assert b"field__error" in answer.content
    assert foreign(answer, sentences) == []


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_what_was_done_is_said_in_our_words(ana: User, language: str) -> None:
    client, sentences, addresses = signed_in(ana, language), ours(language), pages(ana)
    passwords = {"oldpassword": PASSWORD, "password1": f"{PASSWORD}!", "password2": f"{PASSWORD}!"}
    done = [
        ("mfa_generate_recovery_codes", {}),
        ("mfa_remove_webauthn", {}),
        ("account_change_password", passwords),
    ]
    for name, values in done:
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = client.post(addresses[name], values)
        [*_earlier, message] = get_messages(answer.wsgi_request)
        assert any(one.fullmatch(str(message)) for one in sentences), str(message)
