"""A kit is uploaded after others edited the same drafts: no text is lost or overwritten."""

from collections.abc import Callable

import pytest

from comments.drafting.acts import discard_comment, draft_comment, edit_comment, save_autosave
from comments.inputs.content import CommentContent
from comments.kit.acts import apply_rows
from comments.kit.changes import RowState
from comments.kit.parsing import read_file
from comments.kit.upload import Upload, compare
from comments.models import Autosave, Comment, CommentState
from comments.submitting.acts import submit_comment
from drafts.desk.acts import StaleVersion
from drafts.models import Revision
from tests.comments.kit.as_word import Word
from tests.comments.kit.desk import KitDesk, rows_now
from tests.room import Room, loaded, marker

HEADING, DRAFT, CLEARED, EMPTY, GROUP = range(5)
ONLINE, FILE = "To raise awareness by radio.", "To raise awareness at school."


def _edit_online(room: Room, proposed: str = ONLINE) -> None:
    draft = room.comment("CPV draft")
    edit_comment(
        access=room.access("CPV deputy"),
        comment=draft,
        version=draft.version,
        content=CommentContent(kind="replace", proposed=proposed, rationale=draft.rationale),
    )


def _changed_in_the_file(desk: KitDesk) -> Word:
    word = desk.word()
    word.fill(word.rows()[DRAFT], proposed=FILE)
    return word


def test_what_was_edited_on_line_and_in_the_file_is_a_conflict_and_both_are_shown(
    room: Room,
) -> None:
    desk = KitDesk(room)
    word = _changed_in_the_file(desk)
    _edit_online(room)
    before = rows_now()
    page = desk.upload(word.saved())
    assert page.states() == ["Conflict"]
    assert ONLINE in page.text
    assert FILE in page.text
    then = desk.take(page)  # nothing was chosen
    assert rows_now() == before
    assert then.states() == ["Conflict"]


def test_the_heading_says_what_is_saved_and_what_is_still_open(room: Room) -> None:
    desk = KitDesk(room)
    word = _changed_in_the_file(desk)
    word.fill(word.rows()[DRAFT + 1], proposed="Another paragraph of the capital.")
    _edit_online(room)
    page = desk.upload(word.saved())
    assert "Preview: nothing saved yet" in page.words
    then = desk.take(page)  # the new one; of the conflict nothing was chosen
    assert "1 draft saved. The rows below are still open." in then.words
    assert "nothing saved yet" not in then.words
    [key] = then.row_keys()
    desk.take(then, **{f"row-{key}": "online"})
    assert "All of this file is saved" in desk.look(page.url).words


@pytest.mark.parametrize(("choice", "stands"), [("file", FILE), ("online", ONLINE)])
def test_of_a_conflict_stands_what_the_person_chooses(room: Room, choice: str, stands: str) -> None:
    desk = KitDesk(room)
    word = _changed_in_the_file(desk)
    _edit_online(room)
    page = desk.upload(word.saved())
    [key] = page.row_keys()
    then = desk.take(page, **{f"row-{key}": choice})
    assert room.comment("CPV draft").proposed == stands
    assert "state=drafted" in then.url
    # Both stay in the delegation's own history.
    past = room.comment("CPV draft").history.values_list("proposed", flat=True)
    assert ONLINE in past


def test_what_the_file_does_not_touch_stays_as_it_was_edited_on_line(room: Room) -> None:
    desk = KitDesk(room)
    content = desk.download()
    _edit_online(room)
    before = rows_now()
    page = desk.upload(content)
    assert page.states() == ["Unchanged"]
    assert "Edited online since. The file does not change it." in page.text
    desk.take(page)
    assert rows_now() == before


def test_the_same_change_on_both_sides_is_no_conflict(room: Room) -> None:
    desk = KitDesk(room)
    word = _changed_in_the_file(desk)
    _edit_online(room, FILE)
    assert "The file changes nothing" in desk.upload(word.saved()).text


