"""The words of an answer, whatever it is: a page, or a paper whose words are packed in the file."""

import re
import subprocess
from io import BytesIO
from zipfile import ZipFile


def words_of(content: bytes) -> str:
    """A Word or Excel file with its marks taken out, so that words cut by them are whole again.

    Words that only the marks hold (names of parts, tags) stand behind them.
    """
    if content.startswith(b"%PDF"):
        done = subprocess.run(
            ["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True
        )
        return done.stdout.decode().replace("-\n", "-")  # a word with a hyphen, over two lines
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as package:
        parts = [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
    return "\n".join(f"{re.sub('<[^>]*>', '', part)}\n{part}" for part in parts)
