"""The map of a text: open inputs by paragraph and group, paged, in few queries."""

import csv
import re
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils.translation import override

from comments.answers.acts import acknowledge, align, end_alignment, publish_reviews, review
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.map import cells, queries
from comments.map.cells import NO_INPUTS, MapCell, Measure, Stances
from comments.map.picture import map_address, map_drawing, map_file_address
from comments.map.queries import MapChoice, TextMap, text_map
from comments.models import Comment, CommentKind, Review
from comments.submitting.acts import submit_comment, withdraw_comment
from consultations.pictures.grid import Shades
from consultations.timetable.acts import create_meeting
from delegations.models import Delegation
from drafts.desk.acts import merge_paragraphs, strike_paragraph
from tests.comments.brief.test_brief import circulate, paragraph, say
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, loaded, speak_in_room

pytestmark = pytest.mark.every_server

GROUP, STATES, OTHERS = "African Group", "2", "5"


def map_for(room: Room, who: str = "staff", days: float = 0.5, **choice: str) -> TextMap:
    found = text_map(room.access(who, days), MapChoice(**choice))
    assert found is not None
    return found


def counts(found: TextMap) -> dict[str, dict[str, int]]:
    """Label of a line → column → open inputs, without lines that have none."""
    return {
        line.label: {column: cell.count for column, cell in found.cells[line.key].items()}
        for line in found.page
        if line.key in found.cells
    }


def test_open_is_what_stands_and_has_no_review(room: Room) -> None:
    """All inputs of the room are answered, withdrawn or replaced, but for that of the group."""
    assert counts(map_for(room)) == {"3": {GROUP: 1}}
    one = say(room, 2, CommentKind.COMMENT)
    assert counts(map_for(room)) == {"1": {STATES: 1}, "3": {GROUP: 1}}
    other = say(room, 2, CommentKind.QUESTION)
    assert counts(map_for(room))["1"] == {STATES: 2}
    withdraw_comment(access=room.access("FRA focal_point", 0.2), comment=one, reason="No.")
    review(
        access=room.access("staff", 0.2),
        comment=loaded().get(pk=other.pk),
        disposition="noted",
        observation="",
    )
    assert "1" not in counts(map_for(room))


@pytest.mark.parametrize("gaps", [0, cells.MAX_SPARSENESS, 10**9])
def test_keys_that_lie_close_or_far_apart_are_counted_alike(
    room: Room, monkeypatch: pytest.MonkeyPatch, gaps: int
) -> None:
    """What is on no line of the text and in no column of it counts nowhere."""
    monkeypatch.setattr(cells, "MAX_SPARSENESS", gaps)
    say(room, 2, CommentKind.COMMENT)
    whole = map_for(room)
    assert counts(whole) == {"1": {STATES: 1}, "3": {GROUP: 1}}
    by_delegation = map_for(room, opened_column_key=STATES)
    assert by_delegation.open_input_count == 1
    assert text_map(room.access("staff", 0.5), MapChoice(section_number="9")) is not None


def test_what_is_not_sent_changes_no_number(room: Room) -> None:
    speak_in_room(room)
    assert loaded().filter(submitted_at=None, discarded_at=None).count() > 8
    # One filed by the coordinator for the group, and one that was submitted in its room.
    assert counts(map_for(room)) == {"3": {GROUP: 2}}


def test_a_region_shares_its_column_with_its_group_and_can_be_shown_by_delegation(
    room: Room,
) -> None:
    Delegation.objects.filter(code__in=["CPV", "CIV"]).update(regional_group=GROUP)
    comment = draft_comment(
        access=room.access("CPV contributor", 0.05),
        wording=room.wording(room.revision, 4),
        content=CommentContent(kind=CommentKind.COMMENT, rationale="So."),
    )
    submit_comment(access=room.access("CPV focal_point", 0.05), comment=comment)
    found = map_for(room)
    assert counts(found)["3"] == {GROUP: 2}
    (column,) = [column for column in found.columns if column.key == GROUP]
    assert (column.short_name, column.can_be_opened) == ("AG", True)
    by_delegation = map_for(room, opened_column_key=GROUP)
    assert [one.name for one in by_delegation.columns] == [
        "African Group",
        "Cabo Verde",
        "Côte d’Ivoire",
    ]
    assert counts(by_delegation)["3"] == {
        one.key: 1 for one in by_delegation.columns if one.name != "Côte d’Ivoire"
    }


