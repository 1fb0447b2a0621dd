"""A picture with its facts as a table, for a page and for a CSV file."""

from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, and the same facts in rows for who cannot see it or wants to count."""

    name: str  # an id, unique on its page
    title: str
    drawing: SafeString
    # A swatch of each fill, and its meaning.
    legend: tuple[tuple[SafeString, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    file_url: str = ""  # of the CSV file
