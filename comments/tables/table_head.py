"""The head of a table: its title, handling mark, and the revisions behind it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext

from comments.models import UNANSWERED, Disposition
from comments.tables.titles import join_stages, own_inputs_title, table_title
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.phases import is_readable_by_all, rounds_on_same_texts
from consultations.time.wall_clock import NEW_YORK, date_of
from drafts.circulating.seal import checksum_in_groups
from drafts.models import Revision


def whole_title(access: Access, revisions: Sequence[Revision], *, is_for_facilitators: bool) -> str:
    """The title of the whole table; it says on which stages inputs of others are left out."""
    stages = [revision.stage for revision in revisions]
    hidden_stages = [] if is_for_facilitators else _hidden_stages(access, revisions)
    if not hidden_stages:
        return table_title(stages)
    if access.reads_all:
        template = gettext("%(title)s (without inputs on %(stages)s that delegations may not read)")
        return template % {"title": table_title(stages), "stages": join_stages(hidden_stages)}
    own_name = access.seat.name_for_reader if access.seat else access.capacity.name
    if set(hidden_stages) == set(stages):
        return own_inputs_title(stages, own_name)
    template = gettext("%(title)s (on %(stages)s own inputs of %(name)s only)")
    return template % {
        "title": table_title(stages),
        "stages": join_stages(hidden_stages),
        "name": own_name,
    }


def narrowed_title(title: str, filter_names: Sequence[str], disposition: str) -> str:
    """The title with what was chosen, so that a part is never mistaken for the whole table."""
    if filter_names:
        template = gettext("%(title)s (only %(part)s)")
        title = template % {"title": title, "part": gettext("; ").join(filter_names)}
    if not disposition:
        return title
    if disposition == UNANSWERED:
        return gettext("%(title)s (only inputs without an answer)") % {"title": title}
    answer = Disposition(disposition).label
    template = gettext("%(title)s (only inputs answered: %(answer)s)")
    return template % {"title": title, "answer": answer}


def _hidden_stages(access: Access, revisions: Sequence[Revision]) -> list[str]:
    """The stages on which delegations may not read all of each other's inputs now."""
    # Rounds that are not open yet have no inputs to leave out.
    opened_rounds = list(
        Round.objects.filter(consultation=access.consultation, opens_at__lte=access.moment)
    )
    # A later round may ask again on the texts of an earlier one, which the revisions name.
    return [
        revision.stage
        for revision in revisions
        if revision.round_id
        and not all(
            is_readable_by_all(round, access.moment)
            for round in rounds_on_same_texts(revision.round_id, opened_rounds)
        )
    ]


def dated_stages(revisions: Sequence[Revision]) -> tuple[str, ...]:
    """The stage of each revision with its day in New York: "First draft of 3 May 2010"."""
    stages = _stages(revisions)
    days = (day_text(revision.circulated_at) for revision in revisions)
    return tuple(
        gettext("%(stage)s of %(day)s") % {"stage": stage, "day": day}
        for stage, day in zip(stages, days, strict=True)
    )


def stage_checksums(revisions: Sequence[Revision]) -> tuple[tuple[str, str], ...]:
    """The stage of each revision, and its checksum as it is printed."""
    checksums = (checksum_in_groups(revision.checksum) for revision in revisions)
    return tuple(zip(_stages(revisions), checksums, strict=True))


def _stages(revisions: Sequence[Revision]) -> list[str]:
    """The stage of each revision, after the title of its text if there are several texts."""
    if len({revision.draft_id for revision in revisions}) > 1:
        return [f"{revision.draft.title}: {revision.stage}" for revision in revisions]
    return [revision.stage for revision in revisions]


def handling_mark(access: Access, *, is_for_facilitators: bool) -> str:
    """Who may have the table, as its papers say at the top of each page."""
    if is_for_facilitators:
        return gettext("Facilitators’ copy – not for circulation")
    return access.consultation.handling or gettext("For participants of the consultation only")


def day_text(moment: datetime) -> str:
    """The day of a moment in New York."""
    return date_of(moment, NEW_YORK)
