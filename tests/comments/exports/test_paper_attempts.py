"""Exports in progress: attempts, heartbeats, waiting, cancelling and a full disk."""

import resource
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from comments.exports import acts
from comments.exports.acts import (
    TooManyUnfinishedPapers,
    cancel_export,
    delete_orphaned_files,
    get_or_create_export,
    make_export_file,
)
from comments.exports.attempts import (
    LOST_AFTER,
    MAX_ATTEMPTS,
    OFFER_LIFETIME,
    AttemptEnded,
    claim_export,
    close_lost_exports,
    close_with_message,
    export_ids_to_offer,
)
from comments.exports.files import write_whole_file
from comments.models import Export
from comments.table.selection import TableSelection
from tests.api_clients import with_key
from tests.room import SLUG, Room

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]

WHO = "CPV deputy"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where the papers of a test are kept."""
    stores = dict(settings.STORAGES)
    stores["default"] = stores["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = stores
    return tmp_path / "exports"


def ask(room: Room, who: str = WHO, *, minutes: int = 0, format_name: str = "csv") -> Export:
    """A paper that is asked for; other minutes make another one."""
    asked = selection(room, minutes)
    export, _new = get_or_create_export(
        access=room.access(who), selection=asked, format_name=format_name
    )
    return export


def selection(room: Room, minutes: int) -> TableSelection:
    cut_off = room.now - timedelta(minutes=minutes)
    return TableSelection((room.revision,), cut_off, language="en")


def visitor(room: Room, who: str = WHO) -> Client:
    client = Client()
    client.force_login(room.users[who])
    return client


def page_of(room: Room, export: Export, who: str = WHO) -> str:
    answer = visitor(room, who).get(reverse("paper", args=[SLUG, export.public_id]))
    return answer.content.decode()


def press(room: Room, address: str, who: str = WHO) -> Any:
    form = {"capacity": room.capacities[who]}
    return visitor(room, who).post(address, form, follow=True)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*"))


def set_silent(export: Export, tries: int = 1) -> None:
    """Its worker began it, and was lost."""
    silent = timezone.now() - LOST_AFTER - SECOND
    Export.objects.filter(pk=export.pk).update(attempts=tries, heartbeat_at=silent)


# --- One worker at a time ------------------------------------------------------------------------


def test_a_paper_is_claimed_once_until_its_worker_falls_silent(room: Room) -> None:
    export = ask(room)
    first = claim_export(export.pk)
    assert first is not None and claim_export(export.pk) is None
    set_silent(export)
    second = claim_export(export.pk)
    assert second is not None and (first.number, second.number) == (1, 2)
    with pytest.raises(AttemptEnded):
        first.write(done=1)
    close_with_message(first, "Too late.")
    second.write(done=1)
    export.refresh_from_db()
    assert (export.done, export.error, export.finished_at) == (1, "", None)


def test_an_attempt_that_comes_back_too_late_leaves_the_file_of_the_other(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(room)

    def stand_still_after(name: str, chunks: Iterable[bytes]) -> None:
        """Its file is written; then its machine sleeps, until another has made the paper."""
        monkeypatch.undo()
        write_whole_file(name, chunks)
        set_silent(export)
        make_export_file(export.pk)

    monkeypatch.setattr(acts, "write_whole_file", stand_still_after)
    make_export_file(export.pk)
    export.refresh_from_db()
    with export.file.open() as file:
        assert export.attempts == 2 and file.read()
    assert files_in(folder) == [f"{export.public_id}-2.csv"]


def test_a_file_that_gets_its_name_after_the_paper_was_made_by_another_goes_again(
    room: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(room)

    def sleep_before_naming(name: str, chunks: Iterable[bytes]) -> None:
        """Its chunks are all there, and still its own; then its machine sleeps."""
        monkeypatch.undo()
        whole = list(chunks)
        set_silent(export)
        make_export_file(export.pk)
        write_whole_file(name, whole)

    monkeypatch.setattr(acts, "write_whole_file", sleep_before_naming)
    make_export_file(export.pk)
    assert files_in(folder) == [f"{export.public_id}-2.csv"]


# --- Offered again -------------------------------------------------------------------------------


def test_what_waits_is_offered_again_when_its_message_may_be_lost(room: Room) -> None:
    export, moment = ask(room), timezone.now()
    assert export_ids_to_offer(moment) == [export.pk], "the queue never took it"
    Export.objects.update(offered_at=moment)
    assert export_ids_to_offer(moment + OFFER_LIFETIME) == []
    assert export_ids_to_offer(moment + OFFER_LIFETIME + SECOND) == [export.pk]
    Export.objects.update(attempts=1, heartbeat_at=moment + OFFER_LIFETIME)
    assert export_ids_to_offer(moment + OFFER_LIFETIME + LOST_AFTER) == []
    assert export_ids_to_offer(moment + OFFER_LIFETIME + LOST_AFTER + SECOND) == [export.pk]
    Export.objects.update(finished_at=moment)
    assert export_ids_to_offer(moment + timedelta(days=1)) == []


def test_after_three_attempts_it_is_given_up_with_a_sentence(room: Room, folder: Path) -> None:
    export = ask(room)
    set_silent(export, MAX_ATTEMPTS - 1)
    assert close_lost_exports(timezone.now()) == 0
    set_silent(export, MAX_ATTEMPTS)
    folder.mkdir(parents=True)
    (folder / f"{export.public_id}-3.csv.part").touch()
    assert claim_export(export.pk) is None and export_ids_to_offer(timezone.now()) == []
    assert close_lost_exports(timezone.now()) == 1
    assert "It failed three times." in page_of(room, export)
    assert files_in(folder) == []


def test_with_the_queue_away_a_paper_waits_and_its_page_says_so(
    room: Room, broker_away: None
) -> None:
    answer = press(room, selection(room, minutes=9).file_url(room.access(WHO), "csv"))
    page = answer.content.decode()
    assert "Files cannot be generated right now." in page
    assert "There is no file" not in page and ">Try again<" not in page
    (key,) = export_ids_to_offer(timezone.now())
    make_export_file(key)
    assert "The file is ready." in page_of(room, Export.objects.get())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Files cannot be generated right now."),
        ({"offered_at": "now"}, "The file is queued"),
        ({"attempts": 1, "heartbeat_at": "now", "done": 2, "total": 9}, "2 of 9"),
        ({"attempts": 2, "heartbeat_at": "now"}, "Attempt 2 of 3."),
        ({"attempts": 1, "heartbeat_at": "silent"}, "It will restart automatically."),
        ({"finished_at": "now", "cancelled_at": "now"}, "You cancelled this file."),
    ],
)
def test_its_page_says_where_it_stands(room: Room, fields: dict[str, Any], words: str) -> None:
    export, now = ask(room), timezone.now()
    named = {"now": now, "silent": now - LOST_AFTER - SECOND}
    Export.objects.update(**{name: named.get(value, value) for name, value in fields.items()})
    page = page_of(room, export)
    assert words in page
    is_unfinished = "finished_at" not in fields
    assert (reverse("cancel_paper", args=[SLUG, export.public_id]) in page) == is_unfinished
    assert ('hx-trigger="every 2s"' in page) == is_unfinished
    listed = visitor(room).get(reverse("papers", args=[SLUG])).content.decode()
    assert (reverse("cancel_paper", args=[SLUG, export.public_id]) in listed) == is_unfinished


# --- At most three, and cancelled ----------------------------------------------------------------


def test_a_fourth_paper_is_refused_with_a_sentence_that_leads_to_the_three(room: Room) -> None:
    three = [ask(room, minutes=minutes) for minutes in range(3)]
    assert ask(room) == three[0], "asked for again it is the same"
    with pytest.raises(TooManyUnfinishedPapers):
        ask(room, minutes=3)
    ask(room, "CPV focal_point", minutes=3)  # another person's are their own

    answer = press(room, selection(room, minutes=9).file_url(room.access(WHO), "csv"))
    assert answer.redirect_chain[-1][0] == reverse("papers", args=[SLUG])
    page = answer.content.decode()
    assert "Three of your files are already being generated" in page
    assert page.count("/cancel/") == 3

    make_export_file(three[1].pk)
    assert ask(room, minutes=3) not in three


def test_a_cancelled_paper_is_made_no_more(room: Room, folder: Path) -> None:
    export = ask(room)
    attempt = claim_export(export.pk)
    assert attempt is not None
    folder.mkdir(parents=True)
    (folder / f"{export.public_id}-1.csv.part").touch()
    where = reverse("cancel_paper", args=[SLUG, export.public_id])
    page = press(room, where).content.decode()
    assert "You cancelled this file." in page and "Try again" in page
    assert files_in(folder) == []
    with pytest.raises(AttemptEnded):
        attempt.write(done=1)
    make_export_file(export.pk)
    assert export_ids_to_offer(timezone.now()) == [] and files_in(folder) == []
    assert ask(room) != export, "it can be asked for anew"

    page = press(room, where).content.decode()
    assert "cannot be cancelled" in page


def test_it_is_cancelled_by_its_owner_in_that_capacity_alone(room: Room) -> None:
    export = ask(room)
    where = reverse("cancel_paper", args=[SLUG, export.public_id])
    for who in ("CPV focal_point", "secretariat", "FRA focal_point"):
        assert press(room, where, who).status_code == 404
    with pytest.raises(ValidationError):
        cancel_export(access=room.access("secretariat"), export=export)
    export.refresh_from_db()
    assert export.finished_at is None


def test_a_program_sees_where_its_papers_stand_and_cancels_one(room: Room) -> None:
    export = ask(room)
    program = with_key(room, WHO)
    where = f"/api/v1/consultations/{SLUG}/papers/"
    (listed,) = program.get(where).json()["results"]
    assert listed == {
        "id": str(export.public_id),
        "title": export.parameters["title"],
        "format": "csv",
        "state": "waiting",
        "attempts": 0,
        "done": 0,
        "total": export.total,
        "error": "",
        "asked_at": listed["asked_at"],
        "finished_at": None,
        "expires_at": None,
    }
    cancel = f"{where}{export.public_id}/cancel/"
    assert with_key(room, "CPV focal_point").post(cancel).status_code == 404
    answer = program.post(cancel)
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    again = program.post(cancel)
    assert (again.status_code, "cannot be cancelled" in again.json()["detail"]) == (400, True)


# --- A full disk, and what killed workers leave --------------------------------------------------


@contextmanager
def longest_file(size: int) -> Iterator[None]:
    """No file of this process may grow longer: the system says no, in the middle of one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_the_disk_does_not_take_is_said_in_a_sentence_and_leaves_nothing(
    room: Room, folder: Path
) -> None:
    export = ask(room, format_name="xlsx")
    with longest_file(1_000):
        make_export_file(export.pk)
    page = page_of(room, export)
    assert "The disk of the server is full. Tell the secretariat. There is no file." in page
    assert files_in(folder) == []
    again = ask(room, format_name="xlsx")
    make_export_file(again.pk)
    assert files_in(folder) == [f"{again.public_id}-1.xlsx"]


def test_a_full_file_system_is_said_in_a_sentence_and_leaves_nothing(
    room: Room, folder: Path
) -> None:
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("Only root may mount a file system.")
    try:
        export = ask(room, format_name="xlsx")
        make_export_file(export.pk)
        export.refresh_from_db()
        assert export.error == "The disk of the server is full. Tell the secretariat."
        assert files_in(folder) == []
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_what_killed_workers_left_goes_and_all_else_stays(room: Room, folder: Path) -> None:
    made, at_work, gone = (ask(room, minutes=minutes) for minutes in range(3))
    make_export_file(made.pk)
    assert claim_export(at_work.pk) is not None
    cancel_export(access=room.access(WHO), export=gone)
    kept = [f"{made.public_id}-1.csv", f"{at_work.public_id}-1.csv.part", "notes.txt"]
    left = [
        f"{made.public_id}-2.csv.part",
        f"{gone.public_id}-1.csv",
        "00000000-0000-4000-8000-000000000000.pdf",  # as earlier versions named them
    ]
    for name in (*kept[1:], *left):
        (folder / name).touch()
    assert delete_orphaned_files() == len(left)
    assert files_in(folder) == sorted(kept)
