"""Tracked changes are accepted or rejected, and listed by author; so are margin comments."""

from datetime import UTC, datetime

from drafts.parsing.file_text import MarginNote, TrackedChange
from tests.drafts.parsing.word import (
    comment,
    commented,
    end,
    footnote,
    moved_away,
    note,
    p,
    put_in,
    read,
    run,
    taken_out,
)

TITLE = p("The plan")
THEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
REPLACED = p("1. States ", taken_out("may"), put_in("should"), " act.")


def words(*body: str, changes: str = "accept", **more: str) -> list[str]:
    return [row.text for row in read(TITLE, *body, changes=changes, **more).paragraphs[1:]]  # type: ignore[arg-type]


def changes_in(*body: str, **more: str) -> list[tuple[str, str, str | None, str, str, str | None]]:
    """Every change without its moment."""
    found = read(TITLE, *body, changes="refuse", **more).tracked_changes
    return [
        (c.author, c.kind, c.paragraph_file_id, c.original_words, c.proposed_words, c.after_file_id)
        for c in found
    ]


def test_words_put_in_and_taken_out_are_accepted_or_refused() -> None:
    assert words(REPLACED) == ["States should act."]
    assert words(REPLACED, changes="refuse") == ["States may act."]


def test_a_change_is_told_with_its_author_and_its_moment() -> None:
    text = read(TITLE, REPLACED, changes="refuse")
    assert text.tracked_changes == (
        TrackedChange("Ana", THEN, "reworded", "p2", "States may act.", "States should act."),
    )


def test_a_number_typed_anew_is_no_other_wording() -> None:
    assert changes_in(p(taken_out("1."), put_in("2."), " States act.")) == []


def test_each_author_is_told_against_the_words_without_any_change() -> None:
    body = p(
        "States ", taken_out("may"), put_in("should"), " act", put_in(" at once", "Boris"), "."
    )
    assert changes_in(body) == [
        ("Ana", "reworded", "p2", "States may act.", "States should act.", None),
        ("Boris", "reworded", "p2", "States may act.", "States may act at once.", None),
    ]


def test_what_one_put_in_and_another_took_out_again() -> None:
    inside = taken_out(" never", "Boris")
    body = p("States", f'<w:ins w:id="9" w:author="Ana">{inside}</w:ins>', " act now.")
    assert words(body) == ["States act now."]
    assert words(body, changes="refuse") == ["States act now."]
    assert changes_in(body) == [
        ("Ana", "reworded", "p2", "States act now.", "States never act now.", None)
    ]


def test_a_paragraph_put_in_is_told_after_the_one_before_it() -> None:
    # Word marks the end of the paragraph after which one pressed Enter.
    body = [
        p("1. States act."),
        p("2. States pay.", mark=end("ins")),
        p(put_in("3. States report.")),
        p("4. States rest."),
    ]
    assert words(*body) == ["States act.", "States pay.", "States report.", "States rest."]
    assert words(*body, changes="refuse") == ["States act.", "States pay.", "States rest."]
    assert changes_in(*body) == [("Ana", "added", "p3", "", "States report.", None)]


def test_a_paragraph_taken_out_goes_and_its_number_with_it() -> None:
    body = [
        p("States act.", num=(1, 0)),
        p(taken_out("States pay."), num=(1, 0), mark=end("del")),
        p("States rest.", num=(1, 0)),
    ]
    accepted = read(TITLE, *body)
    assert [(row.label, row.text) for row in accepted.paragraphs[1:]] == [
        ("1", "States act."),
        ("2", "States rest."),
    ]
    assert words(*body, changes="refuse") == ["States act.", "States pay.", "States rest."]
    assert changes_in(*body) == [("Ana", "deleted", "p3", "States pay.", "", None)]


def test_two_paragraphs_joined_by_a_change_are_one_and_told_as_one() -> None:
    body = [p("States act,", mark=end("del")), p(put_in(" and"), " States pay.")]
    assert words(*body) == ["States act, and States pay."]
    assert words(*body, changes="refuse") == ["States act,", "States pay."]
    assert ("Ana", "deleted", "p3", "States pay.", "", None) in changes_in(*body)


def test_a_moved_paragraph_is_told_as_a_move() -> None:
    body = [
        p(moved_away("States pay what they owe."), mark=end("moveFrom")),
        p("States act."),
        p(put_in("States pay what they owe.", name="moveTo"), mark=end("moveTo")),
        p("States rest."),
    ]
    pay = "States pay what they owe."
    assert words(*body) == ["States act.", pay, "States rest."]
    assert words(*body, changes="refuse") == [pay, "States act.", "States rest."]
    assert changes_in(*body) == [("Ana", "moved", "p2", pay, pay, "p3")]


