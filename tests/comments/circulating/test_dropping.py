"""Paragraphs that an import would drop are listed with their inputs and must be confirmed."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from comments.models import Comment
from drafts.models import Paragraph
from tests.comments.reading.test_pages import page
from tests.drafts.desk.leading import Browser
from tests.room import Room

pytestmark = pytest.mark.django_db


def standing(room: Room) -> list[Paragraph]:
    draft = room.revision.draft
    return list(draft.paragraphs.in_force().order_by("place", "pk"))


def test_what_would_be_dropped_is_ticked_by_name_before_the_file_is_taken(room: Room) -> None:
    draft = room.revision.draft
    olds = standing(room)
    spoken = Comment.objects.in_force().values_list("paragraph", flat=True)
    gone = next(old for old in olds if old.pk in set(spoken) and old.kind == "operative")
    rows = [old for old in olds if old.pk != gone.pk]
    content = "\n\n".join(f"{old.label}. {old.text}" if old.label else old.text for old in rows)
    leader = Browser(room.access("co_facilitator"))
    slug = draft.consultation.slug
    address = reverse("import_file", args=[slug, draft.slug])
    file = SimpleUploadedFile("next.txt", content.encode())
    preview = post(leader, address, file=file)["Location"]
    answer = settled(leader, preview)
    assert answer["Location"] == f"{preview}dropped/"
    shown = page(leader.get(f"{preview}dropped/"))
    count = Comment.objects.in_force().filter(paragraph=gone).count()
    assert gone.text[:30] in shown
    assert f"{count} input" in shown
    seen = seen_in(shown)
    refused = post(leader, f"{preview}dropped/", seen=seen)
    assert refused.status_code == 422
    assert "Select 1 more" in page(refused)
    assert gone in standing(room)
    done = post(leader, f"{preview}dropped/", seen=seen, dropped=[str(gone.public_id)])
    assert done.status_code == 302
    assert gone not in standing(room)


def post(leader: Browser, address: str, **fields: Any) -> Any:
    return leader.post(address, {"capacity": leader.key, **fields})


def settled(leader: Browser, preview: str) -> Any:
    """The preview taken as it is proposed; what is open is new."""
    shown = page(leader.get(preview))
    places = re.findall(r'name="(place-[\d-]+)"', shown)
    post(leader, preview, keep="yes", **dict.fromkeys(places, "new"))
    return post(leader, preview, confirm="yes", seen=seen_in(page(leader.get(preview))))


def seen_in(shown: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', shown)
    assert found is not None
    return found[1]
