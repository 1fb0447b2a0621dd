"""A proposal in another language than the text is not shown as a redline of the whole."""

from typing import Any

import pytest

from comments.models import Comment
from comments.table.cells import Printer
from comments.table.compiled import compile_table
from comments.threads.queries import shown_text_of, thread_of
from drafts.models import Revision, WordingTranslation
from drafts.words.differences import redline
from tests.comments.table.table_room import DAY, HOUR, KEPT, START, TableRoom

WORDS = "Decides to strengthen efforts;"
FRENCH = "Décide de renforcer les efforts ;"
PROPOSED = "Décide de renforcer tous les efforts ;"
WHOLE = (("=", PROPOSED),)
MARKED = redline(FRENCH, PROPOSED)


@pytest.fixture
def room(db: None) -> TableRoom:
    return KEPT.laid_out()


def foreign_input(room: TableRoom, *, is_translated: bool = False) -> Comment:
    revision = room.circulate("First draft", START + DAY, "at_once")
    paragraph = next(row for row in room.paragraphs if row.text == WORDS)
    if is_translated:
        wording = room.wording(revision, paragraph)
        WordingTranslation.objects.create(wording=wording, language="fr", text=FRENCH)
    return room.submit(
        "CIV",
        revision,
        paragraph,
        START + DAY + HOUR,
        kind="replace",
        proposed=PROPOSED,
        language="fr",
    )


def card_and_cell(room: TableRoom, comment: Comment) -> list[Any]:
    """What its card shows of it, and the cell of the table."""
    access = room.access("CIV", START + 2 * DAY)
    revision = Revision.objects.select_related("draft").get(pk=comment.wording.revision_id)
    text = shown_text_of(access, revision)
    (paragraph,) = (each for each in text.paragraphs if each.text == WORDS)
    (shown_input,) = thread_of(access, text, paragraph).shown_comments
    cut_off = START + DAY + 2 * HOUR
    table = compile_table(access=access, revisions=[revision], cut_off=cut_off)
    (row,) = table.rows
    (line,) = Printer(table).cells(row)[5]
    return [shown_input.redline, tuple(line.pieces)]


@pytest.mark.parametrize(("is_translated", "pieces"), [(True, MARKED), (False, WHOLE)])
def test_it_is_set_against_the_translation_or_shown_whole(
    room: TableRoom, is_translated: bool, pieces: Any
) -> None:
    comment = foreign_input(room, is_translated=is_translated)
    assert tuple(map(tuple, comment.redline)) == pieces
    assert card_and_cell(room, comment) == [pieces, pieces]


def test_one_that_was_kept_as_all_struck_and_all_new_is_shown_whole(
    room: TableRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "comments.inputs.content._replacement_redline", lambda _c: redline(WORDS, PROPOSED)
    )
    comment = foreign_input(room)
    assert {op for op, _words in comment.redline} >= {"-", "+"}
    assert card_and_cell(room, comment) == [WHOLE, WHOLE]
