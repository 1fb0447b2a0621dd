"""Generated files in an S3 bucket, on a local server: same pages, access and expiry."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.core.files.storage import default_storage
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from comments.exports.acts import (
    cancel_export,
    delete_orphaned_files,
    get_or_create_export,
    make_export_file,
)
from comments.exports.attempts import claim_export
from comments.exports.files import write_whole_file
from comments.models import Export
from comments.table.selection import TableSelection
from comments.tasks import clear_expired_exports
from config.files.in_bucket import files_in_bucket
from tests.environment import environment_of_test
from tests.room import SLUG, Room, marker
from tests.s3_server import Bucket, s3_server

pytestmark = pytest.mark.django_db

WHO = "CPV deputy"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    with s3_server() as bucket:
        yield bucket


@pytest.fixture
def bucket(server: Bucket, settings: Settings) -> Bucket:
    """The storage that `FILES_BUCKET` makes, empty."""
    settings.STORAGES = settings.STORAGES | {"default": files_in_bucket(server.name)}
    for name in server.files():
        server.client.delete_object(Bucket=server.name, Key=name)
    return server


def ask_for_export(room: Room, *, minutes: int = 0) -> Export:
    access = room.access(WHO)
    selection = TableSelection((room.revision,), access.moment - timedelta(minutes=minutes))
    export, _new = get_or_create_export(access=access, selection=selection, format_name="csv")
    return export


def make_export(room: Room, *, minutes: int = 0) -> Export:
    export = ask_for_export(room, minutes=minutes)
    make_export_file(export.pk)
    export.refresh_from_db()
    assert export.error == ""
    return export


def visitor(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    return client


def test_a_file_is_handed_out_by_our_page_with_the_bytes_of_the_disk(
    room: Room, bucket: Bucket, settings: Settings, tmp_path: Path
) -> None:
    export = make_export(room)
    assert bucket.files() == [f"exports/{export.public_id}-1.csv"]
    page = reverse("paper", args=[SLUG, export.public_id])
    file = reverse("paper_file", args=[SLUG, export.public_id])
    owner = visitor(room, WHO)
    assert "The file is ready." in owner.get(page).content.decode()
    answer = owner.get(file)
    given = b"".join(answer)
    assert marker("FRA submitted") in given.decode()
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    assert int(answer["Content-Length"]) == len(given)
    on_disk = settings.STORAGES["default"] | {
        "BACKEND": "config.files.on_disk.FilesOnDisk",
        "OPTIONS": {"location": tmp_path},
    }
    settings.STORAGES = settings.STORAGES | {"default": on_disk}
    Export.objects.update(finished_at=None, attempts=0, heartbeat_at=None, file="")
    make_export_file(export.pk)
    assert b"".join(owner.get(file)) == given


def test_nobody_else_is_handed_it_and_no_public_address_leads_to_it(
    room: Room, bucket: Bucket
) -> None:
    export = make_export(room)
    file = reverse("paper_file", args=[SLUG, export.public_id])
    for who in ("CPV focal_point", "FRA deputy", "secretariat"):
        assert visitor(room, who).get(file).status_code == 404
    assert Client().get(file).status_code == 302
    pages = [reverse("papers", args=[SLUG]), reverse("paper", args=[SLUG, export.public_id])]
    for page in pages:
        body = visitor(room, WHO).get(page).content.decode()
        assert bucket.address not in body and bucket.name not in body
    with pytest.raises(HTTPError, match="403"):
        urlopen(f"{bucket.address}/{bucket.name}/{export.file}")


def test_after_a_week_it_goes_and_so_does_what_killed_workers_left(
    room: Room, bucket: Bucket
) -> None:
    kept, old, at_work = (
        make_export(room),
        make_export(room, minutes=1),
        ask_for_export(room, minutes=2),
    )
    Export.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert claim_export(at_work.pk) is not None
    left = f"exports/{kept.public_id}-2.csv"
    stays = [str(kept.file), f"exports/{at_work.public_id}-1.csv", "exports/notes.txt"]
    for name in (left, *stays[1:]):
        bucket.put(name)
    clear_expired_exports()
    assert bucket.files() == sorted(stays)
    gone = visitor(room, WHO).get(reverse("paper_file", args=[SLUG, old.public_id]))
    assert gone.status_code == 404


def test_a_cancelled_paper_leaves_nothing(room: Room, bucket: Bucket) -> None:
    export = ask_for_export(room)
    bucket.put(f"exports/{export.public_id}-1.csv")
    cancel_export(access=room.access(WHO), export=export)
    assert bucket.files() == [] and delete_orphaned_files() == 0


@pytest.mark.parametrize("megabytes", [0, 1, 20])
def test_a_file_that_fails_on_the_way_leaves_nothing(bucket: Bucket, megabytes: int) -> None:
    def chunks(fails: bool) -> Iterator[bytes]:
        for _number in range(megabytes):
            yield b"x" * MEGABYTE
        if fails:
            raise ValueError("it failed")
        yield b"end"

    with pytest.raises(ValueError, match="it failed"):
        write_whole_file("exports/large.csv", chunks(fails=True))
    assert bucket.files() == bucket.begun() == []
    write_whole_file("exports/large.csv", chunks(fails=False))
    assert default_storage.size("exports/large.csv") == megabytes * MEGABYTE + 3
    with default_storage.open("exports/large.csv") as file:
        assert file.read().endswith(b"xend" if megabytes else b"end")


def test_a_file_that_is_lost_is_not_found(room: Room, bucket: Bucket) -> None:
    export = make_export(room)
    default_storage.delete(str(export.file))
    file = reverse("paper_file", args=[SLUG, export.public_id])
    assert visitor(room, WHO).get(file).status_code == 404


AWAY = "The server that keeps files does not answer. Try again in a few minutes."


def test_with_its_server_away_a_paper_says_so_and_is_asked_for_again(
    room: Room, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.outages.breaker.REST_SECONDS", 0)
    export, owner = ask_for_export(room), visitor(room, WHO)
    page = reverse("paper", args=[SLUG, export.public_id])
    with bucket.stopped():
        make_export_file(export.pk)
        body = owner.get(page).content.decode()
        assert AWAY in body and "There is no file." in body and "Try again" in body
    make_export(room)
    assert len(bucket.files()) == 1


def test_with_its_server_away_a_download_says_so_on_its_page_and_is_tried_again(
    room: Room, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.outages.breaker.REST_SECONDS", 0)
    export, owner = make_export(room), visitor(room, WHO)
    file = reverse("paper_file", args=[SLUG, export.public_id])
    with bucket.stopped(), TestCase().assertLogs() as log:
        page = reverse("paper", args=[SLUG, export.public_id])
        assert "The file is ready." in owner.get(page).content.decode()
        answers = [owner.get(file) for _press in range(2)]
    for answer in answers:
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        body = answer.content.decode()
        assert AWAY in body and "The file is ready." in body
        assert f'href="{file}">Try again' in body
        assert visitor(room, "FRA deputy").get(file).status_code == 404
    assert b"".join(owner.get(file)).startswith("\ufeff".encode())
    lines = [one.getMessage() for one in log.records if one.name == "config.outages.log_line"]
    assert lines == [
        "The server of files fails (EndpointConnectionError): none is handed out, and papers fail"
    ]
    assert [one for one in log.records if one.exc_info] == []


def test_with_its_server_away_a_paper_is_cancelled_and_old_files_wait(
    room: Room, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.outages.breaker.REST_SECONDS", 0)
    old, at_work = make_export(room), ask_for_export(room, minutes=1)
    bucket.put(f"exports/{at_work.public_id}-1.csv")
    Export.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with bucket.stopped():
        cancel_export(access=room.access(WHO), export=at_work)
        clear_expired_exports()
    assert len(bucket.files()) == 2
    clear_expired_exports()
    assert bucket.files() == []


def test_a_server_that_failed_is_left_alone_for_a_moment(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that those who try again do not all wait for one that hangs."""
    monkeypatch.setattr("config.outages.breaker.REST_SECONDS", 3600)
    with bucket.stopped(), pytest.raises(ConnectionError):
        default_storage.listdir("exports")
    with pytest.raises(ConnectionError, match="a moment ago"):
        default_storage.listdir("exports")


@pytest.mark.parametrize(
    ("bucket_set", "backend"),
    [("papers", "FilesInBucket"), ("", "FilesOnDisk")],
)
def test_a_bucket_that_is_set_takes_the_files(bucket_set: str, backend: str) -> None:
    said_by = """
import django
django.setup()
from django.core.files.storage import storages
print(type(storages["default"]).__name__)
"""
    environment = environment_of_test(FILES_BUCKET=bucket_set)
    completed = subprocess.run(
        [sys.executable, "-c", said_by], env=environment, capture_output=True, text=True, check=True
    )
    assert completed.stdout.strip() == backend
