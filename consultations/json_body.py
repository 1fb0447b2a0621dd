"""The body of a request to the API: JSON, and no larger than other forms may be."""

import io
from typing import Any

from rest_framework.parsers import JSONParser


class LimitedJSONParser(JSONParser):
    """JSON, of the size that every other form may have."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Raises RequestDataTooBig before anything is kept."""
        body = parser_context["request"]._request.body
        return super().parse(io.BytesIO(body), media_type, parser_context)