def test_what_changes_between_the_preview_and_the_button_is_shown_again(room: Room) -> None:
    desk = KitDesk(room)
    page = desk.upload(_changed_in_the_file(desk).saved())
    assert page.states() == ["Changed"]
    _edit_online(room)
    before = rows_now()
    again = desk.press(page, confirm="yes")
    assert again.response.status_code == 409
    assert again.states() == ["Conflict"]
    assert rows_now() == before


def test_a_draft_submitted_since_is_not_changed_but_the_words_may_be_a_new_draft(
    room: Room,
) -> None:
    desk = KitDesk(room)
    word = _changed_in_the_file(desk)
    submit_comment(access=room.access("CPV focal_point"), comment=room.comment("CPV draft"))
    sent = room.comment("CPV draft")
    page = desk.upload(word.saved())
    assert page.states() == ["Conflict"]
    assert "It was submitted online since." in page.text
    [key] = page.row_keys()
    desk.take(page, **{f"row-{key}": "file"})
    new = Comment.objects.latest("pk")
    assert (new.proposed, new.state) == (FILE, CommentState.DRAFTED)
    assert room.comment("CPV draft").version == sent.version
    assert "The file changes nothing" in desk.upload(word.saved()).text or set(
        desk.upload(word.saved()).states()
    ) == {"Unchanged"}


@pytest.mark.parametrize(
    "filled", [{"type": "technical"}, {"rationale": "It is read there."}], ids=str
)
def test_a_move_that_was_submitted_since_becomes_a_new_draft_to_the_same_place(
    room: Room, filled: dict[str, str]
) -> None:
    target = room.wording(room.revision, 4).paragraph
    moved = draft_comment(
        access=room.access("CPV contributor"),
        wording=room.wording(room.revision, 3),
        content=CommentContent(kind="move", move_after=target),
    )
    desk = KitDesk(room)
    word = desk.word()
    word.fill(word.rows()[EMPTY], **filled)
    submit_comment(access=room.access("CPV focal_point"), comment=loaded().get(pk=moved.pk))
    page = desk.upload(word.saved())
    assert page.states() == ["Conflict"]
    [key] = page.row_keys()
    desk.take(page, **{f"row-{key}": "file"})
    new = Comment.objects.latest("pk")
    assert (new.kind, new.move_after_id, new.state) == ("move", target.pk, CommentState.DRAFTED)
    assert new.pk != moved.pk


def test_a_draft_discarded_since_comes_back_only_where_the_person_chooses(room: Room) -> None:
    desk = KitDesk(room)
    word, untouched = _changed_in_the_file(desk), desk.download()
    discard_comment(access=room.access("CPV deputy"), comment=room.comment("CPV draft"))
    assert desk.upload(untouched).states() == ["Unchanged"]
    page = desk.upload(word.saved())
    assert page.states() == ["Conflict"]
    before = rows_now()
    desk.take(page)
    assert rows_now() == before
    [key] = page.row_keys()
    desk.take(desk.upload(word.saved()), **{f"row-{key}": "file"})
    assert Comment.objects.latest("pk").proposed == FILE


