"""The kit on its pages: out in one click, in again row by row, confirmed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from comments.models import Comment
from tests.room import SLUG, Room


def _client(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_an_unchanged_kit_changes_nothing(room: Room, form: str) -> None:
    client = _client(room, "CPV contributor")
    out = client.get(reverse("kit_file", args=[SLUG, "plan", 2, form]))
    assert out.status_code == 200
    before = list(Comment.objects.order_by("pk").values())
    sent = client.post(
        reverse("kit", args=[SLUG, "plan", 2]),
        {
            "capacity": room.capacities["CPV contributor"],
            "language": "en",
            "file": SimpleUploadedFile(f"kit.{form}", out.content),
        },
    )
    assert sent.status_code == 302, sent.content.decode()
    page = client.get(sent["Location"])
    assert page.status_code == 200
    assert "The file changes nothing" in page.content.decode()
    assert list(Comment.objects.order_by("pk").values()) == before
