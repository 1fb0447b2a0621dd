"""A file of Word that two missions worked on: asked about, shown, and what it offers kept."""

from typing import Any

from django.core.cache import cache

from drafts.importing.kept_file import KeptFile, upload_cache_key
from drafts.importing.offers import OfferInFile, keep_offers
from drafts.models import Draft
from drafts.parsing.file_text import ReadParagraph, ReadText
from drafts.parsing.reading import read_text as read_draft
from tests.drafts.parsing.word import comment, commented, docx, end, italic, p, put_in, taken_out
from tests.journeys.demo_pages import FACILITATOR, KEPT, SECRETARIAT, access_of
from tests.journeys.shown import Shown

FILE = docx(
    p("Implementation of the Plan", style="Title"),
    p(italic("Reaffirming"), " its resolve,"),
    p(italic("Adopts"), " the Plan", put_in(" of Action", "Ana Silva"), ";", num=(1, 0)),
    p(
        *(commented(4, "Asks for a report"), taken_out(" in two years", "Bo Lind"), "."),
        num=(1, 0),
        mark=end("ins", "Bo Lind"),
    ),
    p(put_in("Decides to remain seized of the matter.", "Bo Lind"), num=(1, 0)),
    comments=comment(4, "Every year would be better: there is no other review.", "Carla"),
)


def _kept(changes: str) -> dict[str, Any]:
    access = access_of(FACILITATOR)
    text = Draft.objects.get(slug="resolution")
    read = read_draft("resolution.docx", FILE, "refuse")
    sent = KeptFile("resolution.docx", FILE, b"", {}, read, tracked_changes_reading=changes)
    cache.set(upload_cache_key(access, text, KEPT), sent)  # type: ignore[arg-type]
    return {"draft": "resolution", "kept": KEPT}


def _dropping() -> dict[str, Any]:
    """The text as it lies on the desk, but for its last paragraph."""
    access = access_of(FACILITATOR)
    text = Draft.objects.get(slug="resolution")
    rows = list(text.paragraphs.in_force().order_by("place", "pk"))[:-1]
    words = "\n\n".join(f"{row.label}. {row.text}" if row.label else row.text for row in rows)
    read = read_draft("resolution.txt", words.encode())
    sent = KeptFile("resolution.txt", words.encode(), b"", {}, read)
    cache.set(upload_cache_key(access, text, KEPT), sent)  # type: ignore[arg-type]
    return {"draft": "resolution", "kept": KEPT}


def _offered() -> dict[str, Any]:
    """What a file offered, on a text that went out since."""
    text = Draft.objects.get(slug="plan")
    rows = list(text.paragraphs.in_force().order_by("place", "pk")[4:7])
    read = tuple(
        ReadParagraph(number, f"r{number}", None, "operative", row.label, 0, row.text, "", ())
        for number, row in enumerate(rows)
    )
    words = rows[0].text
    offers = [
        OfferInFile(
            "Ana Silva", None, "reworded", "r0", base=words, proposed=f"{words[:-1]}, now."
        ),
        OfferInFile("Bo Lind", None, "added", "r1", proposed="To report every year."),
        OfferInFile("Carla", None, "comment", "r1", words="Who pays for it?"),
        OfferInFile("Carla", None, "comment", None, words="Is this the last draft?"),
    ]
    keep_offers(
        access=access_of(FACILITATOR),
        draft=text,
        read_text=ReadText("", read, ()),
        imported_paragraphs=rows,
        offers=offers,
    )
    return {"draft": "plan"}


WORD = (
    Shown("import_changes", FACILITATOR, lambda: _kept("")),
    Shown("import_dropped", FACILITATOR, _dropping),
    Shown("import_preview", FACILITATOR, lambda: _kept("propose"), note="word"),
    Shown("offered", FACILITATOR, _offered),
    Shown("offered", SECRETARIAT, _offered),
)
