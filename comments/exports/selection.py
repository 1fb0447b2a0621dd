"""What is chosen for a paper: as in the address of its page and in the row of a long one.

A paper is made of a table of inputs, of a rolling text (a revision with all proposals in place), or
of a text alone.
"""

from collections.abc import Iterable

from comments.exports.text_selection import TEXT, TextSelection
from comments.models import Export
from comments.rolling.selection import ROLLING, RollingSelection
from comments.table.filter import TableFilter
from comments.table.selection import SHORT, TableSelection
from drafts.models import Revision

type Selection = TableSelection | RollingSelection | TextSelection


def selection_of(export: Export, revisions: Iterable[Revision]) -> Selection:
    """The selection of an export, with its revisions out of `revisions`, those its reader may read.

    The inverse of `parameters`.
    """
    parameters = export.parameters
    chosen_revisions = tuple(
        revision for revision in revisions if str(revision.public_id) in parameters["revisions"]
    )
    if parameters.get("paper") == TEXT:
        by_public_id = {str(revision.public_id): revision for revision in chosen_revisions}
        # With a second one, the changes since that are shown.
        revision, *earlier = (by_public_id[public_id] for public_id in parameters["revisions"])
        return TextSelection(
            revision,
            earlier[0] if earlier else None,
            translation_language=parameters["translation"],
            has_brackets_annex=parameters["has_brackets_annex"],
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