def test_a_row_of_a_table_put_in_or_taken_out_goes_whole() -> None:
    def row(words: str, change: str = "") -> str:
        return f"<w:tr><w:trPr>{change}</w:trPr><w:tc>{p(words)}</w:tc></w:tr>"

    table = (
        "<w:tbl>"
        + row("1. States act.")
        + row("2. States pay.", end("ins"))
        + row("3. States rest.", end("del"))
        + "</w:tbl>"
    )
    assert words(table) == ["States act.", "States pay."]
    assert words(table, changes="refuse") == ["States act.", "States rest."]


def test_a_number_given_by_a_change_goes_when_it_is_refused() -> None:
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = p(
        "States act and go on acting.",
        more=f"{listed}<w:pPrChange {by('Ana')}><w:pPr/></w:pPrChange>",
    )
    assert read(TITLE, body).paragraphs[1].label == "1"
    assert read(TITLE, body, changes="refuse").paragraphs[1].label == ""


def by(author: str) -> str:
    return f'w:id="7" w:author="{author}" w:date="2026-03-01T10:00:00Z"'


def test_changes_in_a_footnote_are_accepted_or_refused_too() -> None:
    notes = footnote(2, "Resolution ").replace("</w:p>", f"{put_in('70/1.')}</w:p>")
    body = p("1. Acts", note(2), ".")
    for changes, expected in (("accept", "Resolution 70/1."), ("refuse", "Resolution")):
        text = read(TITLE, body, changes=changes, footnotes=notes)  # type: ignore[arg-type]
        assert text.paragraphs[1].notes == (expected,)
        assert f"read as {changes}" in text.warnings[0].message


def test_a_change_without_author_or_moment_is_told_all_the_same() -> None:
    body = p("States act", f'<w:ins w:id="1">{run(" now")}</w:ins>', ".")
    change = read(TITLE, body, changes="refuse").tracked_changes[0]
    assert (change.author, change.made_at, change.proposed_words) == ("", None, "States act now.")


def test_formatting_alone_is_no_proposal() -> None:
    bold = f"<w:b/><w:rPrChange {by('Ana')}><w:rPr/></w:rPrChange>"
    run = f"<w:r><w:rPr>{bold}</w:rPr><w:t>act.</w:t></w:r>"
    assert changes_in(p("States ", run)) == []


# --- Margins -------------------------------------------------------------------------------------


def test_a_comment_in_the_margin_hangs_on_its_paragraph_with_its_author() -> None:
    text = read(
        TITLE,
        p("1. States act."),
        p("2. ", commented(4, "States pay.")),
        comments=comment(4, "Who pays?", "Boris"),
    )
    assert text.margin_notes == (MarginNote("Boris", THEN, "p3", "Who pays?"),)


def test_a_comment_beside_an_end_that_was_put_in_or_taken_out_hangs_on_its_own_paragraph() -> None:
    for change, choice in (("ins", "accept"), ("del", "refuse")):
        text = read(
            TITLE,
            p("1. ", commented(4, "States act."), mark=end(change)),
            p("2. ", commented(5, "States pay.")),
            p("3. States rest."),
            comments=comment(4, "When?") + comment(5, "Who pays?"),
            changes=choice,  # type: ignore[arg-type]
        )
        assert [(note.words, note.paragraph_file_id) for note in text.margin_notes] == [
            ("When?", "p2"),
            ("Who pays?", "p3"),
        ]


def test_comments_stand_in_the_order_of_the_text_and_lost_ones_last() -> None:
    text = read(
        TITLE,
        p("1. ", commented(5, "States act.")),
        p("2. ", commented(4, "States pay.")),
        comments=comment(3, "Where was this?") + comment(4, "Who?") + comment(5, "When?"),
    )
    assert [(note.words, note.paragraph_file_id) for note in text.margin_notes] == [
        ("When?", "p2"),
        ("Who?", "p3"),
        ("Where was this?", None),
    ]


def test_a_comment_on_words_that_went_hangs_on_the_next_that_stand() -> None:
    gone = commented(4, "").replace(
        "<w:commentRangeEnd", taken_out("States pay.") + "<w:commentRangeEnd"
    )
    text = read(
        TITLE,
        p(gone, mark=end("del")),
        p("States rest, and so do all the others."),
        comments=comment(4, "Who pays?"),
    )
    assert text.margin_notes[0].paragraph_file_id == "p2"
