"""The redline of two revisions: accepting it gives the new text, rejecting it the old one."""

from hypothesis import given, settings, strategies as st

from drafts.papers.as_docx import text_docx
from drafts.papers.marked_paragraph import (
    MarkedParagraph,
    text_after,
    text_before,
    with_first_note_before_kept_end,
)
from drafts.papers.paper import MOVED_AWAY, MOVED_HERE, PrintedParagraph
from drafts.papers.paragraph_matches import ParagraphMatch
from drafts.papers.redline import mark_all_kept, mark_changes
from tests.drafts.papers.texts import FIRST, MATCHES, SECOND, lines, paper, read_with, row, told


def pieces(found: MarkedParagraph) -> list[tuple[str, str]]:
    return [(piece.mark, piece.words) for piece in found.text_pieces]


def redlined(
    first: list[PrintedParagraph], second: list[PrintedParagraph], *matches: ParagraphMatch
) -> tuple[MarkedParagraph, ...]:
    return mark_changes(first, second, matches)


def test_accepted_it_is_the_new_text_and_refused_the_old_one() -> None:
    rows = mark_changes(FIRST, SECOND, MATCHES)
    assert text_before(rows) == told(FIRST)
    assert text_after(rows) == told(SECOND)


def test_words_are_told_apart_and_what_stands_is_not_marked() -> None:
    (found,) = redlined(
        [row("a", "To train officials.", "1")],
        [row("a", "To train all officials.", "1")],
        ParagraphMatch((0,), (0,)),
    )
    assert pieces(found) == [("=", "To train "), ("+", "all "), ("=", "officials.")]
    assert [(p.mark, p.words) for p in found.number_pieces] == [("=", "1.")]


def test_a_paragraph_that_was_divided_keeps_its_words_and_gains_an_end() -> None:
    first, second = redlined(
        [row("a", "To train officials and to support victims.", "1")],
        [row("a", "To train officials", "1"), row("b", "and to support victims.", "1 bis")],
        ParagraphMatch((0,), (0, 1)),
    )
    assert (first.mark, second.mark) == ("+", "=")
    assert pieces(first) == [("=", "To train officials"), ("-", " ")]
    assert pieces(second) == [("=", "and to support victims.")]
    assert [(p.mark, p.words) for p in second.number_pieces] == [("+", "1 bis.")]


def test_paragraphs_that_were_joined_keep_their_words_and_lose_an_end() -> None:
    first, second = redlined(
        [row("a", "To train officials", "1"), row("b", "and to support victims.", "2")],
        [row("a", "To train officials and to support victims.", "1")],
        ParagraphMatch((0, 1), (0,)),
    )
    assert (first.mark, second.mark) == ("-", "=")
    assert pieces(first) == [("=", "To train officials"), ("+", " ")]
    assert [(p.mark, p.words) for p in second.number_pieces] == [("-", "2.")]


def test_what_is_merged_from_afar_moves_its_words_and_the_survivor_is_printed_once() -> None:
    first = [row("a", "To train.", "1"), row("b", "To meet.", "2"), row("c", "To report.", "3")]
    second = [row("a", "To train and to report.", "1"), row("b", "To meet.", "2")]
    found = redlined(first, second, ParagraphMatch((0, 2), (0,)), ParagraphMatch((1,), (1,)))
    assert [one.mark for one in found] == ["=", "=", "-"]
    stays = [("=", "To train"), ("-", "."), ("+", " and to "), (MOVED_HERE, "report.")]
    assert pieces(found[0]) == stays
    assert pieces(found[2]) == [("-", "To "), (MOVED_AWAY, "report.")]
    assert found[0].text_pieces[3].move_number == found[2].text_pieces[1].move_number == 1
    assert found[2].number_elsewhere == "1."
    assert (text_before(found), text_after(found)) == (told(first), told(second))


def test_a_piece_that_was_carried_off_by_a_split_takes_its_words_along() -> None:
    first = [row("a", "To train officials; to report.", "1"), row("b", "To meet.", "2")]
    second = [
        row("a", "To train officials;", "1"),
        row("b", "To meet.", "2"),
        row("c", "to report.", "3"),
    ]
    found = redlined(first, second, ParagraphMatch((0,), (0, 2)), ParagraphMatch((1,), (1,)))
    assert [one.mark for one in found] == ["=", "=", "+"]
    assert pieces(found[0]) == [
        ("=", "To train officials;"),
        ("-", " "),
        (MOVED_AWAY, "to report."),
    ]
    assert pieces(found[2]) == [(MOVED_HERE, "to report.")]
    assert found[0].text_pieces[2].move_number == found[2].text_pieces[0].move_number == 1
    assert (text_before(found), text_after(found)) == (told(first), told(second))


