"""Rows that two people may change at once: a change of an older version gets a 409."""

from django.db.models import Model
from rest_framework.response import Response

from consultations.api import BaseConsultationViewSet
from consultations.web.problems import Conflict
from drafts.desk.acts import StaleVersion


class VersionedViewSet[Row: Model](BaseConsultationViewSet[Row]):
    """A request that changes a row sends the version that was read.

    Where another version is stored, nothing is written and the answer is 409.
    """

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, StaleVersion):
            exc = Conflict(exc.messages[0])
        return super().handle_exception(exc)
