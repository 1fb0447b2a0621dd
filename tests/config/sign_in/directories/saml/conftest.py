"""A provider of SAML in a process of its own, known to the platform of the test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from delegations.identity_providers import SamlProvider
from tests.config.sign_in.directories.listening import listening
from tests.config.sign_in.directories.saml.saml_visits import BASE_URL
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
    with listening("tests.saml_provider", folder) as found:
        yield found


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
