"""Papers that take long: asked for once, made by a task, kept a week for their owner alone."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, override

from comments.exports.render import filename, write
from comments.models import Export
from comments.tables.table import Copy, Layout, Table, compile_table
from consultations.access import Access, Act
from consultations.entrance import enter
from delegations.models import User
from drafts.models import Revision

log = logging.getLogger(__name__)

NEW_YORK = ZoneInfo("America/New_York")
KEPT = timedelta(days=7)
# A task that has told nothing for so long was lost with its worker.
LONGEST = timedelta(hours=1)

# How many rows a format may have to be made inside a request: about a second on two cores. There
# 5,000 rows of the facilitators' copy took 0.26 s as CSV, 0.30 s as JSON, 0.50 s as XLSX and
# 0.57 s as DOCX, and 500 rows 1.7 s as PDF.
MOST_IN_REQUEST = {"csv": 20_000, "json": 20_000, "xlsx": 10_000, "docx": 10_000, "pdf": 500}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which table: what stands in the address of its page, and in the record of its paper."""

    revisions: tuple[Revision, ...]
    cut_off: datetime
    copy: Copy = "circulation"
    layout: Layout = "grid"
    language: str = ""

    def compiled(self, access: Access) -> Table:
        """The table for this reader; raises as compile_table does."""
        return compile_table(
            access=access,
            revisions=self.revisions,
            cut_off=self.cut_off,
            copy=self.copy,
            layout=self.layout,
            language=self.language,
        )

    @property
    def query(self) -> str:
        """The part of an address behind "?"; the cut-off with its offset in New York."""
        parts = [("revision", str(revision.public_id)) for revision in self.revisions]
        moment = self.cut_off.astimezone(NEW_YORK)
        precision = "minutes" if not moment.second and not moment.microsecond else "auto"
        return urlencode(
            [
                *parts,
                ("copy", self.copy),
                ("layout", self.layout),
                ("cut_off", moment.isoformat(timespec=precision)),
            ]
        )

    def parameters(self, format_name: str) -> dict[str, Any]:
        """What the record of a paper keeps; the cut-off has a column of its own."""
        return {
            "revisions": [str(revision.public_id) for revision in self.revisions],
            "copy": self.copy,
            "layout": self.layout,
            "language": self.language or get_language() or "en",
            "format": format_name,
        }


def revisions_of(access: Access) -> list[Revision]:
    """The circulated revisions that asked for inputs, in the order of texts and numbers."""
    revisions = Revision.objects.visible_to(access).filter(
        round__isnull=False, circulated_at__lte=access.moment
    )
    return list(revisions.select_related("draft").order_by("draft__place", "draft_id", "number"))


def selection_of(export: Export, revisions: Iterable[Revision]) -> Selection:
    """The table whose paper was asked for, out of the revisions of its consultation."""
    wanted = export.parameters
    return Selection(
        revisions=tuple(r for r in revisions if str(r.public_id) in wanted["revisions"]),
        cut_off=export.cut_off,
        copy=wanted["copy"],
        layout=wanted["layout"],
        language=wanted["language"],
    )


@transaction.atomic
def ask_export(*, access: Access, selection: Selection, format_name: str) -> tuple[Export, bool]:
    """The record of a paper to be made, and whether it is a new one.

    The same paper asked for again while it is under way is the first one. The caller starts the
    task once this has returned. Raises as compile_table does.
    """
    access.require(Act.EXPORT)
    table = selection.compiled(access)
    named = {"title": table.title, "filename": filename(table, format_name)}
    parameters = selection.parameters(format_name) | named
    # The owner is the lock: two presses of the button come one after the other.
    User.objects.select_for_update().get(pk=access.user.pk)
    under_way = Export.objects.visible_to(access).filter(
        parameters=parameters,
        cut_off=selection.cut_off,
        finished_at=None,
        asked_at__gt=access.moment - LONGEST,
    )
    if (first := under_way.first()) is not None:
        return first, False
    export = Export.objects.create(
        consultation=access.consultation,
        owner=access.user,
        capacity=access.capacity.key,
        parameters=parameters,
        cut_off=selection.cut_off,
        total=table.count,
        asked_at=access.moment,
    )
    return export, True


def is_lost(export: Export, moment: datetime) -> bool:
    """Whether the task that should make it has been silent for too long."""
    return export.finished_at is None and export.asked_at <= moment - LONGEST


def make_paper(key: int) -> None:
    """Make the file of an export, as its owner may read now in the capacity of the asking.

    Whatever fails becomes one sentence in the record, and no file.
    """
    export = Export.objects.select_related("owner", "consultation").get(pk=key)
    if export.finished_at is not None:
        return
    with override(export.parameters["language"]):
        try:
            _make(export)
        except Http404:
            fail(export, gettext("You no longer act in the capacity in which you asked for it."))
        except PermissionDenied as refused:
            fail(export, str(refused))
        except ValidationError as error:
            fail(export, " ".join(error.messages))
        except Exception as error:
            # Its message may hold words of the table, which no log may.
            log.error("Export %s failed: %s", export.public_id, type(error).__name__)
            fail(export, gettext("Something went wrong while the paper was made."))


def fail(export: Export, sentence: str) -> None:
    """Close the record with the reason why there is no file."""
    Export.objects.filter(pk=export.pk).update(error=sentence[:300], finished_at=timezone.now())


def clear_expired(moment: datetime) -> int:
    """Delete the files whose week is over; the records stay. Returns how many."""
    expired = Export.objects.filter(expires_at__lt=moment).exclude(file="")
    for export in expired:
        export.file.delete(save=False)
        Export.objects.filter(pk=export.pk).update(file="")
    return len(expired)


def _make(export: Export) -> None:
    access = enter(export.owner, export.consultation.slug, export.capacity)
    table = selection_of(export, revisions_of(access)).compiled(access)
    format_name = export.parameters["format"]
    Export.objects.filter(pk=export.pk).update(total=table.count, done=0)
    with TemporaryFile() as written:
        write(table, format_name, written, on_progress=_told(export))
        written.seek(0)
        # A PDF of many parts is a zip: the ending is that of what was made.
        name = f"{export.public_id}{Path(filename(table, format_name)).suffix}"
        export.file.save(name, File(written), save=False)
    finished_at = timezone.now()
    Export.objects.filter(pk=export.pk).update(
        file=export.file.name,
        done=table.count,
        finished_at=finished_at,
        expires_at=finished_at + KEPT,
    )


def _told(export: Export) -> Callable[[int], None]:
    """Write down how far the paper is, at most once a second: each time is a write of its own."""
    told_at = 0.0

    def tell(done: int) -> None:
        nonlocal told_at
        if monotonic() - told_at >= 1:
            told_at = monotonic()
            Export.objects.filter(pk=export.pk).update(done=done)

    return tell
