"""What requests to the API share: body, the seats and paragraph they name, version."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from consultations.api import BaseConsultationViewSet
from consultations.models import Seat
from consultations.rules.access import Access
from consultations.web.problems import Conflict
from drafts.desk.acts import StaleVersion
from drafts.models import Paragraph, Wording


def validated_body(serializer_class: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body of a request, validated. Raises REST framework's error, which names wrong fields."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    body: dict[str, Any] = serializer.validated_data
    return body


def seat_filed_for(access: Access, code: str) -> Seat:
    """The seat with this code for which one may file: the own one, or that of a coordinated group.

    Raises ValidationError for any other code.
    """
    seats = [seat for seat in (access.seat, *access.coordinated_seats) if seat is not None]
    seat = next((seat for seat in seats if seat.code == code), None)
    if seat is None:
        message = _("Your delegation has no mandate to submit for “%(code)s”.") % {"code": code}
        raise serializers.ValidationError({"on_behalf_of": [message]})
    return seat


def named_seats(access: Access, codes: Iterable[str], field: str = "delegations") -> list[Seat]:
    """The seats of this consultation with these codes, without those that ended; in no order.

    Raises ValidationError, at this field of the request, for a code that none has.
    """
    wanted_codes = dict.fromkeys(codes)
    sitting_seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    seats = list(sitting_seats.filter(code__in=list(wanted_codes)).select_related("delegation"))
    if missing_codes := [
        code for code in wanted_codes if code not in {seat.code for seat in seats}
    ]:
        message = _("“%(code)s” does not sit in this consultation.") % {"code": missing_codes[0]}
        raise serializers.ValidationError({field: [message]})
    return seats


def named_group_seat(access: Access, code: str) -> Seat:
    """The seat of the group in whose room something is drafted, by the group's code.

    Raises ValidationError where no group is named, or the reader does not sit in that room.
    """
    if not code:
        message = _("Name the group in whose room you draft.")
        raise serializers.ValidationError({"on_behalf_of": [message]})
    group_seat = next((seat for seat in access.group_room_seats if seat.code == code), None)
    if group_seat is None:
        message = _("Your delegation is not in the room of “%(code)s”.") % {"code": code}
        raise serializers.ValidationError({"on_behalf_of": [message]})
    return group_seat


def paragraph_to_move_after(
    access: Access, wording: Wording, paragraph_public_id: Any
) -> Paragraph | None:
    """The paragraph of the same revision after which another is to be moved; None if none is named.

    Raises ValidationError where the revision has no such paragraph.
    """
    if paragraph_public_id is None:
        return None
    wordings = Wording.objects.visible_to(access).filter(revision=wording.revision_id)
    wording_in_revision = (
        wordings.filter(paragraph__public_id=paragraph_public_id)
        .select_related("paragraph")
        .first()
    )
    if wording_in_revision is None:
        raise serializers.ValidationError(
            {"move_after": [_("This text has no such paragraph. Name one of the same revision.")]}
        )
    return wording_in_revision.paragraph


class VersionedViewSet[Row: Model](BaseConsultationViewSet[Row]):
    """A request that changes a row sends the version that was read.

    Where another version is stored, nothing is written and the answer is 409.
    """

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, StaleVersion):
            exc = Conflict(exc.messages[0])
        return super().handle_exception(exc)