def test_a_move_says_at_each_end_where_the_other_is() -> None:
    texts = [row(key, f"To {key}.", str(n)) for n, key in enumerate("abc", 1)]
    moved = [texts[2], texts[0], texts[1]]
    rows = redlined(
        texts,
        moved,
        ParagraphMatch((0,), (1,)),
        ParagraphMatch((1,), (2,)),
        ParagraphMatch((2,), (0,)),
    )
    ends = [found for found in rows if found.move_number]
    assert [(e.mark, e.move_number, e.number_elsewhere) for e in ends] == [
        (MOVED_HERE, 1, "3."),
        (MOVED_AWAY, 1, "3."),
    ]
    assert [pieces(e) for e in ends] == [[(MOVED_HERE, "To c.")], [(MOVED_AWAY, "To c.")]]


def test_opening_words_that_changed_are_told_on_both_sides() -> None:
    (found,) = redlined(
        [row("a", "Decides to act.", opening="Decides")],
        [row("a", "Decides to act.", opening="Decides to")],
        ParagraphMatch((0,), (0,)),
    )
    assert [(p.words, p.was_italic, p.is_italic) for p in found.text_pieces] == [
        ("Decides", True, True),
        (" to", False, True),
        (" act.", False, False),
    ]


WORDS = st.lists(
    st.sampled_from(
        ["To", "train", "all", "officials", "and", "victims,", "保护", "受害者", "،حماية"]
    ),
    min_size=1,
    max_size=9,
)
NOTES = st.lists(st.sampled_from(["70/1.", "Ibid.", "See annex."]), max_size=2)


@st.composite
def texts_and_kin(
    draw: st.DrawFn,
) -> tuple[list[PrintedParagraph], list[PrintedParagraph], list[ParagraphMatch]]:
    """Two texts, and a lineage in which each paragraph belongs to one family at most."""

    def text(side: str) -> list[PrintedParagraph]:
        found = []
        for place in range(draw(st.integers(0, 6))):
            words = draw(WORDS)
            found.append(
                row(
                    f"{side}{place}",
                    " ".join(words),
                    draw(st.sampled_from(["", str(place + 1), "OP3 bis"])),
                    draw(st.sampled_from(["operative", "preambular", "heading"])),
                    draw(st.integers(0, 2)),
                    draw(st.sampled_from(["", words[0]])),
                    draw(NOTES),
                )
            )
        return found

    first, second = text("a"), text("b")
    olds = draw(st.permutations(range(len(first))))
    news = draw(st.permutations(range(len(second))))
    matches = []
    while bool(olds and news) and draw(st.booleans()):
        shape = draw(st.sampled_from([(1, 1), (1, 1), (1, 2), (2, 1), (2, 2)]))
        before, olds = olds[: shape[0]], olds[shape[0] :]
        after, news = news[: shape[1]], news[shape[1] :]
        matches.append(ParagraphMatch(tuple(sorted(before)), tuple(sorted(after))))
        lasting = second[matches[-1].new_indexes[0]]
        second[matches[-1].new_indexes[0]] = row(
            first[matches[-1].old_indexes[0]].public_id,
            lasting.text,
            lasting.label,
            lasting.kind,
            lasting.level,
            lasting.text[: lasting.opening_length],
            lasting.notes,
        )
    return first, second, matches


@given(texts_and_kin())
@settings(max_examples=300)
def test_whatever_became_of_the_paragraphs_both_texts_can_be_read_from_it(
    both: tuple[list[PrintedParagraph], list[PrintedParagraph], list[ParagraphMatch]],
) -> None:
    first, second, matches = both
    for rows in (
        mark_changes(first, second, matches),
        with_first_note_before_kept_end(mark_changes(first, second, matches)),
    ):
        assert text_before(rows) == told(first)
        assert text_after(rows) == told(second)


def test_a_merger_with_the_first_footnote_is_told_as_a_rewording_and_a_drop() -> None:
    first = [row("t", "Plan"), row("a", "To train", notes=["N."]), row("b", "officials.")]
    second = [row("t", "Plan"), row("a", "To train officials.")]
    rows = mark_changes(first, second, (ParagraphMatch((0,), (0,)), ParagraphMatch((1, 2), (1,))))
    assert [(found.mark, pieces(found)) for found in rows[1:]] == [
        ("=", [("=", "To train"), ("+", " officials.")]),
        ("-", [("-", "officials.")]),
    ]
    assert (text_before(rows), text_after(rows)) == (told(first), told(second))


@given(texts_and_kin())
@settings(max_examples=25, deadline=None)
def test_the_word_document_accepted_and_refused_is_each_of_the_texts(
    both: tuple[list[PrintedParagraph], list[PrintedParagraph], list[ParagraphMatch]],
) -> None:
    first, second, matches = both
    made = text_docx(
        paper(second), paper(first, stage="First draft"), mark_changes(first, second, matches)
    )
    assert read_with(made, accepted=False) == lines(first)
    assert read_with(made, accepted=True) == lines(second)


def test_a_text_without_changes_is_marked_nowhere() -> None:
    assert not any(found.is_changed for found in mark_all_kept(FIRST))
