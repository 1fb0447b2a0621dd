"""Working rooms over the API, read only: their chairs, members, meetings and parts of the texts."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from comments.threads.serializers import SeatSerializer
from consultations.api import BaseConsultationViewSet
from consultations.models import Meeting, RoomChair, RoomMember, WorkingRoom
from drafts.models import RoomPart


class RoomChairSerializer(serializers.Serializer[Any]):
    """Who leads a room, and from which delegation they come."""

    name = serializers.CharField(source="facilitation.user.name")
    delegation = serializers.CharField(
        source="facilitation.delegation.short_en", allow_null=True, default=None
    )


class RoomMemberSerializer(serializers.Serializer[Any]):
    """A delegation that is named as a member."""

    delegation = SeatSerializer(source="seat")


class RoomMeetingSerializer(serializers.Serializer[Any]):
    """A meeting of the room."""

    id = serializers.UUIDField(source="public_id")
    starts_at = serializers.DateTimeField()


class RoomPartSerializer(serializers.Serializer[Any]):
    """A paragraph that a room works on, with all below it; of a heading, its section."""

    draft = serializers.SlugField(source="paragraph.draft.slug")
    paragraph = serializers.UUIDField(source="paragraph.public_id")
    until = serializers.DateTimeField(allow_null=True, help_text="Empty: until it is ended.")


class WorkingRoomSerializer(serializers.Serializer[Any]):
    """A working room of the consultation."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    is_for_all = serializers.BooleanField(help_text="Every delegation sits in it.")
    ended_at = serializers.DateTimeField(allow_null=True)
    chairs = RoomChairSerializer(source="chairs_now", many=True)
    members = RoomMemberSerializer(source="members_now", many=True)
    meetings = RoomMeetingSerializer(source="meetings_not_cancelled", many=True)
    parts = RoomPartSerializer(source="parts_now", many=True)


class WorkingRoomViewSet(BaseConsultationViewSet[WorkingRoom]):
    """The working rooms, in the order in which they began."""

    queryset = WorkingRoom.objects.none()  # names the model; see get_queryset
    serializer_class = WorkingRoomSerializer
    filter_backends = []

    def get_queryset(self) -> QuerySet[WorkingRoom]:
        chairs = RoomChair.objects.filter(ended_at=None).select_related(
            "facilitation__user", "facilitation__delegation"
        )
        members = RoomMember.objects.filter(ended_at=None).select_related("seat")
        parts = RoomPart.objects.visible_to(self.access).in_force(self.access.moment)
        meetings = Meeting.objects.filter(cancelled_at=None)
        return WorkingRoom.objects.visible_to(self.access).prefetch_related(
            Prefetch("chairs", chairs, "chairs_now"),
            Prefetch("members", members, "members_now"),
            Prefetch("parts", parts.select_related("paragraph__draft"), "parts_now"),
            Prefetch("meetings", meetings, "meetings_not_cancelled"),
        )
