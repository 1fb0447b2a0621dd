"""Papers that take long: asked for once, made by a task, kept a week for their owner alone."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext, override

from comments.models import Export
from comments.papers.selections import AnySelection, selection_of
from consultations.rules.access import Access, Act
from consultations.rules.access_factory import enter
from delegations.models import User
from drafts.models import Revision

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
# A task that has told nothing for so long was lost with its worker.
LONGEST = timedelta(hours=1)

# How many rows a format may have to be made inside a request: about a second on two cores. There
# 5,000 rows of the facilitators' copy took 0.26 s as CSV, 0.30 s as JSON, 0.50 s as XLSX and
# 0.57 s as DOCX, and 500 rows 1.7 s as PDF.
MOST_IN_REQUEST = {"csv": 20_000, "json": 20_000, "xlsx": 10_000, "docx": 10_000, "pdf": 500}
# Of a rolling text its paragraphs and its inputs together, however few voices they come to: 344
# with 4,009 took 0.2 s as DOCX and 1.4 s as PDF.
MOST_ROLLED_IN_REQUEST = {"docx": 10_000, "pdf": 1_000}


def revisions_of_export(access: Access) -> list[Revision]:
    """The circulated revisions that asked for inputs, in the order of texts and numbers."""
    revisions = Revision.objects.visible_to(access).filter(
        round__isnull=False, circulated_at__lte=access.moment
    )
    return list(revisions.select_related("draft").order_by("draft__place", "draft_id", "number"))


def circulated(access: Access) -> list[Revision]:
    """Every circulated revision, to find those of stored papers among."""
    return list(Revision.objects.visible_to(access).select_related("draft"))


@transaction.atomic
def ask_export(*, access: Access, selection: AnySelection, format_name: str) -> tuple[Export, bool]:
    """The record of a paper to be made, and whether it is a new one.

    The same paper asked for again while it is under way is the first one. The caller starts the
    task once this has returned. Raises as compile_table does.
    """
    access.require(Act.EXPORT)
    paper = selection.paper(access, format_name)
    named = {"title": paper.title, "filename": paper.filename}
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
        total=paper.count,
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
    selection = selection_of(export, circulated(access))
    paper = selection.paper(access, export.parameters["format"])
    Export.objects.filter(pk=export.pk).update(total=paper.count, done=0)
    with TemporaryFile() as written:
        written.writelines(paper.chunks(_told(export)))
        written.seek(0)
        # A PDF of many parts is a zip: the ending is that of what was made.
        name = f"{export.public_id}{Path(paper.filename).suffix}"
        export.file.save(name, File(written), save=False)
    finished_at = timezone.now()
    Export.objects.filter(pk=export.pk).update(
        file=export.file.name,
        done=paper.count,
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
