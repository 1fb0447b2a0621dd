"""Makes one PDF in a process of its own: JSON on standard input, the PDF on standard output.

Typst keeps its caches as long as the process lives, so each paper gets a process that then ends.
Run by printing.py; imports nothing of the project.
"""

import ctypes
import json
import os
import signal
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

PR_SET_PDEATHSIG = 1  # tells Linux to send this process a signal when its parent ends
# The root of the project: templates of any app import what they share.
ROOT = Path(__file__).parents[2]
# The Arabic one has a glyph for each letter with its dots: where dots are glyphs of their own, the
# words copied, searched or read aloud from the paper have letters twice.
FONT_PACKAGES = ("fontpkg_noto_sans", "fontpkg_amiri", "noto_cjk_sans_otc")


def font_folders() -> list[Path]:
    """The folders of the font packages; the serif font comes with typst itself."""
    specs = (find_spec(name) for name in FONT_PACKAGES)
    return [Path(spec.origin).parent for spec in specs if spec and spec.origin]


def compile_paper(template: Path, paper: str) -> bytes:
    """The paper as tagged PDF (PDF/UA-1), with its own date, and no font of the machine.

    Where it has `max_pages`, only as many of its items as fit on them, from the first one on. A
    paper that cannot meet PDF/UA-1, as one with a sign that no font has, is tagged all the same,
    and claims nothing; why is then on standard error.
    """
    document = json.loads(paper)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=font_folders())
    compiler = typst.Compiler(template, root=ROOT, font_paths=fonts)
    inputs = {"paper": paper}
    if "max_pages" in document:
        inputs["shown_count"] = str(_count_of_items_that_fit(compiler, inputs, document))
    year, month, day, hour, minute, second = document["moment"]
    moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    try:
        content = compiler.compile(
            format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=moment
        )
    except typst.TypstError as error:
        # What fails for another reason fails here too.
        content = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=moment)
        sys.stderr.write(str(error))
    if not isinstance(content, bytes):
        raise TypeError("Typst did not answer with one file.")
    return content


def _count_of_items_that_fit(
    compiler: typst.Compiler, inputs: dict[str, str], document: dict[str, Any]
) -> int:
    """How many items fit, by binary search: more items never take fewer pages."""
    fitting_count, too_large_count = 0, len(document["items"]) + 1
    while too_large_count - fitting_count > 1:
        tried_count = (fitting_count + too_large_count) // 2
        # Drawn as small as possible: only the number of pages counts.
        pages = compiler.compile(
            format="png", ppi=1, sys_inputs=inputs | {"shown_count": str(tried_count)}
        )
        # Typst answers with one picture, or with a list of them.
        page_count = 1 if isinstance(pages, bytes) else len(pages or ())
        fitting_count, too_large_count = (
            (tried_count, too_large_count)
            if page_count <= document["max_pages"]
            else (fitting_count, tried_count)
        )
    return fitting_count


def end_with_parent() -> None:
    """End this process when its parent ends: nobody would read the paper."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    # The parent may have ended before that call.
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    end_with_parent()
    sys.stdout.buffer.write(compile_paper(Path(sys.argv[1]), sys.stdin.buffer.read().decode()))
