"""The rows of the workspace: own comments with their buttons, and paragraphs without any."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from comments.drafting.lines import InputLine, input_line
from comments.inputs.addresses import LIST_QUERY_PARAMETER, address_of_revision
from comments.models import Acknowledgement, Comment
from comments.threads.cards import CardAction
from comments.workspace.queries import (
    WorkspaceEntry,
    WorkspaceList,
    WorkState,
    author_of,
    own_comments_by_id,
    state_of,
)
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import day_of

# URL names of the acts of a card that the line shows elsewhere, or that do not belong in a list.
ACTS_LEFT_OUT = {"clear_comment", "acknowledge", "reply", "carry_over"}
# URL names of acts that ask first and then lead back to the list that they were chosen from.
RETURNING_ACTS = {"discard_comment", "return_comment", "give_draft", "withdraw_comment"}


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A row of the list: an own comment in one line, or a paragraph without any."""

    entry: WorkspaceEntry
    # How its paragraph is cited, and the address of the thread.
    label: str
    url: str
    # The address of the form, where nothing was written yet.
    write_url: str = ""
    # The comment; None for a paragraph without any.
    input_line: InputLine | None = None
    # "first draft, paragraph 3": where it was made, if not on the current words.
    made_on: str = ""
    author_and_day: str = ""
    state: str = ""
    # What its box confirms: the draft and its version; empty where it cannot be cleared.
    box_value: str = ""
    is_cleared: bool = False
    # Sent for clearance, and not cleared yet.
    is_waiting: bool = False
    buttons: tuple[CardAction, ...] = ()
    # The stances on the review that may still be taken: value, label of the button.
    stances: tuple[tuple[str, str], ...] = ()


def work_lines(
    access: Access, work: WorkspaceList, entries: Iterable[WorkspaceEntry], query: str = ""
) -> list[WorkLine]:
    """The lines of one page of entries: one query of the database.

    `query` is that of the address, by which the list is filtered.
    """
    page_entries = list(entries)
    comment_by_id = own_comments_by_id(
        access, [entry.own_row.pk for entry in page_entries if entry.own_row is not None]
    )
    listed_paragraph_ids: set[int] = set()
    lines = []
    for entry in page_entries:
        comment = comment_by_id.get(entry.own_row.pk) if entry.own_row is not None else None
        # The button that compares the drafts on a paragraph stands on the first of its lines.
        is_first_on_paragraph = (
            entry.paragraph is not None and entry.paragraph.paragraph_id not in listed_paragraph_ids
        )
        if entry.paragraph is not None:
            listed_paragraph_ids.add(entry.paragraph.paragraph_id)
        line = _work_line(access, work, entry, comment, is_first_on_paragraph=is_first_on_paragraph)
        buttons = tuple(_with_return_query(button, query) for button in line.buttons)
        lines.append(replace(line, buttons=buttons))
    return lines


def _work_line(
    access: Access,
    work: WorkspaceList,
    entry: WorkspaceEntry,
    comment: Comment | None,
    *,
    is_first_on_paragraph: bool,
) -> WorkLine:
    """A line of an entry: `comment` is its comment with all that a line needs, if it has one."""
    paragraph = entry.paragraph
    url = ""
    if paragraph is not None:
        thread_url = address_of_revision(access, paragraph.revision, open=paragraph.public_id)
        url = f"{thread_url}#p-{paragraph.public_id}"
    if comment is None:
        assert paragraph is not None  # an entry has a comment or a paragraph
        write_url = address_of_revision(
            access, paragraph.revision, open=paragraph.public_id, write=1
        )
        return WorkLine(entry=entry, label=paragraph.name, url=url, write_url=write_url)
    shown_input, state = input_line(access, comment), state_of(comment)
    may_clear = bool(access.may(Act.CLEAR_COMMENT, on=comment))
    return WorkLine(
        entry=entry,
        label=paragraph.name if paragraph else shown_input.label,
        url=url or shown_input.url,
        input_line=shown_input,
        made_on=_made_on(entry, shown_input, comment),
        author_and_day=_author_and_day(access, comment),
        state=str(state.label),
        box_value=f"{comment.public_id}:{comment.version}" if may_clear else "",
        is_cleared=state is WorkState.CLEARED,
        is_waiting=state is WorkState.WAITING,
        buttons=tuple(
            _buttons(
                access,
                work,
                entry,
                shown_input,
                comment,
                is_first_on_paragraph=is_first_on_paragraph,
            )
        ),
        stances=_stances(access, comment, shown_input),
    )


