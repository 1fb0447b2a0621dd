"""The rows of the workspace: each own comment in one line, with its buttons."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.desks.workspace import Work, WorkspaceEntry, WorkState, author_of, read_rows, state_of
from comments.models import Acknowledgement
from comments.pages.input_lines import InputLine, line_of
from comments.pages.reading_selection import address_of
from comments.threads.cards import CardAction
from consultations.rules.access import Access, Act
from consultations.wall_clock import day_of

# Acts of a card that the line shows in its own way, or that do not belong in a list.
SHOWN_IN_LINE = {"clear_comment", "acknowledge", "reply", "carry_over"}
# Acts that ask first and then lead back to the list that they were chosen from.
LEAD_BACK = {"discard_comment", "return_comment", "give_draft", "withdraw_comment"}
FROM_LIST = "list"


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A row of the list: an own comment in one line, or a paragraph without any."""

    entry: WorkspaceEntry
    label: str
    url: str
    # Where nothing was written yet.
    write_url: str = ""
    line: InputLine | None = None
    # "first draft, paragraph 3": where it was made, if not on the current words.
    made_on: str = ""
    drafted: str = ""
    state: str = ""
    # What its box confirms: the draft and its version; empty where it cannot be cleared.
    shown: str = ""
    is_cleared: bool = False
    # Sent for clearance, and not cleared yet.
    is_waiting: bool = False
    ways: tuple[CardAction, ...] = ()
    stances: tuple[tuple[str, str], ...] = ()


def work_lines(
    access: Access, work: Work, entries: Iterable[WorkspaceEntry], query: str = ""
) -> list[WorkLine]:
    """The lines of one page of entries, of a list filtered by `query`: one query."""
    page = list(entries)
    rows = read_rows(access, [entry.row.pk for entry in page if entry.row is not None])
    seen_paragraphs: set[int] = set()
    lines = []
    for entry in page:
        row = rows.get(entry.row.pk) if entry.row is not None else None
        is_first = entry.spot is not None and entry.spot.key not in seen_paragraphs
        if entry.spot is not None:
            seen_paragraphs.add(entry.spot.key)
        line = _line(access, work, entry, row, is_first=is_first)
        lines.append(replace(line, ways=tuple(_with_way_back(way, query) for way in line.ways)))
    return lines


def _line(
    access: Access, work: Work, entry: WorkspaceEntry, row: Any, *, is_first: bool
) -> WorkLine:
    spot = entry.spot
    url = address_of(access, spot.revision, open=spot.id) + f"#p-{spot.id}" if spot else ""
    if row is None:
        assert spot is not None
        write_url = address_of(access, spot.revision, open=spot.id, write=1)
        return WorkLine(entry, spot.name, url, write_url)
    line, state = line_of(access, row), state_of(row)
    may_clear = bool(access.may(Act.CLEAR_COMMENT, on=row))
    return WorkLine(
        entry=entry,
        label=spot.name if spot else line.label,
        url=url or line.url,
        line=line,
        made_on=_made_on(entry, line, row),
        drafted=_author_and_day(access, row),
        state=str(state.label),
        shown=f"{row.public_id}:{row.version}" if may_clear else "",
        is_cleared=state is WorkState.CLEARED,
        is_waiting=state is WorkState.WAITING,
        ways=tuple(_ways(access, work, entry, line, row, is_first=is_first)),
        stances=_stances(access, row, line),
    )


def _with_way_back(way: CardAction, query: str) -> CardAction:
    if way.name not in LEAD_BACK:
        return way
    return replace(way, url=f"{way.url}?{urlencode({FROM_LIST: query})}")


def _made_on(entry: WorkspaceEntry, line: InputLine, row: Any) -> str:
    """Where it was made, if not on the current words; else empty."""
    if entry.spot is not None and row.wording.public_id == entry.spot.wording_id:
        return ""
    if entry.spot is None:
        return _("%(stage)s; no longer in the text") % {"stage": line.stage}
    if line.label == entry.spot.name:
        return _("made on %(stage)s") % {"stage": line.stage}
    return _("made on %(label)s of %(stage)s") % {"label": line.label, "stage": line.stage}


def _author_and_day(access: Access, row: Any) -> str:
    # When another delegation last edited what it filed for the group is not shown to others.
    at = row.edited_at if access.owns(row) else row.submitted_at
    parts = {"who": author_of(access, row)[1], "day": day_of(at, access.consultation.zone)}
    author_and_day = _("%(who)s, %(day)s") % parts
    if not row.given_to_id or row.submitted_at or not access.owns(row):
        return author_and_day
    return _("%(drafted)s, given to %(name)s") % {
        "drafted": author_and_day,
        "name": row.given_to.name,
    }


def _ways(
    access: Access, work: Work, entry: WorkspaceEntry, line: InputLine, row: Any, *, is_first: bool
) -> list[CardAction]:
    """The acts of the card without those of the line, and the acts of the list alone."""
    if row.discarded_at is not None:
        return []
    slug = access.consultation.slug
    ways = [way for way in line.card.acts if way.name not in SHOWN_IN_LINE]
    if line.card.note_url:
        ways.append(CardAction(_("Note"), line.card.note_url))
    if is_first and entry.spot and work.drafts.get(entry.spot.key, 0) > 1:
        url = reverse("compare_drafts", args=[slug, entry.spot.id])
        ways.append(CardAction(_("Compare our drafts"), url))
    if _may_carry_over(entry, row):
        assert entry.spot is not None
        label = _("Carry over to %(stage)s") % {"stage": entry.spot.revision.stage}
        ways.insert(0, CardAction(label, reverse("carry_over", args=[slug, row.public_id])))
    return ways


def _may_carry_over(entry: WorkspaceEntry, row: Any) -> bool:
    if entry.spot is None or row.superseded_at is not None:
        return False
    return bool(row.wording.revision_id != entry.spot.revision.pk)


def _stances(access: Access, row: Any, line: InputLine) -> tuple[tuple[str, str], ...]:
    """The stances that a focal point may still take on the review."""
    review = line.card.view.review
    if review is None or not access.may(Act.ACKNOWLEDGE_REVIEW, on=row):
        return ()
    verbs = {
        Acknowledgement.Stance.SATISFIED: _("Mark as satisfied"),
        Acknowledgement.Stance.MAINTAINS: _("Maintain our position"),
    }
    return tuple((stance.value, verb) for stance, verb in verbs.items() if stance != review.stance)


def address_of_workspace(request: HttpRequest, access: Access) -> str:
    """The list as it was filtered when the form was sent; its filters travel with the form."""
    return _workspace_url(access, request.POST.get("query", ""))


def back_to_list(request: HttpRequest, access: Access, otherwise: str) -> str:
    """The list from which an act was chosen, as it was filtered; else the address given."""
    query = request.GET.get(FROM_LIST)
    return otherwise if query is None else _workspace_url(access, query)


def _workspace_url(access: Access, query: str) -> str:
    url = reverse("workspace", args=[access.consultation.slug])
    filters = QueryDict(query).urlencode()
    return f"{url}?{filters}" if filters else url
