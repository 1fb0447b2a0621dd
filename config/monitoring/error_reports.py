"""Filters error reports: they say where the error was, never what somebody typed."""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class HiddenValuesFilter(SafeExceptionReporterFilter):
    """Keeps names of fields and lines of code; hides values of forms and local variables.

    A draft comment is seen inside its delegation only, and a report goes to whoever runs the
    platform. On a developer's own machine (DEBUG) everything is shown.
    """

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """The names of the fields of a form, each with asterisks as its value."""
        if request is None:
            return {}
        if settings.DEBUG:
            return dict(request.POST.items())
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        """No local variables: they may hold what somebody typed."""
        if settings.DEBUG:
            return super().get_traceback_frame_variables(request, tb_frame)
        no_variables: dict[str, Any] = {}
        return no_variables.items()
