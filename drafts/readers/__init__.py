"""The readers' one door: a file in, a proposed list of paragraphs out; nothing is written."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from drafts.readers.encoding import decode
from drafts.readers.json_reader import read_json
from drafts.readers.proposal import ReadText, Unreadable
from drafts.readers.text_reader import read_plain_text


def read_draft(name: str, content: bytes) -> ReadText:
    """The paragraphs that a file proposes, chosen by its name: .json, .txt or .text.

    Raises Unreadable with every problem found, each a sentence that says where and what to do.
    """
    text = decode(content)
    ending = PurePath(name).suffix.lower()
    if ending == ".json":
        return read_json(text)
    if ending in {".txt", ".text"}:
        return read_plain_text(text)
    raise Unreadable.because(
        _("“%(name)s” is not a file we read. Save the text as plain text (.txt) or JSON (.json).")
        % {"name": name}
    )
