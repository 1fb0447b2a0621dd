"""What a person's browser does between the platform and a provider of SAML; for tests."""

import base64
from typing import Any

import requests
from django.test import Client

BASE_URL = "https://here.example"
BACK = "/account/provider/geneva/back/"


def go_there(client: Client, **query: str) -> str:
    answer = client.post("/account/provider/geneva/", query_params=query)
    return answer.headers["Location"]


def sign_in_there(there: str, email: str, wrong: str = "") -> dict[str, Any]:
    """What a person does at the provider; the form that its page posts back to us."""
    answer = requests.get(f"{there}&email={email}&wrong={wrong}")
    assert answer.status_code == 200
    form: dict[str, Any] = answer.json()
    return form


def post_back(client: Client, sent: str) -> Any:
    """The form of the provider's page, and where it leads."""
    kept = {"SAMLResponse": base64.b64encode(sent.encode()).decode()}
    answer = client.post(BACK, kept)
    assert (answer.status_code, answer.headers["Location"]) == (302, BACK)
    return client.get(BACK)


def come_back(client: Client, email: str, wrong: str = "", **query: str) -> Any:
    form = sign_in_there(go_there(client, **query), email, wrong)
    assert form["back"] == BASE_URL + BACK
    return post_back(client, form["sent"])


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
