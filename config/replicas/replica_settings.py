"""The settings of a streaming replica: those of the primary, with its address and less patience."""

from collections.abc import Mapping
from typing import Any

ADDRESS_SETTINGS = ("HOST", "PORT", "NAME", "USER", "PASSWORD")
# Seconds after which the primary is asked instead: for an answer, and for a connection.
TIMEOUT_SECONDS = 5.0
CONNECT_TIMEOUT = 2


def replica_of(primary: Mapping[str, Any], address_settings: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of `DATABASES`; `address_settings` are those from the replica's own URL."""
    options = primary["OPTIONS"] | address_settings.get("OPTIONS", {})
    # Even if the replica has become a primary, we do not write to it.
    read_only = f"{options.get('options', '')} -c default_transaction_read_only=on"
    return {
        **primary,
        **{name: address_settings[name] for name in ADDRESS_SETTINGS},
        "OPTIONS": options | {"options": read_only, "connect_timeout": CONNECT_TIMEOUT},
        "PATIENCE": TIMEOUT_SECONDS,
        "IS_REPLICA": True,
        "TEST": {"MIRROR": "default"},  # in tests both are one database
    }
