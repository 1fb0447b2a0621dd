"""The parser of request bodies in the API: JSON, within the size limit of all requests."""

import io
from typing import Any

from rest_framework.parsers import JSONParser


class LimitedJSONParser(JSONParser):
    """A JSON parser that keeps to `DATA_UPLOAD_MAX_MEMORY_SIZE`, as Django's forms do."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Raises RequestDataTooBig before the body is kept in memory."""
        # `body` checks the size, which reading the stream would not.
        body = parser_context["request"]._request.body
        return super().parse(io.BytesIO(body), media_type, parser_context)
