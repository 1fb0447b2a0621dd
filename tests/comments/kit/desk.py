"""A person at the page of the kit: downloads, uploads, reads what was understood, confirms."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from comments.models import Comment
from tests.comments.kit.as_word import Word
from tests.room import SLUG, Room


@dataclass
class Page:
    """An answer, and what its form carries along."""

    response: Any
    url: str

    @property
    def text(self) -> str:
        return str(self.response.content.decode())

    @property
    def words(self) -> str:
        """What a person reads, spaces evened."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text).split())

    @property
    def seen(self) -> str:
        found = re.search(r'name="seen" value="(\w+)"', self.text)
        assert found
        return found.group(1)

    def states(self) -> list[str]:
        """The state of each row that is shown, in order."""
        return [" ".join(s.split()) for s in re.findall(r'work__state">([^<]*)', self.text)]

    def row_keys(self) -> list[str]:
        return re.findall(r'<li id="row-([\w-]+)"', self.text)


class KitDesk:
    """One person, in one capacity, before one revision."""

    def __init__(self, room: Room, who: str = "CPV contributor", number: int = 2) -> None:
        self.room, self.who, self.args = room, who, [SLUG, "plan", number]
        self.client = Client()
        self.client.force_login(room.users[who])
        session = self.client.session
        session["capacity"] = room.capacities[who]
        session.save()

    def download(self, form: str = "docx", number: int | None = None) -> bytes:
        args = [*self.args[:2], number or self.args[2], form]
        response = self.client.get(reverse("kit_file", args=args))
        assert response.status_code == 200
        return response.content

    def word(self, number: int | None = None) -> Word:
        return Word(self.download("docx", number))

    def send(self, content: bytes, name: str = "kit.docx", language: str = "en") -> Any:
        """The answer to the upload itself."""
        data = {
            "capacity": self.room.capacities[self.who],
            "language": language,
            "file": SimpleUploadedFile(name, content),
        }
        return self.client.post(reverse("kit", args=self.args), data)

    def upload(self, content: bytes, name: str = "kit.docx", language: str = "en") -> Page:
        """The preview of a file that could be read."""
        response = self.send(content, name, language)
        assert response.status_code == 302, response.content.decode()
        return self.look(urlsplit(response["Location"]).path)

    def look(self, url: str) -> Page:
        return Page(self.client.get(url), url)

    def press(self, page: Page, **fields: Any) -> Page:
        """A button of the preview: with confirm="yes" it confirms."""
        data = {"capacity": self.room.capacities[self.who], "seen": page.seen}
        return Page(self.client.post(page.url, data | fields), page.url)

    def take(self, page: Page, **fields: Any) -> Page:
        """Confirm, and come to the page that follows."""
        response = self.press(page, confirm="yes", **fields).response
        assert response.status_code == 302, response.content.decode()
        return self.look(response["Location"])


def rows_now() -> list[dict[str, Any]]:
    """Every comment as the database has it."""
    return [dict(row) for row in Comment.objects.order_by("pk").values()]
