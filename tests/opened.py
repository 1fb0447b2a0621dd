"""The words of an answer, whatever it is: a page, or a paper whose words are packed in the file."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from pypdfium2 import PdfDocument

AT_LINE_END = "\ufffe"  # how the reader of PDF gives a hyphen that ends a line, and no line end


def words_of(content: bytes) -> str:
    """A Word or Excel file with its marks taken out, so that words cut by them are whole again.

    Words that only the marks hold (names of parts, tags) stand behind them.
    """
    if content.startswith(b"%PDF"):
        with PdfDocument(content) as paper:
            pages = [page.get_textpage().get_text_range() for page in paper]
        return "\n".join(pages).replace(AT_LINE_END, "-")
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as package:
        parts = [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
    return "\n".join(f"{re.sub('<[^>]*>', '', part)}\n{part}" for part in parts)


def plain(response: Any) -> str:
    """What it says, without the tokens and keys that are new on each answer."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = re.sub(r'(name="form_key" value=)"[^"]*"', r"\1", words_of(content))
    text = re.sub(r"\b[0-9a-f]{32}\b", "", text)  # the id of the request
    return re.sub(r"(?i)(csrf\w*token\W+(?:value=)?\W*)\w{64}", r"\1", text)
