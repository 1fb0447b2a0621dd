"""Papers that take long: a task makes them, and they are kept a week for their owner only.

Here too: what a paper may hold to be made inside a request instead, and the revisions to choose.
"""

import errno
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import Error, connection, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext, override

from comments.exports.attempts import (
    Attempt,
    AttemptEnded,
    claim_export,
    close_with_message,
    heartbeat,
)
from comments.exports.files import (
    remove_files,
    stored_file_name,
    stored_names_with_public_ids,
    write_whole_file,
)
from comments.exports.selection import Selection, selection_of
from comments.models import Export
from comments.table.selection import circulated_revisions
from consultations.rules.access import Access, Act
from consultations.rules.access_factory import make_access
from delegations.models import User
from drafts.printing.pdf import PrintingError

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)
# Most unfinished papers of one person, in all their capacities together.
MAX_UNFINISHED = 3
# The errors of the system for a full disk, a full quota or a file that is too large.
DISK_FULL_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class TooManyUnfinishedPapers(ValidationError):
    """The error raised when a person already has the most unfinished papers."""


@transaction.atomic
def get_or_create_export(
    *, access: Access, selection: Selection, format_name: str
) -> tuple[Export, bool]:
    """Create the record of a paper to be made; also returns whether it is new.

    A second request for a paper that is still unfinished returns the first record. The caller
    starts the task once this has returned. Raises as `selection.prepared_paper` does, and
    TooManyUnfinishedPapers.
    """
    access.require(Act.EXPORT)
    paper = selection.prepared_paper(access, format_name)
    title_and_filename = {"title": paper.title, "filename": paper.filename}
    parameters = selection.parameters(format_name) | title_and_filename
    # Lock the owner, so that two presses of the button are handled one after the other.
    User.objects.select_for_update().get(pk=access.user.pk)
    same_unfinished = Export.objects.visible_to(access).filter(
        parameters=parameters, cut_off=selection.cut_off, finished_at=None
    )
    if (earlier_export := same_unfinished.first()) is not None:
        return earlier_export, False
    if Export.objects.filter(owner=access.user, finished_at=None).count() >= MAX_UNFINISHED:
        raise TooManyUnfinishedPapers(
            gettext(
                "Three of your files are already being generated. Cancel one, or wait until "
                "one is ready."
            )
        )
    export = Export.objects.create(
        consultation=access.consultation,
        owner=access.user,
        capacity=access.capacity.key,
        parameters=parameters,
        cut_off=selection.cut_off,
        total=paper.progress_total,
        asked_at=access.moment,
    )
    return export, True


def cancel_export(*, access: Access, export: Export) -> None:
    """Cancel an own paper. Its worker notices at the next step.

    Raises ValidationError where it is finished already.
    """
    access.require(Act.EXPORT)
    unfinished_export = Export.objects.visible_to(access).filter(pk=export.pk, finished_at=None)
    if not unfinished_export.update(finished_at=access.moment, cancelled_at=access.moment):
        raise ValidationError(gettext("It has finished and cannot be cancelled."))
    remove_files(export)


def make_export_file(export_id: int) -> None:
    """Make the file of an export, with what its owner may read now in the same capacity.

    A failure leaves a message in the record, and no file. Does nothing if another worker makes
    it, or it is finished. Without the database it stays unfinished, and is offered again.
    """
    attempt = claim_export(export_id)
    if attempt is None:
        return
    with override(attempt.export.parameters["language"]), heartbeat(attempt):
        try:
            remove_files(attempt.export)  # which a lost worker may have left
            _make_file(attempt)
        except AttemptEnded:
            log.info("Export %s is no longer ours to make", attempt.export.public_id)
        except SoftTimeLimitExceeded:
            connection.close()  # it may have come in the middle of a query
            close_with_message(
                attempt, gettext("It took too long. Choose another format or fewer texts.")
            )
        except Error as error:
            log.error("Export %s waits: %s", attempt.export.public_id, type(error).__name__)
        except Exception as error:
            # Its message may hold words of the table, which no log may.
            log.error("Export %s failed: %s", attempt.export.public_id, type(error).__name__)
            close_with_message(attempt, _failure_message(error))


def _failure_message(error: Exception) -> str:
    """The message that tells the owner why there is no file."""
    match error:
        case Http404():
            return gettext("You no longer have the capacity in which you asked for it.")
        case PermissionDenied():
            return str(error)
        case ValidationError():
            return " ".join(error.messages)
        case OSError(errno=number) if number in DISK_FULL_ERRORS:
            return gettext("The disk of the server is full. Tell the secretariat.")
        case ConnectionError():
            return storage_away_message()
        case PrintingError():
            return error.sentence
    return gettext("Something went wrong while the file was generated.")


def storage_away_message() -> str:
    """The message for when the server that keeps files does not answer."""
    return gettext("The server that keeps files does not answer. Try again in a few minutes.")


def delete_expired_files(moment: datetime) -> int:
    """Delete expired files; their records stay. Returns how many.

    Raises ConnectionError where the server of files is away, as `delete_orphaned_files` does.
    """
    expired_exports = Export.objects.filter(expires_at__lt=moment).exclude(file="")
    for export in expired_exports:
        export.file.delete(save=False)
        Export.objects.filter(pk=export.pk).update(file="")
    return len(expired_exports)


def delete_orphaned_files() -> int:
    """Delete files of killed workers that no record names. Returns how many."""
    # The files before the rows: a paper begun meanwhile has no file among them.
    stored_files = stored_names_with_public_ids()
    unfinished = Export.objects.filter(finished_at=None).values_list("public_id", flat=True)
    unfinished_public_ids = {str(public_id) for public_id in unfinished}
    recorded_names = set(Export.objects.exclude(file="").values_list("file", flat=True))
    orphaned_names = [
        name
        for name, export_public_id in stored_files
        if name not in recorded_names and export_public_id not in unfinished_public_ids
    ]
    for name in orphaned_names:
        default_storage.delete(name)
    return len(orphaned_names)


def _make_file(attempt: Attempt) -> None:
    """Make the file, write it under the name of this attempt, then close the row.

    If the row was lost meanwhile (cancelled, or claimed by another), the file is deleted again.
    """
    export = attempt.export
    access = make_access(export.owner, export.consultation.slug, export.capacity)
    selection = selection_of(export, circulated_revisions(access))
    paper = selection.prepared_paper(access, export.parameters["format"])
    attempt.write(total=paper.progress_total)
    # A PDF of many parts is a zip, so the ending comes from the paper.
    stored_name = stored_file_name(export, attempt.number, Path(paper.filename).suffix)
    write_whole_file(stored_name, paper.chunks(_progress_writer(attempt)))
    finished_at = timezone.now()
    try:
        attempt.write(
            file=stored_name,
            done=paper.progress_total,
            finished_at=finished_at,
            expires_at=finished_at + KEPT_FOR,
        )
    except AttemptEnded:
        default_storage.delete(stored_name)
        raise


def _progress_writer(attempt: Attempt) -> Callable[[int], None]:
    """A function that records the progress of the paper, at most once a second.

    It takes how much of `progress_total` is done. Raises AttemptEnded as `Attempt.write` does, so
    that a cancelled paper is given up.
    """
    written_at = 0.0

    def write_progress(done: int) -> None:
        nonlocal written_at
        if monotonic() - written_at >= 1:
            written_at = monotonic()
            attempt.write(done=done)

    return write_progress