def test_a_draft_taken_in_and_discarded_comes_again_with_the_same_file(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.fill(word.rows()[EMPTY], proposed="To train all officials.")
    desk.take(desk.upload(word.saved()))
    first = Comment.objects.select_related("round", "filed_by").latest("pk")
    discard_comment(access=room.access("CPV contributor"), comment=first)
    desk.take(desk.upload(word.saved()))
    second = Comment.objects.latest("pk")
    assert second.pk != first.pk
    assert (second.proposed, second.state) == ("To train all officials.", CommentState.DRAFTED)


def test_a_draft_taken_in_and_edited_on_line_is_not_brought_again(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.fill(word.rows()[EMPTY], proposed="To train all officials.")
    desk.take(desk.upload(word.saved()))
    first = Comment.objects.latest("pk")
    edit_comment(
        access=room.access("CPV deputy"),
        comment=first,
        version=first.version,
        content=CommentContent(kind="replace", proposed="To train every official."),
    )
    page = desk.upload(word.saved())
    assert page.states() == ["Unchanged"]
    assert "Uploaded before, and edited online since." in page.text


def test_what_one_typed_on_the_paragraphs_of_the_file_is_kept(room: Room) -> None:
    desk, access, draft = KitDesk(room), room.access("CPV contributor"), room.comment("CPV draft")
    word = _changed_in_the_file(desk)
    word.fill(word.rows()[EMPTY], proposed="To train all officials.")
    page, half = desk.upload(word.saved()), {"rationale": "We wo"}
    wording = room.wording(room.revision, 3)
    first = room.wording(room.revision, 2)
    save_autosave(access=access, wording=first, text_by_field=half, comment=draft)
    save_autosave(access=access, wording=wording, text_by_field=half)
    desk.take(page)
    assert room.comment("CPV draft").proposed == FILE
    assert Comment.objects.latest("pk").wording_id == wording.pk
    kept = Autosave.objects.visible_to(access).filter(words=half)
    assert set(kept.values_list("wording", "comment")) == {
        (first.pk, draft.pk),
        (wording.pk, None),
    }


def _edit_meanwhile(room: Room) -> None:
    _edit_online(room)


def _discard_meanwhile(room: Room) -> None:
    discard_comment(access=room.access("CPV deputy"), comment=room.comment("CPV draft"))


@pytest.mark.parametrize("act", [_edit_meanwhile, _discard_meanwhile])
def test_what_a_colleague_does_between_the_comparison_and_the_import_stops_it(
    room: Room, act: Callable[[Room], None]
) -> None:
    word, access = _changed_in_the_file(KitDesk(room)), room.access("CPV contributor")
    word.fill(word.rows()[EMPTY], proposed="To train all officials.")
    revision = Revision.objects.select_related("draft").get(pk=room.revision.pk)
    upload = Upload("kit.docx", read_file("kit.docx", word.saved()), "en", {})
    outcomes = compare(access, revision, upload).outcomes_to_import
    assert [outcome.state for outcome in outcomes] == [RowState.CHANGED, RowState.NEW]
    act(room)
    before = rows_now()
    with pytest.raises(StaleVersion):
        apply_rows(access=access, outcomes=outcomes, language="en")
    assert rows_now() == before


def test_where_one_row_cannot_be_written_none_is(room: Room) -> None:
    desk = KitDesk(room)
    word = desk.word()
    word.fill(word.rows()[EMPTY], proposed="To train all officials.")
    word.fill(word.rows()[GROUP], rationale="All of us.")
    page = desk.upload(word.saved())
    # The mandate to file for the group ends before the button is pressed.
    room.bodies["AFRICAN-GROUP"].mandates.update(ends_on=room.at(-1).date())
    before = rows_now()
    again = desk.press(page, confirm="yes")
    assert again.response.status_code == 422
    assert "3: Your delegation has no mandate to submit for African Group." in again.words
    assert "Nothing was saved." in again.text
    assert rows_now() == before


def test_another_delegations_draft_is_out_of_reach_even_by_its_id(room: Room) -> None:
    """A row may be forged; it never reads or changes what is not one's own."""
    own, foreign = KitDesk(room), KitDesk(room, "FRA contributor")
    theirs = foreign.word()
    word = own.word()
    tag = theirs.control(theirs.rows()[DRAFT], "proposed").find("w:sdtPr/w:tag", theirs.names)
    for control in word.rows()[DRAFT].iter(f"{{{theirs.names['w']}}}sdt"):
        mine = control.find("w:sdtPr/w:tag", theirs.names)
        field = mine.attrib.values()[0].rpartition(".")[2]
        mine.set(mine.attrib.keys()[0], tag.attrib.values()[0].rpartition(".")[0] + f".{field}")
    word.fill(word.rows()[DRAFT], proposed=FILE)
    page = own.upload(word.saved())
    assert marker("FRA draft") not in page.text
    before = room.comment("FRA draft").version
    [key] = page.row_keys()
    own.take(page, **{f"row-{key}": "file"})
    assert room.comment("FRA draft").version == before
    assert room.comment("FRA draft").proposed != FILE
    assert Comment.objects.select_related("filed_by").latest("pk").filed_by.code == "CPV"
