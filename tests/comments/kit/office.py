"""LibreOffice without a window, as a capital may use it: a file opened and saved again."""

import shutil
import subprocess
from pathlib import Path

import pytest

NEEDS_OFFICE = pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice opens and saves the file."
)


def saved_as(folder: Path, content: bytes, *endings: str) -> bytes:
    """The file saved under each ending in turn; the first ending is its own."""
    current = folder / f"kit.{endings[0]}"
    current.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    for step, ending in enumerate(endings[1:]):
        target = folder / str(step)
        command = ["soffice", profile, "--headless", "--convert-to", ending]
        command += ["--outdir", str(target), str(current)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        current = target / f"kit.{ending}"
    return current.read_bytes()
