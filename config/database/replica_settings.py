"""The settings of a streaming replica: those of the primary, asked elsewhere and more briefly."""

from collections.abc import Mapping
from typing import Any

PLACE = ("HOST", "PORT", "NAME", "USER", "PASSWORD")
# Seconds. What a replica does not answer by then is asked of the primary.
PATIENCE = 5.0
CONNECT_TIMEOUT = 2


def replica_of(primary: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of `DATABASES`; `place` is what the replica's own address says."""
    options = primary["OPTIONS"] | place.get("OPTIONS", {})
    # Should it have become a primary, it takes no write of ours all the same.
    read_only = f"{options.get('options', '')} -c default_transaction_read_only=on"
    return {
        **primary,
        **{name: place[name] for name in PLACE},
        "OPTIONS": options | {"options": read_only, "connect_timeout": CONNECT_TIMEOUT},
        "PATIENCE": PATIENCE,
        "IS_REPLICA": True,
        "TEST": {"MIRROR": "default"},
    }
