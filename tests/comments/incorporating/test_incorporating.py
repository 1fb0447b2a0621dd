"""Inputs are incorporated in the working text: merged by word, recorded as a step, undone."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from comments.incorporating.acts import ChosenProposal, incorporate_paragraph_act, incorporate_words
from comments.incorporating.proposals import Fit
from comments.incorporating.queries import paragraph_on_desk
from comments.models import Comment, Incorporation
from comments.submitting.acts import withdraw_comment
from consultations.models import Round
from consultations.rules.access import Access, Refused
from drafts.desk.acts import (
    StaleVersion,
    add_paragraph,
    edit_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.desk.steps import undo_step
from drafts.models import (
    Bracket,
    BracketAsker,
    DeskStep,
    Paragraph,
    Revision,
    StepKind,
    WordingTranslation,
)
from drafts.words.differences import redline
from tests.comments.table.table_room import DAY, HOUR, KEPT, START, TableRoom

WORDS = "States shall strengthen national efforts, protect all victims and report every year."
THEN = START + DAY
NOW = START + 3 * DAY

pytestmark = pytest.mark.django_db


@dataclass
class IncorporationDesk:
    """A text in its first draft, and who takes words into it."""

    room: TableRoom
    paragraph: Paragraph
    revision: Revision

    @property
    def access(self) -> Access:
        return self.room.access("facilitator", NOW)

    def now(self, paragraph: Paragraph | None = None) -> Paragraph:
        key = (paragraph or self.paragraph).pk
        return Paragraph.objects.select_related("draft", "parent").get(pk=key)

    def submit(self, code: str, proposed: str, **more: Any) -> Comment:
        """An input that asks for these words in place of those of the paragraph."""
        words = {"kind": "replace", "proposed": proposed} | more
        return self.room.submit(code, self.revision, self.paragraph, THEN + HOUR, **words)

    def take(self, *takes: ChosenProposal | Comment) -> list[Incorporation]:
        row = self.now()
        return incorporate_words(
            access=self.access,
            paragraph=row,
            chosen_proposals=[
                take if isinstance(take, ChosenProposal) else ChosenProposal(take) for take in takes
            ],
            version=row.version,
        )

    def edit(self, text: str) -> None:
        row = self.now()
        edit_paragraph(
            access=self.access,
            paragraph=row,
            version=row.version,
            text=text,
            kind=row.kind,
            label=row.label,
        )


@pytest.fixture
def desk() -> IncorporationDesk:
    room = KEPT.laid_out()
    paragraph = add_paragraph(
        access=room.access("facilitator", START),
        draft=room.draft,
        kind="operative",
        text=WORDS,
        after=room.paragraphs[-1],
    )
    return IncorporationDesk(room, paragraph, room.circulate("First draft", THEN))


def steps(desk: IncorporationDesk) -> list[DeskStep]:
    return list(desk.room.draft.steps.filter(kind=StepKind.INCORPORATE).order_by("number"))


# --- A change of wording --------------------------------------------------------------------------


def test_a_proposed_wording_is_taken_as_one_step_that_says_whose_it_was(
    desk: IncorporationDesk,
) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should"))
    [incorporation] = desk.take(comment)
    [step] = steps(desk)

    assert desk.now().text == WORDS.replace("shall", "should")
    assert (incorporation.comment, incorporation.step) == (comment, step)
    assert incorporation.paragraph == desk.paragraph
    assert incorporation.is_whole
    assert incorporation.redline == [
        ["=", "States "],
        ["-", "shall "],
        ["+", "should "],
        ["=", WORDS.removeprefix("States shall ")],
    ]


def test_opening_words_that_a_proposal_replaces_are_found_in_the_new_words(
    desk: IncorporationDesk,
) -> None:
    desk.paragraph = desk.room.paragraphs[2]
    assert (desk.now().text, desk.now().opening) == ("Decides to strengthen efforts;", "Decides")
    desk.take(desk.submit("PRT", "Calls upon all States to strengthen efforts;"))

    assert desk.now().text == "Calls upon all States to strengthen efforts;"
    assert desk.now().opening == "Calls upon"


def test_some_hunks_of_a_proposal_are_taken_and_the_record_says_in_part(
    desk: IncorporationDesk,
) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should").replace("every year", "yearly"))
    [incorporation] = desk.take(ChosenProposal(comment, frozenset({1})))

    assert desk.now().text == WORDS.replace("every year", "yearly")
    assert not incorporation.is_whole


def test_what_was_left_of_a_proposal_is_taken_later(desk: IncorporationDesk) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should").replace("every year", "yearly"))
    desk.take(ChosenProposal(comment, frozenset({1})))
    desk.take(comment)

    assert desk.now().text == comment.proposed
    incorporations = Incorporation.objects.order_by("pk")
    assert [incorporation.is_whole for incorporation in incorporations] == [False, True]
    assert len(steps(desk)) == 2


def test_several_proposals_become_one_step_with_a_record_each(desk: IncorporationDesk) -> None:
    one = desk.submit("PRT", WORDS.replace("shall", "should"))
    other = desk.submit("NOR", WORDS.replace("every year", "yearly"))
    same = desk.submit("HRV", WORDS.replace("every year", "yearly"))
    incorporations = desk.take(one, other, same)

    assert desk.now().text == WORDS.replace("shall", "should").replace("every year", "yearly")
    assert len(steps(desk)) == 1
    # Croatia asks for the same as Norway: nothing is left to take of it.
    assert [incorporation.comment for incorporation in incorporations] == [one, other]
    assert [piece for piece in incorporations[1].redline or () if piece[0] != "="] == [
        ["-", "every year"],
        ["+", "yearly"],
    ]


def test_what_the_desk_changed_since_stays(desk: IncorporationDesk) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should"))
    desk.edit(WORDS.replace("all victims", "every victim"))
    desk.take(comment)

    assert desk.now().text == "States should" + WORDS.replace(
        "all victims", "every victim"
    ).removeprefix("States shall")


def test_a_conflict_is_not_written_before_somebody_chooses(desk: IncorporationDesk) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should"))
    desk.edit(WORDS.replace("shall", "must"))
    with pytest.raises(ValidationError, match="choose which words to keep"):
        desk.take(comment)
    assert desk.now().text == WORDS.replace("shall", "must")
    assert Incorporation.objects.count() == 0


def test_a_conflict_between_two_inputs_is_one_too(desk: IncorporationDesk) -> None:
    one = desk.submit("PRT", WORDS.replace("shall", "should"))
    other = desk.submit("NOR", WORDS.replace("shall", "may"))
    with pytest.raises(ValidationError, match="choose which words to keep"):
        desk.take(one, other)
    assert desk.now().text == WORDS


def test_nothing_is_taken_that_stands_in_the_text_already(desk: IncorporationDesk) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should"))
    desk.edit(WORDS.replace("shall", "should"))
    with pytest.raises(ValidationError, match="already"):
        desk.take(comment)
    assert steps(desk) == []


def test_who_saw_an_older_paragraph_takes_nothing(desk: IncorporationDesk) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should"))
    seen = desk.now()
    desk.edit(WORDS.replace("all victims", "every victim"))
    with pytest.raises(StaleVersion):
        incorporate_words(
            access=desk.access,
            paragraph=seen,
            chosen_proposals=[ChosenProposal(comment)],
            version=seen.version,
        )
    assert Incorporation.objects.count() == 0


def test_who_saw_an_older_paragraph_decides_no_conflict_with_words_they_never_saw(
    desk: IncorporationDesk,
) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should"))
    seen = desk.now()
    desk.edit(WORDS.replace("shall", "must"))
    with pytest.raises(StaleVersion) as refused:
        incorporate_words(
            access=desk.access,
            paragraph=seen,
            chosen_proposals=[ChosenProposal(comment)],
            version=seen.version,
        )
    assert refused.value.stored_row.text == WORDS.replace("shall", "must")


def test_only_changes_of_wording_are_taken_as_words_and_at_least_one(
    desk: IncorporationDesk,
) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should"))
    struck = desk.submit("NOR", "", kind="delete")
    for takes in ([], [struck], [comment, struck]):
        with pytest.raises(ValidationError, match="at least one change"):
            desk.take(*takes)
    assert desk.now().text == WORDS


def test_words_that_were_withdrawn_are_nobodys_wish(desk: IncorporationDesk) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should"))
    withdraw_comment(access=desk.room.access("PRT", NOW), comment=comment, reason="Met.")
    with pytest.raises(ValidationError, match="withdrawn"):
        desk.take(comment)


@pytest.mark.parametrize("who", ["PRT", "secretariat"])
def test_only_who_edits_the_text_takes_words(desk: IncorporationDesk, who: str) -> None:
    comment = desk.submit("PRT", WORDS.replace("shall", "should"))
    row = desk.now()
    with pytest.raises(Refused):
        incorporate_words(
            access=desk.room.access(who, NOW),
            paragraph=row,
            chosen_proposals=[ChosenProposal(comment)],
            version=row.version,
        )
    assert desk.now().text == WORDS


@pytest.mark.parametrize("who", ["PRT", "secretariat"])
def test_only_who_edits_the_text_does_what_an_input_asks_of_a_paragraph(
    desk: IncorporationDesk, who: str
) -> None:
    asked = desk.submit("NOR", "", kind="question")
    with pytest.raises(Refused):
        incorporate_paragraph_act(
            access=desk.room.access(who, NOW), comment=asked, paragraph=desk.now()
        )


@pytest.mark.parametrize("kind", ["add_after", "delete"])
def test_nothing_is_done_to_a_paragraph_that_was_deleted(
    desk: IncorporationDesk, kind: str
) -> None:
    proposed = "Requests funds;" if kind == "add_after" else ""
    comment, row = desk.submit("PRT", proposed, kind=kind), desk.now()
    strike_paragraph(access=desk.access, paragraph=row)

    with pytest.raises(ValidationError, match="was deleted in the working text"):
        incorporate_paragraph_act(access=desk.access, comment=comment, paragraph=desk.now())
    Paragraph.objects.filter(pk=row.pk).update(struck_at=None, discarded_at=desk.access.moment)
    with pytest.raises(ValidationError, match="was deleted in the working text"):
        incorporate_paragraph_act(access=desk.access, comment=comment, paragraph=desk.now())


def test_a_step_undone_takes_its_incorporations_with_it(desk: IncorporationDesk) -> None:
    desk.take(desk.submit("PRT", WORDS.replace("shall", "should")))
    undo_step(access=desk.access, step=steps(desk)[0])

    assert desk.now().text == WORDS
    assert Incorporation.objects.count() == 1
    assert list(Incorporation.objects.in_force()) == []


# --- A whole paragraph ----------------------------------------------------------------------------


def test_a_paragraph_that_was_proposed_is_added_after_the_one_spoken_on(
    desk: IncorporationDesk,
) -> None:
    comment = desk.submit("PRT", "Requests funds;", kind="add_after")
    incorporation = incorporate_paragraph_act(
        access=desk.access, comment=comment, paragraph=desk.now()
    )
    added = incorporation.paragraph

    assert (added.text, added.kind, added.label) == ("Requests funds;", "operative", "OP4 bis")
    assert added.place > desk.now().place
    assert (incorporation.redline, incorporation.is_whole) == ([["+", "Requests funds;"]], True)
    assert [step.kind for step in steps(desk)] == ["take"]


def test_a_paragraph_is_struck_or_moved_as_an_input_asks(desk: IncorporationDesk) -> None:
    strike = desk.submit("PRT", "", kind="delete")
    move = desk.submit("NOR", "", kind="move", move_after=desk.room.paragraphs[2])
    moved = incorporate_paragraph_act(access=desk.access, comment=move, paragraph=desk.now())
    order = list(desk.room.draft.paragraphs.in_force().order_by("place"))
    gone = incorporate_paragraph_act(access=desk.access, comment=strike, paragraph=desk.now())

    assert order.index(desk.paragraph) == order.index(desk.room.paragraphs[2]) + 1
    assert desk.now().struck_at is not None
    assert (moved.redline, gone.redline) == (None, [["-", WORDS]])
    assert (moved.is_whole, gone.is_whole) == (True, True)
    assert len(steps(desk)) == 2


def test_a_paragraph_is_not_moved_to_where_it_stands(desk: IncorporationDesk) -> None:
    move = desk.submit("NOR", "", kind="move", move_after=desk.room.paragraphs[4])
    with pytest.raises(ValidationError, match="already"):
        incorporate_paragraph_act(access=desk.access, comment=move, paragraph=desk.now())
    assert steps(desk) == []


@pytest.mark.parametrize("gone", ["struck_at", "discarded_at"])
def test_a_paragraph_is_not_moved_behind_one_that_was_deleted(
    desk: IncorporationDesk, gone: str
) -> None:
    target = desk.room.paragraphs[2]
    move = desk.submit("NOR", "", kind="move", move_after=target)
    Paragraph.objects.filter(pk=target.pk).update(**{gone: desk.access.moment})
    with pytest.raises(ValidationError, match="place it after was deleted"):
        incorporate_paragraph_act(access=desk.access, comment=move, paragraph=desk.now())
    assert steps(desk) == []


def test_a_question_holds_nothing_to_take(desk: IncorporationDesk) -> None:
    asked = desk.submit("NOR", "", kind="question")
    with pytest.raises(ValidationError, match="nothing to incorporate"):
        incorporate_paragraph_act(access=desk.access, comment=asked, paragraph=desk.now())


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_added_after_a_title_or_heading_is_of_the_kind_that_follows(
    desk: IncorporationDesk, place: int
) -> None:
    """In a text whose first paragraph is preambular; below the last one it is operative."""
    room, general = desk.room, desk.room.paragraphs[place]
    add_paragraph(
        access=desk.access,
        draft=room.draft,
        kind="preambular",
        text="Recalling;",
        after=desk.now(room.paragraphs[1]),
    )
    comment = room.submit(
        "NOR", desk.revision, general, THEN + HOUR, kind="add_after", proposed="Noting;"
    )
    incorporation = incorporate_paragraph_act(
        access=desk.access, comment=comment, paragraph=desk.now(general)
    )
    assert (incorporation.paragraph.kind, incorporation.paragraph.parent) == ("preambular", None)


def test_what_is_added_after_a_last_heading_is_operative(desk: IncorporationDesk) -> None:
    add_paragraph(
        access=desk.access,
        draft=desk.room.draft,
        kind="preambular",
        text="Recalling;",
        after=desk.now(desk.room.paragraphs[1]),
    )
    heading = add_paragraph(
        access=desk.access,
        draft=desk.room.draft,
        kind="heading",
        text="Follow-up",
        after=desk.now(),
    )
    revision = desk.room.circulate("Second draft", NOW)
    comment = desk.room.submit(
        "NOR", revision, heading, NOW + 2 * HOUR, kind="add_after", proposed="Decides;"
    )
    incorporation = incorporate_paragraph_act(
        access=desk.room.access("facilitator", NOW + 3 * HOUR),
        comment=comment,
        paragraph=desk.now(heading),
    )
    assert incorporation.paragraph.kind == "operative"


# --- How proposals fit ----------------------------------------------------------------------------


def fits(desk: IncorporationDesk, paragraph: Paragraph | None = None) -> dict[str, Fit]:
    here = paragraph_on_desk(desk.access, (paragraph or desk.paragraph).public_id)
    return {proposal.comment.reference: proposal.fit for proposal in here.proposals}


def test_each_proposal_is_classed_against_the_text_that_stands_now(desk: IncorporationDesk) -> None:
    desk.submit("PRT", WORDS.replace("shall", "should"))
    desk.submit("NOR", WORDS.replace("all victims", "every victim"))
    desk.submit("HRV", WORDS.replace("every year", "yearly"))
    desk.submit("CPV", "Requests funds;", kind="add_after")
    desk.submit("CIV", "", kind="delete")
    desk.submit("HOL", "", kind="move", move_after=desk.room.paragraphs[4])
    desk.submit("IOM", "", kind="question")
    desk.edit(WORDS.replace("shall", "must").replace("every year", "yearly"))

    assert fits(desk) == {
        "CPV-1": Fit.CLEAN,
        "CIV-1": Fit.CLEAN,
        "HRV-1": Fit.ALREADY,
        "NOR-1": Fit.CLEAN,
        "PRT-1": Fit.CONFLICT,
        "HOL-1": Fit.ALREADY,
    }


def test_each_hunk_is_classed_by_itself(desk: IncorporationDesk) -> None:
    desk.submit("PRT", WORDS.replace("shall", "should").replace("every year", "yearly"))
    desk.edit(WORDS.replace("shall", "must"))
    here = paragraph_on_desk(desk.access, desk.paragraph.public_id)
    [proposal] = here.proposals

    assert [(hunk.name, hunk.fit) for hunk in proposal.hunks] == [
        ("PRT-1.0", Fit.CONFLICT),
        ("PRT-1.1", Fit.CLEAN),
    ]


def test_words_in_another_language_are_not_compared(desk: IncorporationDesk) -> None:
    desk.submit("CIV", "Les États renforcent leurs efforts.", language="fr")
    here = paragraph_on_desk(desk.access, desk.paragraph.public_id)

    assert [(p.is_foreign, p.hunks) for p in here.proposals] == [(True, ())]


def test_words_in_another_language_are_shown_against_the_translation(
    desk: IncorporationDesk,
) -> None:
    wording = desk.room.wording(desk.revision, desk.paragraph)
    WordingTranslation.objects.create(wording=wording, language="fr", text="Les États agissent.")
    desk.submit("CIV", "Les États agissent ensemble.", language="fr")
    desk.submit("PRT", "Los Estados actúan.", language="es")
    here = paragraph_on_desk(desk.access, desk.paragraph.public_id)

    assert {p.comment.reference: p.redline for p in here.proposals} == {
        "CIV-1": redline("Les États agissent.", "Les États agissent ensemble."),
        "PRT-1": (("+", "Los Estados actúan."),),
    }


def test_words_in_another_language_are_not_set_into_the_text(desk: IncorporationDesk) -> None:
    comment = desk.submit("CIV", "Les États agissent.", language="fr")
    added = desk.submit("CIV", "Les États rendent compte.", kind="add_after", language="fr")
    with pytest.raises(ValidationError, match="CIV-1 is in French"):
        desk.take(comment)
    with pytest.raises(ValidationError, match="CIV-2 is in French"):
        incorporate_paragraph_act(access=desk.access, comment=added, paragraph=desk.now())

    assert steps(desk) == []


def test_what_a_reader_of_a_translation_proposes_is_kept_apart_and_never_clean(
    desk: IncorporationDesk,
) -> None:
    asked = WORDS.replace("shall", "should").replace("every year", "yearly")
    desk.submit("PRT", asked, read_in="fr")
    desk.submit("NOR", asked)
    desk.edit(WORDS.replace("every year", "each spring"))
    here = paragraph_on_desk(desk.access, desk.paragraph.public_id)
    found = {
        p.comment.reference: (p.must_compare_languages, [h.fit for h in p.hunks])
        for p in here.proposals
    }

    assert found == {
        "NOR-1": (False, [Fit.CLEAN, Fit.CONFLICT]),
        "PRT-1": (True, [Fit.COMPARE, Fit.CONFLICT]),
    }


def test_after_a_split_inputs_are_offered_where_their_words_stand(desk: IncorporationDesk) -> None:
    desk.submit("PRT", WORDS.replace("every year", "yearly"))
    desk.submit("NOR", WORDS.replace("shall", "should"))
    first, second = split_paragraph(
        access=desk.access,
        paragraph=desk.now(),
        texts=[
            "States shall strengthen national efforts,",
            "protect all victims and report every year.",
        ],
    )

    assert fits(desk, first) == {"NOR-1": Fit.CLEAN}
    assert fits(desk, second) == {"PRT-1": Fit.CLEAN}
    assert paragraph_on_desk(desk.access, first.public_id).other_pieces == (second,)


def test_what_belongs_in_another_piece_is_no_conflict_of_this_one(desk: IncorporationDesk) -> None:
    asked = WORDS.replace("shall", "should").replace("every year", "yearly")
    comment = desk.submit("NOR", asked)
    first, second = split_paragraph(
        access=desk.access,
        paragraph=desk.now(),
        texts=[
            "States shall strengthen national efforts,",
            "protect all victims and report every year.",
        ],
    )

    def told(row: Paragraph) -> tuple[Fit, list[tuple[Fit, Paragraph | None]]]:
        (proposal,) = paragraph_on_desk(desk.access, row.public_id).proposals
        return proposal.fit, [(hunk.fit, hunk.other_piece) for hunk in proposal.hunks]

    assert told(first) == (Fit.CLEAN, [(Fit.CLEAN, None), (Fit.ELSEWHERE, second)])
    assert told(second) == (Fit.CLEAN, [(Fit.ELSEWHERE, first), (Fit.CLEAN, None)])
    desk.take(ChosenProposal(comment, frozenset({0})))
    assert told(first)[0] == Fit.ALREADY
    assert desk.now().text == "States should strengthen national efforts,"


def test_a_paragraph_taken_out_says_so(desk: IncorporationDesk) -> None:
    desk.submit("PRT", WORDS.replace("shall", "should"))
    strike_paragraph(access=desk.access, paragraph=desk.now())
    here = paragraph_on_desk(desk.access, desk.paragraph.public_id)

    assert not here.is_in_text
    assert fits(desk) == {"PRT-1": Fit.CONFLICT}


# --- Brackets that come with the words ------------------------------------------------------------


def askers_of_new(desk: IncorporationDesk) -> dict[str, list[str]]:
    """What the open brackets of the paragraph hold, and who asks for each."""
    row = desk.now()
    opens = Bracket.objects.filter(paragraph=row, is_open=True).order_by("start")
    return {
        row.text[one.start + 1 : one.end]: [
            asker.seat.code for asker in one.askers.in_force().select_related("seat")
        ]
        for one in opens
    }


BRACKETED = WORDS.replace("every year", "[every year]")


def test_brackets_of_an_input_name_its_delegation_as_asker(desk: IncorporationDesk) -> None:
    comment = desk.submit("PRT", BRACKETED)
    other = desk.submit("NOR", WORDS.replace("all victims", "[all] victims"))
    desk.take(comment, other)
    assert askers_of_new(desk) == {"all": ["NOR"], "every year": ["PRT"]}
    undo_step(access=desk.access, step=steps(desk)[-1])
    assert askers_of_new(desk) == {}


def test_brackets_of_an_added_paragraph_name_it_too(desk: IncorporationDesk) -> None:
    comment = desk.submit("PRT", "Requests [yearly] reports;", kind="add_after")
    incorporate_paragraph_act(access=desk.access, comment=comment, paragraph=desk.now())
    [asker] = BracketAsker.objects.select_related("seat")
    assert asker.seat.code == "PRT"


@pytest.mark.parametrize("consent", ["unattributed", "facilitators"])
def test_nobody_is_named_where_the_input_is_not_for_all_under_its_name(
    desk: IncorporationDesk, consent: str
) -> None:
    Round.objects.update(consents=[consent])
    desk.take(desk.submit("PRT", BRACKETED, consent=consent))
    assert askers_of_new(desk) == {"every year": []}


def test_nobody_is_named_while_the_round_shows_inputs_to_facilitators_alone(db: None) -> None:
    room = KEPT.laid_out()
    paragraph = add_paragraph(
        access=room.access("facilitator", START),
        draft=room.draft,
        kind="operative",
        text=WORDS,
        after=room.paragraphs[-1],
    )
    desk = IncorporationDesk(room, paragraph, room.circulate("First draft", THEN, "facilitators"))
    desk.take(desk.submit("PRT", BRACKETED))
    assert askers_of_new(desk) == {"every year": []}
