"""The database refuses raw SQL that changes a circulated revision."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from drafts.circulating.seal import checksum_of_revision
from drafts.models import Revision, Wording
from tests.room import Room

pytestmark = pytest.mark.every_server

REFUSED = (InternalError, IntegrityError)


def _run(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE drafts_wording SET text = 'other' WHERE revision_id = %s",
        "UPDATE drafts_wording SET redline = '[]' WHERE revision_id = %s",
        "DELETE FROM drafts_wording WHERE revision_id = %s",
        "UPDATE drafts_revision SET stage = 'other' WHERE id = %s",
        "UPDATE drafts_revision SET checksum = 'other' WHERE id = %s",
        "UPDATE drafts_revision SET round_id = NULL WHERE id = %s",
        "DELETE FROM drafts_revision WHERE id = %s",
    ],
)
def test_nothing_of_a_circulated_revision_is_changed_or_removed(room: Room, change: str) -> None:
    with pytest.raises(REFUSED, match="never changed or removed"):
        _run(change, room.revision.pk)


def test_no_wording_comes_late(room: Room) -> None:
    wording = room.wording(room.call, 1)
    wording.pk, wording.revision, wording.place = None, room.revision, 99
    wording.paragraph = room.wording(room.revision, 2).paragraph
    with pytest.raises(REFUSED, match="nothing is added to it"), transaction.atomic():
        wording.save()


def test_a_revision_without_its_seal_does_not_outlive_its_transaction(room: Room) -> None:
    unsealed = Revision(
        draft=room.draft,
        number=9,
        stage="Rev.9",
        circulated_at=room.now,
        circulated_by=room.users["co_facilitator"],
        capacity="co facilitator",
    )
    with pytest.raises(REFUSED, match="must be sealed"):
        _commit(unsealed)


@transaction.atomic
def _commit(row: Revision) -> None:
    """Save, and ask now what the database would ask at the end of the transaction."""
    row.save()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
def test_the_seal_can_be_worked_out_again_from_what_was_circulated(room: Room) -> None:
    revision = Revision.objects.select_related("draft__consultation").get(pk=room.revision.pk)
    wordings = list(
        Wording.objects.filter(revision=revision)
        .select_related("paragraph", "parent")
        .order_by("place")
    )
    assert checksum_of_revision(revision, wordings) == revision.checksum
    wordings[0].text += " "
    assert checksum_of_revision(revision, wordings) != revision.checksum