def _with_return_query(button: CardAction, query: str) -> CardAction:
    """The button; one of `RETURNING_ACTS` with the query of the list to lead back to."""
    if button.url_name not in RETURNING_ACTS:
        return button
    return replace(button, url=f"{button.url}?{urlencode({LIST_QUERY_PARAMETER: query})}")


def _made_on(entry: WorkspaceEntry, shown_input: InputLine, comment: Comment) -> str:
    """The words that a comment was made on, if they are not the current ones; else empty."""
    if (
        entry.paragraph is not None
        and comment.wording.public_id == entry.paragraph.wording_public_id
    ):
        return ""
    if entry.paragraph is None:
        return _("%(stage)s; no longer in the text") % {"stage": shown_input.stage}
    if shown_input.label == entry.paragraph.name:
        return _("made on %(stage)s") % {"stage": shown_input.stage}
    return _("made on %(label)s of %(stage)s") % {
        "label": shown_input.label,
        "stage": shown_input.stage,
    }


def _author_and_day(access: Access, comment: Comment) -> str:
    """Who drafted a comment, on which day, and whom it was given to."""
    # When another delegation last edited what it filed for the group is not shown to others.
    moment = comment.edited_at if access.owns(comment) else comment.submitted_at
    assert moment is not None  # what another delegation filed is on the record once submitted
    _author_key, author_name = author_of(access, comment)
    placeholders = {
        "who": author_name,
        "day": day_of(moment, access.consultation.zone),
    }
    author_and_day = _("%(who)s, %(day)s") % placeholders
    if not comment.given_to or comment.submitted_at or not access.owns(comment):
        return author_and_day
    return _("%(drafted)s, given to %(name)s") % {
        "drafted": author_and_day,
        "name": comment.given_to.name,
    }


def _buttons(
    access: Access,
    work: WorkspaceList,
    entry: WorkspaceEntry,
    shown_input: InputLine,
    comment: Comment,
    *,
    is_first_on_paragraph: bool,
) -> list[CardAction]:
    """The buttons of the card without `ACTS_LEFT_OUT`, and those that only the list has."""
    if comment.discarded_at is not None:
        return []
    consultation_slug = access.consultation.slug
    buttons = [
        button for button in shown_input.card.actions if button.url_name not in ACTS_LEFT_OUT
    ]
    if shown_input.card.note_url:
        buttons.append(CardAction(_("Note"), shown_input.card.note_url))
    if (
        is_first_on_paragraph
        and entry.paragraph
        and work.draft_count_by_paragraph_id.get(entry.paragraph.paragraph_id, 0) > 1
    ):
        url = reverse("compare_drafts", args=[consultation_slug, entry.paragraph.public_id])
        buttons.append(CardAction(_("Compare our drafts"), url))
    if _may_carry_over(entry, comment):
        assert entry.paragraph is not None
        label = _("Carry over to %(stage)s") % {"stage": entry.paragraph.revision.stage}
        buttons.insert(
            0, CardAction(label, reverse("carry_over", args=[consultation_slug, comment.public_id]))
        )
    return buttons


def _may_carry_over(entry: WorkspaceEntry, comment: Comment) -> bool:
    """Whether the paragraph of a comment is in a later revision than the one it was made on."""
    if entry.paragraph is None or comment.superseded_at is not None:
        return False
    return bool(comment.wording.revision_id != entry.paragraph.revision.pk)


def _stances(
    access: Access, comment: Comment, shown_input: InputLine
) -> tuple[tuple[str, str], ...]:
    """The stances that a focal point may still take on the review: value, label of the button."""
    review = shown_input.card.shown_comment.review
    if review is None or not access.may(Act.ACKNOWLEDGE_REVIEW, on=comment):
        return ()
    label_by_stance = {
        Acknowledgement.Stance.SATISFIED: _("Mark as satisfied"),
        Acknowledgement.Stance.MAINTAINS: _("Maintain our position"),
    }
    return tuple(
        (stance.value, label)
        for stance, label in label_by_stance.items()
        if stance != review.stance
    )
