"""A provider of SAML in a process of its own, known to the platform of the test."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from delegations.identity_providers import SamlProvider
from delegations.models import User
from tests.config.bare_servers import free_port
from tests.config.saml.saml_visits import BASE_URL
from tests.conftest import lazy_loads_allowed
from tests.saml_provider import VERIFIED, make_keys


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("saml")
    for name in ("provider", "platform", "stranger"):
        make_keys(made, name)
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The provider's address, once it listens."""
    port = free_port()
    command = [sys.executable, "-m", "tests.saml_provider", str(port), str(folder)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stdout.readline() == "listens\n"
    yield f"http://127.0.0.1:{port}"
    running.kill()
    running.communicate()


@pytest.fixture
def provider(address: str, folder: Path, settings: Any) -> SamlProvider:
    known = SamlProvider(
        id="geneva",
        name="Geneva",
        address=f"{address}/sign-in",
        domains=("example.org",),
        entity_id=f"{address}/metadata",
        certificates=((folder / "stranger.crt").read_text(), (folder / "provider.crt").read_text()),
        verified=VERIFIED,
        sign_out_address=f"{address}/sign-out",
        own_certificate=(folder / "platform.crt").read_text(),
        own_key=(folder / "platform.key").read_text(),
    )
    settings.IDENTITY_PROVIDERS = (known,)
    settings.BASE_URL = BASE_URL
    ours = Client().get("/account/provider/geneva/metadata/")
    (folder / "platform.xml").write_bytes(ours.content)
    return known


@pytest.fixture(autouse=True)
def _sign_in_loads_as_it_likes() -> Iterator[None]:
    with lazy_loads_allowed():
        yield


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("Ana@example.org", "an old secret here", name="Ana")
