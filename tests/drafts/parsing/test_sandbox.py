"""The separate process that reads an uploaded file: its rights, limits and end."""

import logging
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.utils.translation import override

from drafts.parsing import sandbox
from drafts.parsing.file_text import Unreadable
from drafts.parsing.sandbox import read_draft, read_in_child
from tests.celery_workers import until
from tests.drafts.parsing.bad_parsers import SECRET, Surroundings

BAD = "tests.drafts.parsing.bad_parsers"


def _read(reader: str, **facts: str) -> Surroundings:
    return read_in_child(Surroundings, f"{BAD}:{reader}", b"a file", **facts)


def test_a_reader_finds_no_secret_no_database_and_no_room_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://…")
    with (tmp_path / "of this process").open("wb"):
        found = _read("look_around", folder=str(tmp_path))
    # The C locale is set by the interpreter itself.
    assert set(found.environment) <= {"LC_CTYPE"}
    assert found.open_files <= 5  # in, out, errors, and the folder that is listed
    assert not found.has_settings and not found.may_write


@pytest.mark.parametrize("reader", ["take_memory", "say_too_much", "die"])
def test_whatever_ends_the_reading_is_one_sentence(reader: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Unreadable, match="is too large to read"):
        _read(reader)
    assert time.monotonic() - begun < sandbox.TIMEOUT


@pytest.mark.parametrize("reader", ["never_end", "sleep_long"])
def test_a_reading_without_end_is_ended(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "TIMEOUT", 1.5)
    with pytest.raises(Unreadable, match="is too large to read"):
        _read(reader)


def test_an_error_nobody_thought_of_is_a_sentence_and_its_words_are_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(Unreadable, match="The file is damaged"):
        _read("stumble")
    assert "LookupError in bad_parsers.py" in caplog.text
    assert SECRET not in caplog.text


def test_an_answer_of_another_shape_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unreadable, match="The file is damaged"):
        _read("answer_otherwise")


def test_nothing_is_left_of_a_file_for_the_next() -> None:
    found = [_read("remember", kept="words").open_files for _file in range(2)]
    assert found == [0, 0]


def test_one_process_is_ready_for_all_files_and_another_where_it_has_ended() -> None:
    ready = {_read("name_parent").open_files for _file in range(3)}
    assert len(ready) == 1
    os.kill(ready.pop(), signal.SIGKILL)
    assert _read("remember", kept="words").open_files == 0


def test_the_process_that_is_ready_ends_with_the_one_that_started_it() -> None:
    asked = (
        "from tests.drafts.parsing.test_sandbox import _read\n"
        "print(_read('name_parent').open_files)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    until(lambda: not _is_running(done.stdout.strip()))


def _is_running(process: str) -> bool:
    """Who has ended, and was not yet asked how by whoever looks after orphans, runs no more."""
    try:
        state = Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_files_are_read_at_once_each_by_its_own_reader() -> None:
    with ThreadPoolExecutor(8) as threads:
        read = [threads.submit(read_draft, f"{n}.txt", f"{n}. Words.".encode()) for n in range(40)]
    words = [found.result().paragraphs[0].text for found in read]
    assert words == ["Words."] * 40


def test_sentences_come_in_the_language_of_the_reader() -> None:
    with override("fr"), pytest.raises(Unreadable) as refused:
        read_draft("text.txt", b"")
    assert str(refused.value).startswith("Le fichier est vide.")


def test_the_asking_process_loads_no_reader() -> None:
    """A web worker that never reads itself can be ended by no file."""
    asked = (
        "import sys, drafts.parsing.sandbox; "
        "print([name for name in sys.modules if name.startswith(('lxml', 'pypdfium2'))])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
