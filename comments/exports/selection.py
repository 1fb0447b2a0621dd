"""What is chosen for a paper: as in the address of its page and in the row of a long one.

A paper is made of a table of inputs, or of a rolling text: a revision with all proposals in place.
"""

from collections.abc import Iterable

from comments.models import Export
from comments.rolling.selection import ROLLING, RollingSelection
from comments.table.filter import TableFilter
from comments.table.selection import SHORT, TableSelection
from drafts.models import Revision

type Selection = TableSelection | RollingSelection


def selection_of(export: Export, revisions: Iterable[Revision]) -> Selection:
    """The selection of an export, with its revisions out of `revisions`, those its reader may read.

    The inverse of `parameters`.
    """
    parameters = export.parameters
    chosen_revisions = tuple(
        revision for revision in revisions if str(revision.public_id) in parameters["revisions"]
    )
    if parameters.get("paper") == ROLLING:
        return RollingSelection(
            revision=chosen_revisions[0],  # a rolling text is of one
            cut_off=export.cut_off,
            copy=parameters["copy"],
            language=parameters["language"],
            has_names=parameters["has_names"],
        )
    return TableSelection(
        revisions=chosen_revisions,
        cut_off=export.cut_off,
        copy=parameters["copy"],
        layout=parameters["layout"],
        language=parameters["language"],
        is_short=parameters.get("rows") == SHORT,
        disposition=parameters.get("disposition", ""),
        table_filter=TableFilter(**parameters.get("part", {})),
    )
