"""Receipts of the own delegation over the API, with their checksums."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comments.models import Receipt
from comments.receipts.receipt import receipts_of, submission_of
from consultations.api import BaseConsultationViewSet
from consultations.rules.access import Act


class ReceiptSerializer(serializers.Serializer[Any]):
    """One act of submission."""

    id = serializers.UUIDField(source="public_id", help_text="The number of the receipt.")
    submitted_at = serializers.DateTimeField()
    submitted_by = serializers.CharField(source="submitted_by.name")
    capacity = serializers.CharField(help_text="In which it was submitted.")
    inputs = serializers.IntegerField(source="input_count", help_text="How many inputs it is for.")


# The name that the published schema has for it, which programs may rely on.
@extend_schema_serializer(component_name="Received")
class ReceiptInputSerializer(serializers.Serializer[Any]):
    """An input that went under a receipt."""

    id = serializers.UUIDField(source="public_id")
    reference = serializers.CharField(help_text="The permanent number, PRT-7.")
    is_late = serializers.BooleanField()


@extend_schema_serializer(component_name="Proven")
class ReceiptWithChecksumSerializer(ReceiptSerializer):
    """A receipt with its inputs and the checksum; `/receipts/verify/` tells if it is genuine."""

    checksum = serializers.CharField()
    comments = ReceiptInputSerializer(many=True)


class ReceiptViewSet(BaseConsultationViewSet[Receipt]):
    """Receipts of the own delegation, newest first; nobody else reads them."""

    queryset = Receipt.objects.none()  # names the model; see get_queryset
    serializer_class = ReceiptSerializer
    reads_primary_only = True  # a receipt is fetched right after the submission

    def get_queryset(self) -> QuerySet[Receipt]:
        self.access.require(Act.READ_DRAFT_COMMENT)  # an act that all delegates have, and only they
        return receipts_of(self.access)

    @extend_schema(responses=ReceiptWithChecksumSerializer)
    def retrieve(self, request: Request, slug: str, id: UUID) -> Response:
        """One receipt, with what went under it and its checksum."""
        submission = submission_of(self.access, id)
        # `receipts_of` annotates the count; `submission_of` does not.
        counted_receipt: Any = submission.receipt
        counted_receipt.input_count = len(submission.inputs)
        receipt_fields = ReceiptSerializer(counted_receipt).data
        inputs_serializer = ReceiptInputSerializer(list(submission.inputs), many=True)
        return Response(
            {**receipt_fields, "checksum": submission.checksum, "comments": inputs_serializer.data}
        )
