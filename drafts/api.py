"""The text over the API: texts, circulated revisions, their wordings, and what meetings take up.

The docstrings of serializers and views and each `help_text` are printed in the description of the
API.
"""

from typing import Any

import django_filters
from django.db.models import F, Prefetch, QuerySet
from rest_framework import serializers

from consultations.api import BaseConsultationViewSet
from consultations.models import Meeting
from drafts.models import AgendaItem, Draft, Nature, Numbering, ParagraphKind, Revision, Wording
from drafts.text.names import name_of_wording


class RevisionSerializer(serializers.Serializer[Revision]):
    """A circulated state of a text; it never changes."""

    id = serializers.UUIDField(source="public_id")
    draft = serializers.SlugField(source="draft.slug", help_text="The web address of its text.")
    number = serializers.IntegerField()
    stage = serializers.CharField(help_text="First draft, Rev.1, …")
    nature = serializers.ChoiceField(Nature.choices)
    round = serializers.UUIDField(
        source="round.public_id",
        default=None,
        allow_null=True,
        help_text="The round that asks for inputs on it.",
    )
    circulated_at = serializers.DateTimeField()
    note = serializers.CharField()
    checksum = serializers.CharField(help_text="SHA-256 over the canonical form of the text.")


class DraftSerializer(serializers.Serializer[Draft]):
    """One text under negotiation."""

    id = serializers.UUIDField(source="public_id")
    slug = serializers.SlugField()
    title = serializers.CharField()
    symbol = serializers.CharField()
    language = serializers.CharField(help_text="BCP 47 tag of the authentic language.")
    numbering = serializers.ChoiceField(Numbering.choices)
    adopted_at = serializers.DateTimeField(allow_null=True)
    revisions = RevisionSerializer(many=True, source="visible_revisions")


class WordingSerializer(serializers.Serializer[Any]):
    """What one paragraph said in one revision. Comments are made on wordings."""

    id = serializers.UUIDField()
    revision = serializers.UUIDField()
    paragraph = serializers.UUIDField(help_text="Its identity; stays through every revision.")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        allow_null=True, help_text="The paragraph it stands under."
    )
    place = serializers.IntegerField()
    level = serializers.IntegerField()
    kind = serializers.ChoiceField(ParagraphKind.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    citation = serializers.CharField(
        help_text="How it is cited, as no other paragraph of its revision: OP3(a), “Recalling …”."
    )
    opening = serializers.CharField(help_text="Opening words, set in italics: Recalling.")
    text = serializers.CharField(help_text="As circulated, never repaired.")
    notes = serializers.ListField(child=serializers.CharField())
    previous = serializers.UUIDField(
        allow_null=True, help_text="What it said before; empty where it is new."
    )
    redline = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text='Against `previous`: pairs of "=", "-" or "+" and words; empty if unchanged.',
    )

    # The fields above describe it for the schema; the ids are annotated by `WordingViewSet`.
    def to_representation(self, wording: Any) -> dict[str, Any]:
        return {
            "id": wording.public_id,
            "revision": wording.revision.public_id,
            "paragraph": wording.paragraph_uuid,
            "parent": wording.parent_uuid,
            "place": wording.place,
            "level": wording.level,
            "kind": wording.kind,
            "label": wording.label,
            "citation": name_of_wording(wording),
            "opening": wording.opening,
            "text": wording.text,
            "notes": wording.notes,
            "previous": wording.previous_uuid,
            "redline": wording.redline or [],
        }


class AgendaSerializer(serializers.Serializer[AgendaItem]):
    """A text, or one paragraph of it, that a meeting takes up."""

    draft = serializers.SlugField(source="draft.slug")
    paragraph = serializers.UUIDField(source="paragraph.public_id", default=None, allow_null=True)
    note = serializers.CharField()


class MeetingSerializer(serializers.Serializer[Meeting]):
    """A meeting of the consultation."""

    id = serializers.UUIDField(source="public_id")
    title = serializers.CharField()
    kind = serializers.ChoiceField(Meeting.Kind.choices)
    starts_at = serializers.DateTimeField()
    place = serializers.CharField()
    room = serializers.UUIDField(
        source="room.public_id", default=None, allow_null=True, help_text="Empty: the plenary."
    )
    cancelled_at = serializers.DateTimeField(allow_null=True)
    agenda = AgendaSerializer(many=True, source="visible_agenda_items")


class RevisionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters that narrow the list of revisions."""

    draft = django_filters.CharFilter("draft__slug", help_text="The web address of a text.")


class WordingFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters that narrow the list of wordings."""

    draft = django_filters.CharFilter(
        "revision__draft__slug", help_text="The web address of a text."
    )
    revision = django_filters.UUIDFilter("revision__public_id")
    paragraph = django_filters.UUIDFilter(
        "paragraph__public_id", help_text="One paragraph through all revisions."
    )


class DraftViewSet(BaseConsultationViewSet[Draft]):
    """The texts of the consultation with their circulated revisions."""

    queryset = Draft.objects.none()
    serializer_class = DraftSerializer
    filter_backends = []
    lookup_field = "slug"
    lookup_url_kwarg = "draft"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Draft]:
        revisions = Revision.objects.visible_to(self.access).order_by("number")
        visible_revisions = Prefetch(
            "revisions", revisions.select_related("draft", "round"), to_attr="visible_revisions"
        )
        drafts = Draft.objects.visible_to(self.access).order_by("place", "pk")
        return drafts.prefetch_related(visible_revisions)


class RevisionViewSet(BaseConsultationViewSet[Revision]):
    """What was circulated, text by text."""

    queryset = Revision.objects.none()
    serializer_class = RevisionSerializer
    filterset_class = RevisionFilter

    def get_queryset(self) -> QuerySet[Revision]:
        revisions = Revision.objects.visible_to(self.access).select_related("draft", "round")
        return revisions.order_by("draft__place", "draft_id", "number")


class WordingViewSet(BaseConsultationViewSet[Wording]):
    """The words of the paragraphs, revision by revision, in the order of the text."""

    queryset = Wording.objects.none()
    serializer_class = WordingSerializer
    filterset_class = WordingFilter

    def get_queryset(self) -> QuerySet[Wording]:
        wordings = Wording.objects.visible_to(self.access).select_related("revision")
        return wordings.annotate(
            paragraph_uuid=F("paragraph__public_id"),
            parent_uuid=F("parent__public_id"),
            previous_uuid=F("previous__public_id"),
        ).order_by("revision__draft__place", "revision__draft_id", "revision__number", "place")


class MeetingViewSet(BaseConsultationViewSet[Meeting]):
    """The meetings, with what each takes up."""

    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer
    filter_backends = []

    def get_queryset(self) -> QuerySet[Meeting]:
        agenda_items = AgendaItem.objects.select_related("draft", "paragraph").order_by(
            "place", "pk"
        )
        visible_items = agenda_items.filter(draft__in=Draft.objects.visible_to(self.access))
        all_meetings = Meeting.objects.filter(consultation=self.access.consultation)
        meetings = all_meetings.select_related("room")
        visible_agenda = Prefetch("agenda", visible_items, to_attr="visible_agenda_items")
        return meetings.prefetch_related(visible_agenda).order_by("starts_at", "pk")