def test_columns_are_groups_then_regions_then_kinds(room: Room) -> None:
    Delegation.objects.filter(code="CPV").update(regional_group="Eastern European Group")
    assert [column.key for column in map_for(room).columns] == [
        GROUP,
        "Eastern European Group",
        STATES,
        OTHERS,
    ]


def test_retain_against_delete_or_replace_is_marked(room: Room) -> None:
    say(room, 2, CommentKind.RETAIN)
    say(room, 2, CommentKind.COMMENT)
    (cell,) = map_for(room).cells[room.wording(room.revision, 2).paragraph_id].values()
    assert not cell.is_divided
    say(room, 2, CommentKind.DELETE)
    (cell,) = map_for(room).cells[room.wording(room.revision, 2).paragraph_id].values()
    assert cell == MapCell(count=3, new_count=0, retain_count=1, change_count=1)
    drawn = map_drawing(map_for(room))
    label = "paragraph 1, Member States of no regional group: 3 open inputs, disagreement"
    assert f'aria-label="{label}"' in drawn
    assert drawn.count('<use href="#map-opposed"/>') == 2  # the cell, and all of the line


def test_the_same_words_changed_to_different_ones_are_marked(
    room: Room, django_assert_num_queries: Any
) -> None:
    """Across columns as well; words that are only inserted stand against nobody's."""
    words = room.wording(room.revision, 2).text
    first, second, *_others = words.split(" ")
    key = room.wording(room.revision, 2).paragraph_id

    def asked(new: str) -> list[bool]:
        say(room, 2, CommentKind.REPLACE, new)
        row = map_for(room).cells[key]
        return [cell.is_divided for cell in (*row.values(), sum(row.values(), NO_INPUTS))]

    assert asked(words.replace(second, f"further {second}", 1)) == [False, False]
    assert asked(words.replace(second, f"other {second}", 1)) == [False, False]
    assert asked(words.replace(first, "Not", 1)) == [False, False]
    assert asked(words.replace(first, "NOT", 1)) == [False, False]
    access = room.access("staff", 0.5)
    with django_assert_num_queries(7):
        text_map(access, MapChoice())
    other = draft_comment(
        access=room.access("IOM contributor", 0.05),
        wording=room.wording(room.revision, 2),
        content=CommentContent(
            kind=CommentKind.REPLACE, proposed=words.replace(first, "Never", 1), rationale="So."
        ),
    )
    submit_comment(access=room.access("IOM focal_point", 0.05), comment=other)
    row = map_for(room).cells[key]
    assert [cell.is_divided for cell in row.values()] == [False, False]
    assert sum(row.values(), NO_INPUTS).is_divided
    assert map_drawing(map_for(room)).count('<use href="#map-opposed"/>') == 1
    answer = Person(room, "staff").get("map_file")
    _columns, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert [row[-2] for row in rows if row[1] == "1"] == ["yes"]


def test_what_came_since_the_last_meeting_is_marked(room: Room) -> None:
    say(room, 2, CommentKind.COMMENT)
    assert "new" not in map_drawing(map_for(room)).partition("<table")[2]
    access = room.access("secretariat", -10)
    create_meeting(access=access, title="Informal", starts_at=room.at(-5), place="")
    drawn = map_drawing(map_for(room))
    assert "Member States of no regional group: 1 open input, 1 new" in drawn
    assert 'African Group: 1 open input"' in drawn  # filed six days ago


