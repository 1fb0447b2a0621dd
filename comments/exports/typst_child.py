"""One PDF in a process of its own: JSON on standard input, the PDF on standard output.

Typst keeps its caches as long as the process lives, so each compile gets one and gives it back.
Run by as_pdf.py; imports nothing of the project.
"""

import json
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("table.typ")
# The Arabic one has a glyph for each letter with its dots: where dots are glyphs of their own, the
# words copied, searched or read aloud from the paper have letters twice.
FONT_PACKAGES = ("fontpkg_noto_sans", "fontpkg_amiri", "noto_cjk_sans_otc")


def font_folders() -> list[Path]:
    """Where the wheels keep their fonts; the serif comes with typst itself."""
    specs = (find_spec(name) for name in FONT_PACKAGES)
    return [Path(spec.origin).parent for spec in specs if spec and spec.origin]


def compile_table(table: str) -> bytes:
    """The paper as tagged PDF (PDF/UA-1), dated by the table, with no font of the machine."""
    year, month, day, hour, minute, second = json.loads(table)["moment"]
    moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=font_folders())
    compiler = typst.Compiler(
        TEMPLATE, root=TEMPLATE.parent, font_paths=fonts, sys_inputs={"table": table}
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=moment)
    if not isinstance(made, bytes):
        raise TypeError("Typst did not answer with one file.")
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(compile_table(sys.stdin.buffer.read().decode()))
