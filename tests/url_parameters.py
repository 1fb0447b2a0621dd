"""The parameters of addresses, by the short names under which tests give them their values."""

import re
from collections.abc import Mapping
from typing import Any

# Those that are not their parameter without the ending.
SHORT_NAMES = {"revision_number": "number", "upload_key": "kept"}


def short_name(parameter: str) -> str:
    """The short name: "comment" for `comment_public_id`, "draft" for `draft_slug`."""
    short = parameter.removesuffix("_public_id").removesuffix("_slug")
    return SHORT_NAMES.get(short, short)


def url_parameters(route: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the parameters of a route: "<uuid:comment_public_id>" gets `comment`.

    Raises KeyError for a value that the route has no parameter for.
    """
    names = {short_name(name): name for name in re.findall(r"<(?:\w+:)?(\w+)>", route)}
    return {names[name]: value for name, value in values.items()}
