"""Forged and outdated SAML responses are refused."""

import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from delegations.identity_providers import SamlProvider
from delegations.models import User
from tests.config.sign_in.directories.saml.saml_visits import (
    BACK,
    come_back,
    go_there,
    is_signed_in,
    post_back,
    sign_in_there,
)
from tests.kept_cache import empty_cache

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_cache"),
    pytest.mark.skipif(not shutil.which("xmlsec1"), reason="pysaml2 signs with xmlsec1."),
]

NOT_BELIEVED = "The sign-in there did not succeed. Try again."
NAMES = {
    "p": "urn:oasis:names:tc:SAML:2.0:protocol",
    "a": "urn:oasis:names:tc:SAML:2.0:assertion",
    "d": "http://www.w3.org/2000/09/xmldsig#",
}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("unsigned", "NO_SIGNED_ASSERTION"),
        ("message-only", "NO_SIGNED_ASSERTION"),
        ("sha1", "DEPRECATED_SIGNATURE_METHOD"),
        ("audience", "WRONG_AUDIENCE"),
        ("recipient", "WRONG_DESTINATION"),
        ("expired", "ASSERTION_EXPIRED"),
        ("unasked", "WRONG_SUBJECTCONFIRMATION"),
        ("transient", "NO_NAMEID"),
    ],
)
def test_an_answer_that_is_not_for_us_now_opens_nothing(
    provider: SamlProvider, ana: User, wrong: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    answer = come_back(client, "ana@example.org", wrong)
    assert answer.status_code == 403
    assert NOT_BELIEVED in answer.content.decode()
    assert not is_signed_in(client)
    [line] = [one.getMessage() for one in caplog.records if one.name == "config.sign_in.saml_views"]
    assert line == f"Sign-in by geneva failed: {why}"
    assert not SocialAccount.objects.exists()


def as_tree(sent: str) -> Any:
    return etree.fromstring(sent.encode())


def as_text(tree: Any) -> str:
    return str(etree.tostring(tree, encoding="unicode"))


def for_another(sent: str) -> str:
    """The address of somebody else in the signed words."""
    return sent.replace("ben@example.org", "ana@example.org")


def without_signature(sent: str) -> str:
    tree = as_tree(sent)
    for one in tree.findall(".//d:Signature", NAMES):
        one.getparent().remove(one)
    return for_another(as_text(tree))


def _forged(signed: Any) -> Any:
    forged = as_tree(for_another(as_text(signed)))
    forged.remove(forged.find("d:Signature", NAMES))
    forged.set("ID", "_forged")
    return forged


def wrapped_beside(sent: str) -> str:
    """A forged assertion first, the signed one after it."""
    tree = as_tree(sent)
    signed = tree.find("a:Assertion", NAMES)
    signed.addprevious(_forged(signed))
    return as_text(tree)


def wrapped_within(sent: str) -> str:
    """A forged assertion that carries the signature, and in it the signed one."""
    tree = as_tree(sent)
    signed = tree.find("a:Assertion", NAMES)
    forged = _forged(signed)
    tree.replace(signed, forged)
    signature = signed.find("d:Signature", NAMES)
    signed.remove(signature)
    forged.insert(1, signature)
    etree.SubElement(signature, f"{{{NAMES['d']}}}Object").append(signed)
    return as_text(tree)


def wrapped_under_one_name(sent: str) -> str:
    """Two assertions of one ID, the signed one in the extensions."""
    tree = as_tree(sent)
    signed = tree.find("a:Assertion", NAMES)
    forged = _forged(signed)
    forged.set("ID", signed.get("ID"))
    tree.replace(signed, forged)
    extensions = etree.Element(f"{{{NAMES['p']}}}Extensions")
    extensions.append(signed)
    tree.insert(1, extensions)
    return as_text(tree)


def split_by_comment(sent: str) -> str:
    """A comment inside the number, which a canonical form leaves out."""
    return sent.replace("number of ben", "number of b<!-- -->en", 1)


def with_entities(sent: str) -> str:
    kept = as_text(as_tree(sent)).replace("number of ben", "&a;", 1)
    return '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + kept


@pytest.mark.parametrize(
    "forge",
    [
        for_another,
        without_signature,
        wrapped_beside,
        wrapped_within,
        wrapped_under_one_name,
        with_entities,
        lambda sent: "no XML",
        lambda sent: "<a/>",
    ],
)
def test_a_forged_answer_opens_nobodys_account(
    provider: SamlProvider, ana: User, forge: Callable[[str], str]
) -> None:
    """Ben, who has no account, tries to come in as Ana."""
    client = Client()
    form = sign_in_there(go_there(client), "ben@example.org")
    answer = post_back(client, forge(form["sent"]))
    assert answer.status_code == 403
    assert NOT_BELIEVED in answer.content.decode()
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_a_comment_inside_a_number_makes_nobody_else_of_it(
    provider: SamlProvider, ana: User
) -> None:
    User.objects.create_user("ben@example.org", name="Ben")
    client = Client()
    form = sign_in_there(go_there(client), "ben@example.org")
    post_back(client, split_by_comment(form["sent"]))
    uids = set(SocialAccount.objects.values_list("uid", flat=True))
    assert uids <= {"number of ben@example.org"}


def _remove(part: str) -> Callable[[Any], None]:
    def change(tree: Any) -> None:
        [found] = tree.findall(f".//{part}", NAMES)
        found.getparent().remove(found)

    return change


def _unset(name: str) -> Callable[[Any], None]:
    def change(tree: Any) -> None:
        del tree.find(".//a:SubjectConfirmationData", NAMES).attrib[name]

    return change


@pytest.mark.parametrize(
    ("change", "is_taken"),
    [
        (None, True),
        (_remove("a:AudienceRestriction"), False),
        (_unset("InResponseTo"), False),
        (_unset("Recipient"), False),
        (_unset("NotOnOrAfter"), False),
    ],
)
def test_a_signed_answer_says_for_whom_for_what_and_until_when(
    provider: SamlProvider,
    ana: User,
    folder: Path,
    change: Callable[[Any], None] | None,
    is_taken: bool,
) -> None:
    """Signed anew by the provider's own key; the first is changed in nothing."""
    client = Client()
    tree = as_tree(sign_in_there(go_there(client), "ana@example.org")["sent"])
    signed = tree.find("a:Assertion", NAMES)
    for one in signed.findall("d:Signature", NAMES):
        signed.remove(one)
    if change:
        change(signed)
    key, certificate = ((folder / f"provider.{end}").read_text() for end in ("key", "crt"))
    tree.replace(
        signed, as_tree(OneLogin_Saml2_Utils.add_sign(as_text(signed), key, certificate).decode())
    )
    post_back(client, as_text(tree))
    assert is_signed_in(client) is is_taken


def test_a_provider_is_known_by_its_key_alone(
    provider: SamlProvider, ana: User, folder: Path, settings: Any
) -> None:
    stranger = ((folder / "stranger.crt").read_text(),)
    settings.IDENTITY_PROVIDERS = (replace(provider, certificates=stranger),)
    assert come_back(Client(), "ana@example.org").status_code == 403


def test_an_answer_is_used_once_and_in_its_own_browser(provider: SamlProvider, ana: User) -> None:
    client, thief = Client(), Client()
    form = sign_in_there(go_there(client), "ana@example.org")
    go_there(thief)
    assert post_back(thief, form["sent"]).status_code == 403
    assert not is_signed_in(thief)
    empty_cache()
    post_back(client, form["sent"])
    assert is_signed_in(client)
    client.post("/account/logout/")
    for browser in (client, thief):
        assert post_back(browser, form["sent"]).status_code == 403
        assert not is_signed_in(browser)
    empty_cache()
    assert post_back(client, form["sent"]).status_code == 403, "without a cache, too"


def test_an_answer_is_too_old_after_some_minutes(provider: SamlProvider, ana: User) -> None:
    client = Client()
    with time_machine.travel("2026-03-02 09:00Z", tick=False):
        there = go_there(client)
    form = sign_in_there(there, "ana@example.org")
    assert post_back(client, form["sent"]).status_code == 403


def test_what_is_no_answer_is_not_kept(provider: SamlProvider) -> None:
    client = Client()
    assert client.post(BACK).status_code == 400
    assert client.post(BACK, {"SAMLResponse": "A" * 200_001}).status_code == 400
    assert client.get(BACK).status_code == 403
    assert client.put(BACK).status_code == 405


def test_a_failed_sign_in_says_nothing_of_the_person_in_the_log(
    provider: SamlProvider, ana: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        come_back(Client(), "ana@example.org", "expired")
        post_back(Client(), "number of ana@example.org")
    kept = [one for one in caplog.records if one.name.split(".")[0] not in {"urllib3"}]
    assert [one for one in kept if "ana@" in one.getMessage()] == []
