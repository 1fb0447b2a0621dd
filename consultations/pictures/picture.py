"""A picture with what it shows as a table: what a page draws, and what its CSV file says."""

from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Picture:
    """Drawn for who looks, and the same facts in rows for who reads, hears or counts."""

    name: str  # an id, the picture's own on its page
    title: str
    drawing: SafeString
    # What each way of filling stands for: a swatch, and its words.
    legend: tuple[tuple[SafeString, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    file_url: str = ""
