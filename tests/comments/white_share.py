"""How much of each page of a PDF is white: what holds no ink between the margins."""

import subprocess
from pathlib import Path
from typing import Final

DPI: Final = 36
CELL: Final = 10  # pixels: 7 mm, about two lines
EDGE: Final = 21  # pixels: 15 mm


def white_shares(pdf: Path) -> list[float]:
    """The share of white of each page, in order."""
    target = pdf.with_suffix("")
    command = ["pdftoppm", "-gray", "-r", str(DPI), str(pdf), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    return [_white_share(page) for page in sorted(pdf.parent.glob(f"{target.name}-*.pgm"))]


def _white_share(page: Path) -> float:
    _kind, size, _most, pixels = page.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    lines = [pixels[at * width : (at + 1) * width] for at in range(height)]
    cells = [
        min(min(line[left : left + CELL]) for line in lines[top : top + CELL])
        for top in range(EDGE, height - EDGE - CELL, CELL)
        for left in range(EDGE, width - EDGE - CELL, CELL)
    ]
    return sum(darkest > 245 for darkest in cells) / len(cells)
