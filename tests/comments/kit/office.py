"""LibreOffice without a window, as a capital may use it: a file opened and saved again."""

import atexit
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

NEEDS_OFFICE = pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice opens and saves the file."
)


def saved_as(folder: Path, content: bytes, *endings: str) -> bytes:
    """The file saved under each ending in turn; the first ending is its own."""
    current = folder / f"kit.{endings[0]}"
    current.write_bytes(content)
    for step, ending in enumerate(endings[1:]):
        target = folder / str(step)
        run_office("--convert-to", ending, "--outdir", str(target), str(current))
        current = target / f"kit.{ending}"
    return current.read_bytes()


def run_office(*arguments: str) -> None:
    """Start LibreOffice with these arguments, and wait for its end."""
    _start(office_profile(), *arguments)


@cache
def office_profile() -> Path:
    """The profile of this process: to lay out its folders takes thrice as long as a file does."""
    profile = Path(mkdtemp(prefix="office-"))
    atexit.register(shutil.rmtree, profile, ignore_errors=True)
    _start(profile, "--terminate_after_init")
    return profile


def _start(profile: Path, *arguments: str) -> None:
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
