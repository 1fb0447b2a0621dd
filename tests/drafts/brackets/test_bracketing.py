"""Brackets as rows: added, lifted, narrowed and split; in step with the edited text."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from consultations.models import Seat
from consultations.rules.access import Refused
from consultations.timetable.acts import create_meeting
from drafts.brackets.acts import (
    add_alternative,
    lift_bracket,
    name_askers,
    narrow_bracket,
    put_bracket,
    split_bracket,
)
from drafts.brackets.alternatives import splices_for_another_alternative
from drafts.brackets.pairs import brackets_in
from drafts.desk.acts import (
    StaleVersion,
    add_paragraph,
    merge_paragraphs,
    restore_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.desk.steps import redo_step, undo_step
from drafts.models import Bracket, BracketLift, Draft, LiftKind, Paragraph
from tests.drafts.brackets.bracketed import (
    bracket_around,
    held,
    opens,
    require_agreement,
    reword,
    seats_of,
    stored,
)
from tests.drafts.desk.leading import Leading, rows_of, text_with

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


@pytest.fixture
def draft(leading: Leading) -> Draft:
    return text_with(
        leading.leader,
        "States shall act in time.",
        "[States] report [yearly [and fully]].",
        "They meet.",
    )


@pytest.fixture
def seats(leading: Leading) -> list[Seat]:
    return seats_of(leading, "FRA", "JPN", "GROUP-A")


def put_brackets(leading: Leading, row: Paragraph, words: str, **more: Any) -> Bracket:
    now = stored(row)
    start = now.text.index(words)
    return put_bracket(
        access=leading.leader,
        paragraph=now,
        version=now.version,
        start=start,
        end=start + len(words),
        **more,
    )


def on(leading: Leading, act: Any, bracket: Bracket, **more: Any) -> Bracket:
    version = Paragraph.objects.get(pk=bracket.paragraph_id).version
    changed: Bracket = act(access=leading.leader, bracket=bracket, version=version, **more)
    return changed


def undo(leading: Leading, draft: Draft) -> None:
    undo_step(access=leading.leader, step=draft.steps.filter(undone_at=None).order_by("-number")[0])


def says(row: Paragraph) -> str:
    return Paragraph.objects.get(pk=row.pk).text


def askers(bracket: Bracket) -> list[str]:
    return [one.seat.code for one in bracket.askers.in_force().select_related("seat")]


def test_what_comes_in_with_brackets_has_objects_without_an_asker(draft: Draft) -> None:
    row = rows_of(draft)[1]
    assert held(row) == ["States", "yearly [and fully]", "and fully"]
    assert askers(bracket_around(row, "States")) == []
    require_agreement(draft)


def test_a_bracket_is_put_with_its_askers_and_meeting_undone_and_made_again(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    row = rows_of(draft)[0]
    meeting = create_meeting(
        access=leading.clerk, title="First reading", starts_at=leading.later(1).moment
    )
    bracket = put_brackets(leading, row, "shall", asking_seats=seats[:2], meeting=meeting)
    assert says(row) == "States [shall] act in time."
    assert (askers(bracket), bracket.meeting, bracket.put_at) == (
        ["FRA", "JPN"],
        meeting,
        leading.leader.moment,
    )
    require_agreement(draft)
    undo(leading, draft)
    assert (says(row), held(row)) == ("States shall act in time.", [])
    require_agreement(draft)
    redo_step(access=leading.leader, step=draft.steps.order_by("-number")[0])
    assert bracket_around(row, "shall").pk == bracket.pk
    assert askers(bracket) == ["FRA", "JPN"]
    require_agreement(draft)


def test_what_cuts_through_another_bracket_is_refused(leading: Leading, draft: Draft) -> None:
    row = rows_of(draft)[1]
    with pytest.raises(ValidationError, match="begin in one bracket"):
        put_brackets(leading, row, "report [yearly")
    with pytest.raises(ValidationError, match="Choose the words"):
        put_brackets(leading, row, " ")
    assert put_brackets(leading, row, "report [yearly [and fully]]").is_open
    require_agreement(draft)


def test_signs_without_a_partner_are_neither_used_nor_mended(
    leading: Leading, draft: Draft
) -> None:
    row = rows_of(draft)[0]
    reword(leading, row, "States [shall act in time.")
    with pytest.raises(ValidationError, match="without a partner"):
        put_brackets(leading, row, "[shall act")
    assert says(row) == "States [shall act in time."
    require_agreement(draft)


def test_a_whole_paragraph_can_be_one(leading: Leading, draft: Draft) -> None:
    row = rows_of(draft)[2]
    put_brackets(leading, row, "They meet.")
    assert (says(row), held(row)) == ("[They meet.]", ["They meet."])


def test_nobody_brackets_words_that_changed_meanwhile(leading: Leading, draft: Draft) -> None:
    row = rows_of(draft)[0]
    reword(leading, row, "States may act.")
    with pytest.raises(StaleVersion):
        put_bracket(access=leading.leader, paragraph=row, version=row.version, start=0, end=6)


def test_only_facilitators_put_brackets(leading: Leading, draft: Draft) -> None:
    row = rows_of(draft)[0]
    with pytest.raises(Refused):
        put_bracket(access=leading.clerk, paragraph=row, version=row.version, start=0, end=6)


@pytest.mark.parametrize(
    ("text", "words", "how", "after", "left"),
    [
        ("States [shall] act.", "shall", LiftKind.KEPT, "States shall act.", []),
        ("States act [in time].", "in time", LiftKind.DROPPED, "States act.", []),
        ("[All] States act.", "All", LiftKind.DROPPED, "States act.", []),
        ("a [b [c] d] e", "b [c] d", LiftKind.KEPT, "a b [c] d e", ["c"]),
        ("a [b [c] d] e", "b [c] d", LiftKind.DROPPED, "a e", []),
        ("a [b [c] d] e", "c", LiftKind.DROPPED, "a [b d] e", ["b d"]),
    ],
)
def test_lifting_keeps_its_words_or_drops_them(
    leading: Leading, text: str, words: str, how: str, after: str, left: list[str]
) -> None:
    draft = text_with(leading.leader, text)
    row = rows_of(draft)[0]
    on(leading, lift_bracket, bracket_around(row, words), lift_kind=how)
    assert (says(row), held(row)) == (after, left)
    require_agreement(draft)
    undo(leading, draft)
    assert says(row) == text
    require_agreement(draft)


def test_an_alternative_is_added_and_chosen_and_the_record_says_whose_it_was(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    row = rows_of(draft)[0]
    bracket = put_brackets(leading, row, "shall", asking_seats=seats[:1])
    bracket = on(leading, add_alternative, bracket, words="should", asking_seats=seats[1:2])
    assert says(row) == "States [shall/should] act in time."
    bracket = on(leading, add_alternative, bracket, words="are invited to", asking_seats=seats[2:])
    assert says(row) == "States [shall / should / are invited to] act in time."
    on(leading, lift_bracket, bracket, lift_kind=LiftKind.CHOSEN, alternative_index=2)
    assert says(row) == "States are invited to act in time."
    lift = BracketLift.objects.get(bracket=bracket)
    assert (lift.how, lift.words, lift.held) == (
        "chosen",
        "are invited to",
        "shall / should / are invited to",
    )
    assert [seat.code for seat in lift.whose.all()] == ["GROUP-A"]
    require_agreement(draft)


def test_of_options_side_by_side_one_is_chosen_and_all_are_lifted(
    leading: Leading, seats: list[Seat]
) -> None:
    draft = text_with(leading.leader, "They [Option A: meet [soon].] [Option B: wait.] Then.")
    row = rows_of(draft)[0]
    first = bracket_around(row, "Option A: meet [soon].")
    on(leading, add_alternative, first, words="write.", asking_seats=seats[:1])
    assert says(row).endswith("[Option B: wait.] [Option C: write.] Then.")
    assert askers(bracket_around(row, "Option C: write.")) == ["FRA"]
    on(leading, lift_bracket, first, lift_kind=LiftKind.CHOSEN, alternative_index=0)
    assert (says(row), held(row)) == ("They meet [soon]. Then.", ["soon"])
    assert BracketLift.objects.filter(how="chosen", words="meet [soon].").count() == 3
    require_agreement(draft)


@pytest.mark.parametrize(
    ("options", "next_name"),
    [
        ("[Option Y: a.] [Option Z: b.]", "Option 1: "),
        ("[OPTION N: a.] [OPTION O: b.]", "OPTION P: "),
        ("[Вариант Б: a.] [Вариант В: b.]", "Вариант Г: "),
        ("[الخيار أ: a.] [الخيار ب: b.]", "الخيار ج: "),
        ("[Option 1: a.] [Option 2: b.]", "Option 3: "),
    ],
)
def test_another_option_has_the_next_name_of_its_list(options: str, next_name: str) -> None:
    pairs = brackets_in(options).pairs
    [splice] = splices_for_another_alternative(options, pairs, pairs[-1], "c.")
    assert splice.words == f" [{next_name}c.]"


def test_a_bracket_is_narrowed_and_stays_the_same(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    row = rows_of(draft)[0]
    bracket = put_brackets(leading, row, "shall act in time", asking_seats=seats[:1])
    start = says(row).index("in time")
    on(leading, narrow_bracket, bracket, start=start, end=start + 7)
    assert says(row) == "States shall act [in time]."
    assert bracket_around(row, "in time").pk == bracket.pk
    assert askers(bracket) == ["FRA"]
    require_agreement(draft)
    undo(leading, draft)
    assert bracket_around(row, "shall act in time").pk == bracket.pk
    require_agreement(draft)


def test_a_bracket_is_split_and_both_have_its_askers(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    row = rows_of(draft)[0]
    bracket = put_brackets(leading, row, "shall act in time", asking_seats=seats[:2])
    on(leading, split_bracket, bracket, cut_index=says(row).index("in time"))
    assert says(row) == "States [shall act] [in time]."
    second = bracket_around(row, "in time")
    assert (askers(bracket), askers(second)) == (["FRA", "JPN"], ["FRA", "JPN"])
    assert second.split_from_id == bracket.pk
    require_agreement(draft)
    undo(leading, draft)
    assert held(row) == ["shall act in time"]
    require_agreement(draft)


def test_who_asks_is_named_anew_and_that_is_undone(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    bracket = put_brackets(leading, rows_of(draft)[0], "shall", asking_seats=seats[:2])
    name_askers(access=leading.leader, bracket=bracket, seats=seats[1:])
    assert askers(bracket) == ["GROUP-A", "JPN"]
    undo(leading, draft)
    assert askers(bracket) == ["FRA", "JPN"]


def test_a_delegation_of_another_consultation_asks_for_nothing_here(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    strange = Seat(consultation_id=0)
    with pytest.raises(ValidationError, match="no seat"):
        put_brackets(leading, rows_of(draft)[0], "shall", asking_seats=[strange])


# --- Words typed at the desk ----------------------------------------------------------------------


def test_brackets_move_with_words_that_are_typed(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    row = rows_of(draft)[0]
    bracket = put_brackets(leading, row, "shall", asking_seats=seats[:1])
    reword(leading, row, "All the States of the region [shall] act [soon].")
    assert bracket_around(row, "shall").pk == bracket.pk
    assert askers(bracket_around(row, "soon")) == []
    reword(leading, row, "All States [shall urgently] act [soon].")
    assert bracket_around(row, "shall urgently").pk == bracket.pk
    require_agreement(draft)


def test_a_bracket_narrowed_by_typing_is_the_same_one(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    row = rows_of(draft)[0]
    bracket = put_brackets(leading, row, "shall act in time", asking_seats=seats[:1])
    reword(leading, row, "States shall act [in time].")
    assert bracket_around(row, "in time").pk == bracket.pk
    require_agreement(draft)


def test_a_bracket_that_vanishes_is_lifted_by_that_edit_and_stands_again_when_it_is_undone(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    row = rows_of(draft)[0]
    bracket = put_brackets(leading, row, "shall", asking_seats=seats[:1])
    reword(leading, row, "States will act in time.")
    bracket.refresh_from_db()
    lift = BracketLift.objects.get(bracket=bracket)
    assert (bracket.is_open, lift.how, lift.held) == (False, "edited", "shall")
    require_agreement(draft)
    undo(leading, draft)
    bracket.refresh_from_db()
    assert bracket.is_open
    assert not BracketLift.objects.in_force_in(draft).exists()
    require_agreement(draft)


def test_what_is_done_while_a_meeting_runs_is_counted_there(leading: Leading, draft: Draft) -> None:
    meeting = create_meeting(
        access=leading.clerk, title="First reading", starts_at=leading.later(1).moment
    )
    row = rows_of(draft)[0]
    reword(leading, row, "States [will] act in time.", days=1.1)
    reword(leading, row, "States will act in time.", days=1.1)
    assert BracketLift.objects.get().meeting_id == meeting.pk
    assert Bracket.objects.get(lifts__how="edited").meeting_id == meeting.pk


def test_split_merge_strike_and_restore_take_brackets_along(
    leading: Leading, draft: Draft, seats: list[Seat]
) -> None:
    first, _second, third = rows_of(draft)
    bracket = put_brackets(leading, first, "in time", asking_seats=seats[:1])
    pieces = split_paragraph(
        access=leading.leader, paragraph=stored(first), texts=["States shall act", "[in time]."]
    )
    assert bracket_around(pieces[1], "in time").pk == bracket.pk
    require_agreement(draft)
    merge_paragraphs(
        access=leading.leader,
        paragraphs=[stored(third), stored(pieces[1])],
        text="They meet. [in time].",
    )
    assert bracket_around(third, "in time").pk == bracket.pk
    require_agreement(draft)
    strike_paragraph(access=leading.leader, paragraph=stored(third))
    assert opens(third) == []
    require_agreement(draft)
    restore_paragraph(access=leading.leader, paragraph=stored(third))
    assert bracket_around(third, "in time").pk == bracket.pk
    assert askers(bracket) == ["FRA"]
    require_agreement(draft)
    for _step in range(4):
        undo(leading, draft)
        require_agreement(draft)
    assert bracket_around(first, "in time").pk == bracket.pk


def test_an_added_paragraph_that_is_undone_has_no_open_bracket(
    leading: Leading, draft: Draft
) -> None:
    row = add_paragraph(
        access=leading.leader,
        draft=draft,
        kind="operative",
        text="[New] words.",
        after=rows_of(draft)[0],
    )
    require_agreement(draft)
    undo(leading, draft)
    assert opens(row) == []
    require_agreement(draft)
    redo_step(access=leading.leader, step=draft.steps.order_by("-number")[0])
    assert held(row) == ["New"]
    require_agreement(draft)


def test_a_step_is_not_undone_below_brackets_that_a_later_step_put(
    leading: Leading, draft: Draft
) -> None:
    row = rows_of(draft)[0]
    bracket = put_brackets(leading, row, "shall")
    step = draft.steps.order_by("-number")[0]
    on(leading, lift_bracket, bracket, lift_kind=LiftKind.KEPT)
    put_brackets(leading, row, "shall")
    with pytest.raises(ValidationError, match="later step changed brackets"):
        undo_step(access=leading.leader, step=step)


def test_a_step_of_the_time_before_objects_is_undone_by_its_words(
    leading: Leading, draft: Draft
) -> None:
    row = rows_of(draft)[0]
    reword(leading, row, "[States] shall [act].")
    step = draft.steps.order_by("-number")[0]
    for state in (step.before, step.after):
        del state[str(row.public_id)]["brackets"]
    step.save()
    undo(leading, draft)
    assert opens(row) == []
    require_agreement(draft)
    redo_step(access=leading.leader, step=step)
    assert held(row) == ["States", "act"]
    require_agreement(draft)


# --- What the database refuses --------------------------------------------------------------------


def test_the_database_refuses_objects_that_disagree_with_the_signs(
    leading: Leading, draft: Draft
) -> None:
    row = rows_of(draft)[1]
    first = bracket_around(row, "States")
    for words in (
        f'UPDATE drafts_bracket SET "end" = "end" + 1 WHERE id = {first.pk}',
        f"UPDATE drafts_bracket SET is_open = false WHERE id = {first.pk}",
        f"UPDATE drafts_paragraph SET text = 'no signs' WHERE id = {row.pk}",
        f"UPDATE drafts_paragraph SET text = text || ' [more]' WHERE id = {row.pk}",
        f"UPDATE drafts_paragraph SET struck_at = now() WHERE id = {row.pk}",
        f'INSERT INTO drafts_bracket (public_id, paragraph_id, start, "end", is_open)'
        f' SELECT gen_random_uuid(), paragraph_id, start, "end", true FROM drafts_bracket'
        f" WHERE id = {first.pk}",
    ):
        with pytest.raises(IntegrityError, match="do not agree"):
            _execute(words, "SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_keeps_a_lift(leading: Leading, draft: Draft) -> None:
    on(leading, lift_bracket, bracket_around(rows_of(draft)[1], "States"), lift_kind=LiftKind.KEPT)
    for words in ("UPDATE drafts_bracketlift SET words = ''", "DELETE FROM drafts_bracketlift"):
        with pytest.raises(IntegrityError, match="never changed"):
            _execute(words)


@pytest.mark.parametrize("text", ["[New] words.", "［New］ words."])
def test_the_database_refuses_a_new_paragraph_without_its_objects(draft: Draft, text: str) -> None:
    words = (
        "INSERT INTO drafts_paragraph (public_id, draft_id, place, kind, label, opening, text,"
        " notes, file_id, version) SELECT gen_random_uuid(), draft_id, place, kind, '', '',"
        f" '{text}', '[]', '', 1 FROM drafts_paragraph WHERE id = {rows_of(draft)[0].pk}"
    )
    with pytest.raises(IntegrityError, match="do not agree"):
        _execute(words, "SET CONSTRAINTS ALL IMMEDIATE")


@given(st.text(alphabet="a[]［］", max_size=14))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_database_pairs_signs_as_the_code_does(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT opens, closes FROM drafts_pairs_in(%s) ORDER BY opens", [text])
        assert tuple(cursor.fetchall()) == brackets_in(text).pairs


def _execute(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_plain_words_cost_no_query_of_brackets(leading: Leading, draft: Draft) -> None:
    row = rows_of(draft)[2]
    with connection.execute_wrapper(_refuse_brackets):
        reword(leading, row, "They meet often.")


def _refuse_brackets(execute: Any, sql: str, *rest: Any) -> Any:
    assert "drafts_bracket" not in sql
    return execute(sql, *rest)