def test_inputs_are_counted_where_their_paragraph_went(room: Room) -> None:
    say(room, 2, CommentKind.COMMENT)
    say(room, 3, CommentKind.COMMENT)
    leader = room.access("co_facilitator", 0.1)
    merge_paragraphs(
        access=leader,
        paragraphs=[paragraph(room, 2), paragraph(room, 3)],
        text="To raise awareness, and to train.",
    )
    strike_paragraph(access=leader, paragraph=paragraph(room, 4))
    circulate(room)
    by_section = map_for(room)
    assert counts(by_section) == {"Prevention": {STATES: 2}, "No longer in the text": {GROUP: 1}}
    assert counts(map_for(room, section_number="1")) == {"1": {STATES: 2}}
    assert counts(map_for(room, section_number="2")) == {"3": {GROUP: 1}}


def test_a_page_holds_so_many_lines_and_the_totals_are_of_all(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size of a page is a number of ours; here it is a small one."""
    monkeypatch.setattr(queries, "CELLS_ON_PAGE", 0)
    monkeypatch.setattr(queries, "MIN_LINES", 2)
    say(room, 2, CommentKind.COMMENT)
    first, second = map_for(room), map_for(room, page_number="2")
    assert [line.label for line in first.page] == ["“Prevention”", "1"]
    assert counts(first) == {"1": {STATES: 1}}
    assert counts(second) == {"3": {GROUP: 1}}
    assert first.open_input_count == second.open_input_count == 2


def test_each_line_and_cell_leads_to_where_it_is_answered(room: Room) -> None:
    found = page(Person(room, "secretariat").get("text_map"))
    key = room.wording(room.revision, 4).paragraph.public_id
    url = reverse("review_paragraph", args=[room.consultation.slug, key])
    assert f'<a class="grid__label" dir="auto" href="{url}">3</a>' in found
    assert f'class="grid__cell grid__cell--1" href="{url}"' in found
    assert Person(room, "FRA focal_point").get("text_map").status_code == 403


def numbers(found: TextMap) -> dict[str, dict[str, int]]:
    """Label of a line → column → what its cell shows, without cells that show 0."""
    return {
        line.label: {
            column: cell.number(found.measure)
            for column, cell in found.cells.get(line.key, {}).items()
            if cell.number(found.measure)
        }
        for line in found.page
    }


def propose(room: Room, whose: str, kind: CommentKind, proposed: str = "") -> Comment:
    """A submitted input of another delegation on the same paragraph as those of `say(room, 2)`."""
    comment = draft_comment(
        access=room.access(f"{whose} contributor", 0.05),
        wording=room.wording(room.revision, 2),
        content=CommentContent(kind=kind, proposed=proposed, rationale="So."),
    )
    submit_comment(access=room.access(f"{whose} focal_point", 0.05), comment=comment)
    return comment


def test_disagreement_counts_who_takes_another_position_than_most(
    room: Room, django_assert_num_queries: Any
) -> None:
    words = room.wording(room.revision, 2).text
    say(room, 2, CommentKind.COMMENT)  # takes none
    say(room, 2, CommentKind.RETAIN)
    assert numbers(map_for(room, measure="disagreement"))["1"] == {}
    for _ in range(2):
        say(room, 2, CommentKind.REPLACE, f"{words} Soon.")
    assert numbers(map_for(room, measure="disagreement"))["1"] == {STATES: 1}
    propose(room, "IOM", CommentKind.REPLACE, f"{words} Soon.")
    propose(room, "IOM", CommentKind.REPLACE, f"{words} Later.")
    propose(room, "IOM", CommentKind.DELETE)
    found = map_for(room, measure="disagreement")
    assert numbers(found)["1"] == {STATES: 1, OTHERS: 2}
    assert sum(found.total_by_column_key.values(), NO_INPUTS).opposed_count == 3
    access = room.access("staff", 0.5)
    with django_assert_num_queries(8):  # one more than for the number of inputs
        text_map(access, MapChoice(measure="disagreement"))


def test_an_alignment_counts_as_its_delegation_takes_the_position(room: Room) -> None:
    say(room, 2, CommentKind.RETAIN)
    deleting = propose(room, "IOM", CommentKind.DELETE)
    # Between equals the first counts as that of most.
    assert numbers(map_for(room, measure="disagreement"))["1"] == {OTHERS: 1}
    alignment = align(
        access=room.access("PRT focal_point", 0.1),
        comment=loaded().get(pk=deleting.pk),
        reservation="",
    )
    assert numbers(map_for(room, measure="disagreement"))["1"] == {STATES: 1}
    end_alignment(access=room.access("PRT focal_point", 0.2), alignment=alignment)
    assert numbers(map_for(room, measure="disagreement"))["1"] == {OTHERS: 1}
    withdraw_comment(
        access=room.access("IOM focal_point", 0.3),
        comment=loaded().get(pk=deleting.pk),
        reason="No.",
    )
    assert numbers(map_for(room, measure="disagreement"))["1"] == {}


def test_a_column_by_delegation_is_measured_by_the_positions_of_all(room: Room) -> None:
    Delegation.objects.filter(code__in=["CPV", "CIV"]).update(regional_group=GROUP)
    for _ in range(2):
        say(room, 2, CommentKind.RETAIN)
    propose(room, "CPV", CommentKind.DELETE)
    whole = numbers(map_for(room, measure="disagreement"))
    assert whole["1"] == {GROUP: 1}
    opened = map_for(room, measure="disagreement", opened_column_key=GROUP)
    (name,) = [one.name for one in opened.columns if one.key in numbers(opened)["1"]]
    assert name == "Cabo Verde"


def test_the_share_without_an_answer_is_of_the_inputs_in_force(room: Room) -> None:
    inputs = [say(room, 2, CommentKind.COMMENT) for _ in range(3)]
    key = paragraph(room, 2).pk
    answered_before = map_for(room, measure="unanswered").cells[key][STATES].answered_count
    for open_count, comment in zip((2, 1, 0), inputs, strict=True):
        review(
            access=room.access("staff", 0.2),
            comment=loaded().get(pk=comment.pk),
            disposition="noted",
            observation="",
        )
        cell = map_for(room, measure="unanswered").cells[key][STATES]
        assert (cell.count, cell.in_force_count) == (open_count, 3 + answered_before)
    withdraw_comment(access=room.access("FRA focal_point", 0.3), comment=inputs[0], reason="No.")
    found = map_for(room, measure="unanswered")
    assert found.cells[key][STATES].in_force_count == 2 + answered_before
    drawn = map_drawing(found)
    assert ">0%</a>" in drawn
    assert "Member States of no regional group: 0 of " in drawn


@pytest.mark.parametrize(
    ("open_count", "answered_count", "percent"),
    [(0, 4, 0), (1, 299, 1), (1, 2, 33), (2, 1, 67), (299, 1, 99), (4, 0, 100), (0, 0, 0)],
)
def test_nothing_and_all_are_said_of_nothing_and_all_alone(
    open_count: int, answered_count: int, percent: int
) -> None:
    cell = MapCell(count=open_count, answered_count=answered_count)
    assert cell.number(Measure.UNANSWERED) == percent


@pytest.mark.parametrize("measure", list(Measure))
def test_a_section_counts_what_its_paragraphs_count(room: Room, measure: Measure) -> None:
    for kind in (CommentKind.RETAIN, CommentKind.DELETE, CommentKind.DELETE):
        say(room, 2, kind)
        say(room, 3, kind)
    strike_paragraph(access=room.access("co_facilitator", 0.1), paragraph=paragraph(room, 4))
    circulate(room)
    row_of_section = map_for(room, measure=measure).cells[1]
    rows = map_for(room, measure=measure, section_number="1").cells.values()
    assert row_of_section[STATES].number(measure) > 0
    for column, cell in row_of_section.items():
        sums = sum((row.get(column, NO_INPUTS) for row in rows), NO_INPUTS)
        assert sums.number(measure) == cell.number(measure)


def test_the_page_offers_what_to_count_by_links_and_keeps_it(room: Room) -> None:
    say(room, 2, CommentKind.RETAIN)
    say(room, 2, CommentKind.DELETE)
    person = Person(room, "staff")
    url = reverse("text_map", args=[room.consultation.slug])
    plain = page(person.get("text_map"))
    assert f'href="{url}?text=plan&section=1&measure=disagreement">Disagreement</a>' in plain
    assert 'aria-current="true">Open inputs</a>' in plain
    chosen = page(person.client.get(url, {"measure": "disagreement"}))
    assert 'aria-current="true">Disagreement</a>' in chosen
    assert "take another position than most on the paragraph" in chosen
    assert f'href="{url}?text=plan&section=1">Open inputs</a>' in chosen
    file_url = (
        f"{reverse('map_file', args=[room.consultation.slug])}?text=plan&measure=disagreement"
    )
    assert file_url in chosen
    answer = person.client.get(file_url)
    assert answer["Content-Disposition"] == 'attachment; filename="map-plan-disagreement.csv"'
    columns, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    place = columns.index("All")
    assert {row[1]: row[place] for row in rows}["1"] == "1"
    unknown = page(person.client.get(url, {"measure": "noise"}))
    assert 'aria-current="true">Open inputs</a>' in unknown


def test_shades_are_those_of_all_lines_and_the_key_says_their_numbers(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CELLS_ON_PAGE", 0)
    monkeypatch.setattr(queries, "MIN_LINES", 2)
    for _ in range(20):
        say(room, 2, CommentKind.COMMENT)
    for _ in range(2):
        say(room, 3, CommentKind.COMMENT)
    first, second = map_for(room), map_for(room, page_number="2")
    assert first.shades == second.shades == Shades(((1, 1), (2, 2), (20, 20)))
    person = Person(room, "staff")
    found = page(person.get("text_map"))
    key = '<span class="grid__swatch grid__cell--{}"></span> {}</li>'
    assert all(key.format(*one) in found for one in [(1, "1"), (2, "2"), (3, "20")])
    assert re.search(r'grid__cell--3"[^>]*>20<', found)


def test_sums_have_shades_of_their_own(room: Room) -> None:
    """Else each would be darker than all cells, and no line stand out."""
    say(room, 2, CommentKind.COMMENT)
    propose(room, "IOM", CommentKind.COMMENT)
    found = map_for(room)
    assert (found.shades, found.sum_shades) == (Shades(((1, 1),)), Shades(((1, 1), (2, 2))))
    drawn = map_drawing(found)
    assert '<span class="grid__sum grid__cell--2">2</span>' in drawn
    assert '<span class="grid__sum grid__cell--1">1</span>' in drawn


def test_readers_of_other_letters_read_names_and_no_codes(room: Room) -> None:
    with override("fr"):
        assert "AG" in [column.short_name for column in map_for(room).columns]
    for language, name in (("ar", "مجموعة الدول الأفريقية"), ("zh-hans", "非洲国家组")):
        with override(language):
            columns = map_for(room).columns
            assert not [one for one in columns if re.search("[A-Za-z]", one.short_name)]
            assert name in [one.short_name for one in columns]


def test_every_way_on_keeps_the_text_the_section_and_the_column(room: Room) -> None:
    """And the file holds all sections, in the same columns."""

    def parameters(url: str) -> dict[str, list[str]]:
        return parse_qs(urlsplit(url).query)

    strike_paragraph(access=room.access("co_facilitator", 0.1), paragraph=paragraph(room, 4))
    circulate(room)
    assert parameters(map_address(map_for(room))) == {"text": ["plan"]}
    found = map_for(room, section_number="1", opened_column_key=STATES)
    chosen = {"text": ["plan"], "section": ["1"], "of": [STATES]}
    assert parameters(map_address(found)) == chosen
    assert parameters(map_address(found, page=2)) == chosen | {"page": ["2"]}
    assert parameters(map_address(found, of="")) == {"text": ["plan"], "section": ["1"]}
    assert parameters(map_file_address(found)) == {"text": ["plan"], "of": [STATES]}


def test_the_file_has_every_paragraph_with_its_numbers(room: Room) -> None:
    say(room, 2, CommentKind.RETAIN)
    say(room, 2, CommentKind.DELETE)
    answer = Person(room, "staff").get("map_file")
    assert answer["Content-Disposition"] == 'attachment; filename="map-plan.csv"'
    columns, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert columns[:3] == ["Section", "Paragraph", "African Group"]
    stances = ["Satisfied", "Maintains its position"]
    assert columns[-6:] == [
        *("All", "New since the last meeting"),
        *stances,
        *("Disagreement", "State"),
    ]
    numbers = {row[1]: (row[2], *row[-6:-4], row[-2]) for row in rows}
    assert numbers["1"] == ("0", "2", "0", "yes")
    assert numbers["3"] == ("1", "1", "0", "")
    assert len(rows) == 4


def stances(room: Room, **choice: str) -> dict[str, Stances]:
    found = map_for(room, "staff", 0.5, **choice)
    return {
        line.label: found.stances_by_line_key[line.key]
        for line in found.page
        if line.key in found.stances_by_line_key
    }


def test_each_line_says_with_how_many_answers_delegations_are_satisfied_or_maintain(
    room: Room,
) -> None:
    (label,) = stances(room)
    assert stances(room) == {label: Stances(satisfied_count=0, maintained_count=2)}
    answer = Review.objects.select_related("comment__round", "comment__paragraph__draft").get(
        comment=room.comments["FRA submitted"]
    )
    acknowledge(access=room.access("FRA focal_point", 0.1), review=answer, stance="satisfied")
    assert stances(room) == {label: Stances(satisfied_count=1, maintained_count=1)}
    drawn = map_drawing(map_for(room))
    assert drawn.count('<use href="#map-satisfied"/></svg> Satisfied: 1</span>') == 2  # and in all
    assert drawn.count('<use href="#map-maintains"/></svg> Maintains its position: 1</span>') == 2
    person = Person(room, "staff")
    assert "Answered inputs whose delegation is satisfied" in page(person.get("text_map"))
    answered = person.get("map_file")
    columns, *rows = csv.reader(StringIO(answered.content.decode("utf-8-sig")))
    place = columns.index("Satisfied")
    counts = {row[1]: (row[place], row[place + 1]) for row in rows}
    assert counts[label] == ("1", "1")
    assert set(counts.values()) == {("1", "1"), ("0", "0")}


def test_what_is_said_of_an_answer_counts_while_the_answer_and_the_input_stand(room: Room) -> None:
    (label,) = stances(room)
    for name, left in (("FRA submitted", 1), ("CPV submitted", 0)):
        comment = loaded().get(pk=room.comments[name])
        review(
            access=room.access("staff", 0.1),
            comment=comment,
            disposition="reflected",
            observation="",
        )
        # The new answer is not published yet.
        assert stances(room)[label].maintained_count == left + 1
        publish_reviews(
            access=room.access("co_facilitator", 0.2),
            reviews=Review.objects.filter(comment=comment),
        )
        assert stances(room) == ({label: Stances(0, left)} if left else {})


def test_what_is_said_of_the_answer_to_an_input_goes_with_the_input(room: Room) -> None:
    (label,) = stances(room)
    withdraw_comment(
        access=room.access("FRA focal_point", 0.1),
        comment=loaded().get(pk=room.comments["FRA submitted"]),
        reason="No.",
    )
    assert stances(room) == {label: Stances(satisfied_count=0, maintained_count=1)}


def test_a_column_by_delegation_says_what_its_own_delegations_say(room: Room) -> None:
    Delegation.objects.filter(code="CPV").update(regional_group=GROUP)
    (label,) = stances(room)
    assert stances(room, opened_column_key=GROUP) == {
        label: Stances(satisfied_count=0, maintained_count=1)
    }


def test_the_map_speaks_the_language_of_its_reader(room: Room) -> None:
    with override("ar"):
        drawn: Any = map_drawing(map_for(room))
    assert re.search(r'aria-label="[^"a-zA-Z]+3[^"a-zA-Z]+: ', drawn.replace("African Group", "ا"))


def test_before_a_text_is_circulated_the_page_says_so(room: Room) -> None:
    elsewhere = Person(room, "elsewhere co_facilitator")
    answer = elsewhere.client.get(reverse("text_map", args=["another-process"]))
    assert answer.status_code == 200
