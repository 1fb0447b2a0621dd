"""The acts that edit a text; the database refuses changes of circulated revisions."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from consultations.founding.acts import create_consultation
from consultations.models import LatePolicy, Round, Visibility
from consultations.rules.access import Refused
from consultations.timetable.acts import create_round
from drafts.circulating.acts import adopt, circulate_revision
from drafts.desk.acts import (
    StaleVersion,
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    restore_paragraph,
    split_paragraph,
    start_draft,
    strike_paragraph,
)
from drafts.desk.steps import undo_step
from drafts.models import Descent, DeskStep, Draft, Numbering, Paragraph, Revision, Wording
from tests.drafts.desk.leading import Leading, build_leading, desk_words, frozen, rows_of, text_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def leading() -> Leading:
    return build_leading()


def test_a_new_paragraph_stands_after_its_neighbour_and_after_all_below_it(
    leading: Leading,
) -> None:
    draft = text_with(leading.staff, "one", "two")
    one, _two = rows_of(draft)
    add_paragraph(
        access=leading.staff, draft=draft, kind="operative", text="(a)", after=one, parent=one
    )
    add_paragraph(access=leading.staff, draft=draft, kind="operative", text="1 bis", after=one)
    add_paragraph(access=leading.staff, draft=draft, kind="title", text="The plan", after=None)
    assert desk_words(draft) == ["The plan", "one", "(a)", "1 bis", "two"]


def test_a_hundred_paragraphs_find_room_in_the_same_gap(leading: Leading) -> None:
    draft = text_with(leading.staff, "first", "last")
    first = rows_of(draft)[0]
    for number in range(100):
        add_paragraph(
            access=leading.staff, draft=draft, kind="operative", text=f"{number}", after=first
        )
    assert desk_words(draft) == ["first", *(str(n) for n in reversed(range(100))), "last"]


def test_after_the_first_circulation_an_addition_is_bis_and_nothing_is_renumbered(
    leading: Leading,
) -> None:
    draft = text_with(leading.leader, "one", "two")
    first = circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    for text in ("between", "between again"):
        add_paragraph(
            access=leading.staff,
            draft=draft,
            kind="operative",
            text=text,
            after=rows_of(draft)[0],
        )
    later = circulate_revision(access=leading.leader, draft=draft, stage="Rev.1")
    assert [wording.label for wording in frozen(first)] == ["1", "2"]
    assert [(w.label, w.text) for w in frozen(later)] == [
        ("1", "one"),
        ("1 ter", "between again"),
        ("1 bis", "between"),
        ("2", "two"),
    ]


def test_a_heading_added_after_the_first_circulation_has_no_number_of_a_paragraph(
    leading: Leading,
) -> None:
    draft = text_with(leading.leader, "one", "two")
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    first = rows_of(draft)[0]
    add_paragraph(access=leading.staff, draft=draft, kind="heading", text="Prevention", after=first)
    later = circulate_revision(access=leading.leader, draft=draft, stage="Rev.1")
    assert [(w.label, w.text) for w in frozen(later)] == [
        ("1", "one"),
        ("", "Prevention"),
        ("2", "two"),
    ]


def test_nothing_moves_below_a_heading_and_no_heading_below_a_paragraph(
    leading: Leading,
) -> None:
    draft = text_with(leading.leader, "one", "two")
    first, second = rows_of(draft)
    heading = add_paragraph(
        access=leading.staff, draft=draft, kind="heading", text="Prevention", after=first
    )
    for paragraph, parent in ((second, heading), (heading, second)):
        with pytest.raises(ValidationError, match="A title or heading stands below no paragraph"):
            move_paragraph(access=leading.staff, paragraph=paragraph, after=parent, parent=parent)
    move_paragraph(access=leading.staff, paragraph=second, after=first, parent=first)
    assert desk_words(draft) == ["one", "two", "Prevention"]


def test_a_second_save_on_the_same_version_is_refused_with_what_stands(leading: Leading) -> None:
    draft = text_with(leading.staff, "one")
    row = rows_of(draft)[0]
    words = {"kind": "operative", "label": ""}
    edit_paragraph(access=leading.staff, paragraph=row, version=1, text="theirs", **words)
    with pytest.raises(StaleVersion) as refused:
        edit_paragraph(access=leading.leader, paragraph=row, version=1, text="mine", **words)
    assert refused.value.stored_row.text == "theirs"
    assert desk_words(draft) == ["theirs"]


def test_the_history_names_who_wrote_and_in_which_capacity(leading: Leading) -> None:
    draft = text_with(leading.leader, "one")
    row = rows_of(draft)[0]
    edit_paragraph(
        access=leading.staff, paragraph=row, version=1, text="uno", kind="operative", label=""
    )
    records = row.history.select_related("history_user").order_by("history_id")
    assert [(r.text, r.history_user.email, r.history_change_reason) for r in records] == [
        ("one", "co_facilitator@example.org", "co-facilitator, Demo talks"),
        ("uno", "staff@example.org", "staff, Demo talks"),
    ]


def test_words_are_kept_to_the_character(leading: Leading) -> None:
    words = " [the  “Plan”]\u00a0«–»\u200f مرحبا\n\ttabs "
    draft = text_with(leading.staff, words)
    revision = circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    assert [wording.text for wording in frozen(revision)] == [words]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  ", "A paragraph needs words."),
        ("x" * 10_001, "The paragraph has 10001 characters. The limit is 10000."),
        ("null\x00byte", "U+0000"),
    ],
)
def test_words_that_no_paper_can_hold_are_refused(
    leading: Leading, text: str, sentence: str
) -> None:
    draft = text_with(leading.staff, "one")
    with pytest.raises(ValidationError) as refused:
        add_paragraph(access=leading.staff, draft=draft, kind="operative", text=text, after=None)
    assert sentence in " ".join(refused.value.messages)


def test_a_paragraph_moves_with_all_below_it_and_keeps_its_label(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two", "three")
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    one, _two, three = rows_of(draft)
    add_paragraph(
        access=leading.staff, draft=draft, kind="operative", text="(a)", after=one, parent=one
    )
    move_paragraph(access=leading.staff, paragraph=one, after=three)
    assert desk_words(draft) == ["two", "three", "one", "(a)"]
    assert [row.label for row in rows_of(draft)][:3] == ["2", "3", "1"]


def test_a_paragraph_cannot_be_moved_below_itself(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two")
    one, _two = rows_of(draft)
    below = add_paragraph(
        access=leading.staff, draft=draft, kind="operative", text="(a)", after=one, parent=one
    )
    with pytest.raises(ValidationError, match="below itself"):
        move_paragraph(access=leading.staff, paragraph=one, after=below, parent=below)


def test_striking_takes_all_below_along_and_restoring_brings_a_paragraph_back(
    leading: Leading,
) -> None:
    draft = text_with(leading.staff, "one", "two")
    one, _two = rows_of(draft)
    below = add_paragraph(
        access=leading.staff, draft=draft, kind="operative", text="(a)", after=one, parent=one
    )
    strike_paragraph(access=leading.staff, paragraph=one)
    assert desk_words(draft) == ["two"]
    with pytest.raises(ValidationError, match="Restore that one first"):
        restore_paragraph(access=leading.staff, paragraph=below)
    restore_paragraph(access=leading.staff, paragraph=one)
    restore_paragraph(access=leading.staff, paragraph=below)
    assert desk_words(draft) == ["one", "(a)", "two"]


def test_a_split_keeps_the_identity_in_its_first_piece_and_says_the_rest(
    leading: Leading,
) -> None:
    draft = text_with(leading.staff, "one and two", "three")
    whole = rows_of(draft)[0]
    split_paragraph(access=leading.staff, paragraph=whole, texts=["one", "two"])
    first, second, _third = rows_of(draft)
    assert (first.pk, desk_words(draft)) == (whole.pk, ["one", "two", "three"])
    descent = Descent.objects.get()
    assert (descent.paragraph_id, descent.follows_id, descent.how) == (second.pk, first.pk, "split")


def test_a_merge_keeps_the_identity_of_the_first_and_strikes_the_others(
    leading: Leading,
) -> None:
    draft = text_with(leading.staff, "one", "two", "three")
    one, two, _three = rows_of(draft)
    merge_paragraphs(access=leading.staff, paragraphs=[one, two], text="one and two")
    assert desk_words(draft) == ["one and two", "three"]
    descent = Descent.objects.get()
    assert (descent.paragraph_id, descent.follows_id, descent.how) == (one.pk, two.pk, "merge")


def test_a_merge_keeps_the_footnotes_of_all_in_the_order_of_the_text(leading: Leading) -> None:
    access = leading.staff
    draft = start_draft(access=access, slug="plan", title="The plan")
    after = None
    for text, notes in (("one", ["A."]), ("two", []), ("three", ["B.", "C."])):
        after = add_paragraph(
            access=access, draft=draft, kind="operative", text=text, notes=notes, after=after
        )
    merge_paragraphs(access=access, paragraphs=rows_of(draft), text="one to three")
    [one] = rows_of(draft)
    assert one.notes == ["A.", "B.", "C."]
    undo_step(access=access, step=DeskStep.objects.select_related("draft").latest("pk"))
    assert [row.notes for row in rows_of(draft)] == [["A."], [], ["B.", "C."]]


def test_a_merge_is_refused_where_somebody_saved_one_of_them_since(leading: Leading) -> None:
    draft = text_with(leading.staff, "one", "two")
    one, two = rows_of(draft)
    edit_paragraph(
        access=leading.staff, paragraph=two, version=1, text="two, theirs", kind=two.kind, label=""
    )
    with pytest.raises(StaleVersion) as refused:
        merge_paragraphs(
            access=leading.leader, paragraphs=[one, two], text="one and two", versions=[1, 1]
        )
    assert refused.value.stored_row.text == "two, theirs"
    assert desk_words(draft) == ["one", "two, theirs"]
    merge_paragraphs(
        access=leading.leader, paragraphs=[one, two], text="one and two", versions=[1, 2]
    )
    assert desk_words(draft) == ["one and two"]


def test_what_is_restored_before_anybody_was_told_was_not_merged(leading: Leading) -> None:
    draft = text_with(leading.leader, "one", "two", "three")
    one, two, three = rows_of(draft)
    merge_paragraphs(access=leading.leader, paragraphs=[one, three], text="one and three")
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    merge_paragraphs(access=leading.leader, paragraphs=[one, two], text="one to three")
    for gone in (two, three):
        restore_paragraph(access=leading.leader, paragraph=gone)
    # That of the circulated text stays: everybody was told of it.
    assert list(Descent.objects.values_list("follows", flat=True)) == [three.pk]


@pytest.mark.parametrize("who", ["clerk", "staff"])
def test_only_a_co_facilitator_circulates(leading: Leading, who: str) -> None:
    draft = text_with(leading.leader, "one")
    with pytest.raises(Refused):
        circulate_revision(access=getattr(leading, who), draft=draft, stage="First draft")
    assert not Revision.objects.exists()


def test_the_secretariat_does_not_edit(leading: Leading) -> None:
    with pytest.raises(Refused):
        start_draft(access=leading.clerk, slug="plan", title="The plan")
    assert not Draft.objects.exists()


def test_an_empty_text_and_an_unchanged_text_are_not_circulated(leading: Leading) -> None:
    draft = start_draft(access=leading.leader, slug="plan", title="The plan")
    with pytest.raises(ValidationError, match="The text is empty"):
        circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    add_paragraph(access=leading.leader, draft=draft, kind="title", text="The plan", after=None)
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    with pytest.raises(ValidationError, match="Nothing has changed since First draft"):
        circulate_revision(access=leading.leader, draft=draft, stage="Rev.1")
    assert Revision.objects.count() == 1


def test_a_revision_joins_a_round_only_before_it_opens(leading: Leading) -> None:
    draft = text_with(leading.leader, "one")
    moment = leading.leader.moment
    asked = create_round(
        access=leading.leader,
        name="Comments",
        opens_at=moment + timedelta(days=1),
        deadline=moment + timedelta(days=8),
        visibility=Visibility.AT_CLOSE,
        late_policy=LatePolicy.MARK,
    )
    with pytest.raises(ValidationError, match="That round has opened"):
        circulate_revision(access=leading.later(2), draft=draft, stage="First draft", round=asked)
    sent = circulate_revision(access=leading.leader, draft=draft, stage="First draft", round=asked)
    assert Revision.objects.get(pk=sent.pk).round_id == asked.pk


def test_a_corrigendum_joins_the_open_round_of_its_own_text_and_no_other(leading: Leading) -> None:
    moment = leading.leader.moment
    rounds = []
    for days, slug in enumerate(("plan", "resolution"), 1):
        rounds.append(
            create_round(
                access=leading.leader,
                name=f"On the {slug}",
                opens_at=moment + timedelta(days=days),
                deadline=moment + timedelta(days=8),
                visibility=Visibility.AT_CLOSE,
                late_policy=LatePolicy.MARK,
            )
        )
        text = text_with(leading.leader, "one", slug=slug)
        circulate_revision(access=leading.leader, draft=text, stage="First draft", round=rounds[-1])
    plan = Draft.objects.select_related("consultation").get(slug="plan")
    [one] = rows_of(plan)
    edit_paragraph(
        access=leading.staff,
        paragraph=one,
        version=one.version,
        text="one, mended",
        kind=one.kind,
        label=one.label,
    )

    def correct(joined: Round) -> Revision:
        return circulate_revision(
            access=leading.later(3), draft=plan, stage="Corr.1", nature="corrigendum", round=joined
        )

    with pytest.raises(ValidationError, match="That round has opened"):
        correct(rounds[1])
    other = create_consultation(
        user=leading.clerk.user, slug="other-talks", title="Other talks", moment=moment
    )
    theirs = Round.objects.create(
        consultation=other,
        name="Theirs",
        opens_at=moment + timedelta(days=5),
        deadline=moment + timedelta(days=8),
    )
    with pytest.raises(Refused, match="another consultation"):
        correct(theirs)
    assert correct(rounds[0]).round_id == rounds[0].pk


def test_the_next_revision_shows_every_change_against_the_one_before(leading: Leading) -> None:
    draft = text_with(leading.leader, "States should act.", "Kept.", "Struck.")
    first = circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    one, _kept, gone = rows_of(draft)
    edit_paragraph(
        access=leading.staff,
        paragraph=one,
        version=one.version,
        text="States must act.",
        kind="operative",
        label="1",
    )
    strike_paragraph(access=leading.staff, paragraph=gone)
    later = circulate_revision(access=leading.leader, draft=draft, stage="Rev.1")
    reworded, kept = frozen(later)
    before, kept_before, _gone = frozen(first)
    assert reworded.redline == [["=", "States "], ["-", "should "], ["+", "must "], ["=", "act."]]
    assert (reworded.previous_id, kept.previous_id) == (before.pk, kept_before.pk)
    assert kept.redline is None


def test_an_adopted_text_no_longer_changes(leading: Leading) -> None:
    draft = text_with(leading.leader, "one")
    circulate_revision(access=leading.leader, draft=draft, stage="Final draft")
    adopt(access=leading.leader, draft=draft)
    with pytest.raises(ValidationError, match="adopted"):
        add_paragraph(access=leading.staff, draft=draft, kind="operative", text="late", after=None)


def test_the_checksum_is_that_of_the_documented_form(leading: Leading) -> None:
    draft = text_with(leading.leader, "« one »", "two")
    sent = circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    rows = Wording.objects.filter(revision=sent).select_related("paragraph", "parent")
    form = {
        "consultation": str(leading.leader.consultation.public_id),
        "draft": str(draft.public_id),
        "revision": 1,
        "stage": "First draft",
        "wordings": [
            {
                "paragraph": str(row.paragraph.public_id),
                "parent": None,
                "kind": "operative",
                "label": str(number),
                "opening": "",
                "text": text,
                "notes": [],
            }
            for number, (row, text) in enumerate(
                zip(rows.order_by("place"), ["« one »", "two"], strict=True), 1
            )
        ],
    }
    canonical = json.dumps(form, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    stored = Revision.objects.get(pk=sent.pk)
    assert stored.checksum == hashlib.sha256(canonical.encode()).hexdigest()


def test_circulating_costs_the_same_queries_for_3_paragraphs_and_300(leading: Leading) -> None:
    counts = []
    for size in (3, 300):
        draft = text_with(leading.leader, *(f"Paragraph {n}" for n in range(size)), slug=f"t{size}")
        for stage in ("First draft", "Rev.1"):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                circulate_revision(access=leading.leader, draft=draft, stage=stage)
            counts.append(len(seen))
            row = rows_of(draft)[0]
            edit_paragraph(
                access=leading.leader,
                paragraph=row,
                version=row.version,
                text=f"{stage} reworded",
                kind="operative",
                label="1",
            )
    assert counts[:2] == counts[2:]


# --- Circulated rows are kept by the database itself, raw SQL included ---------------------------


@pytest.fixture
def circulate(leading: Leading) -> Revision:
    draft = text_with(leading.leader, "one", "two")
    sent = circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    # What the transaction deferred is checked now, as at a commit.
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    return sent


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


RAW = [
    "UPDATE drafts_wording SET text = 'other' WHERE revision_id = {revision}",
    "UPDATE drafts_wording SET label = '9' WHERE revision_id = {revision}",
    "DELETE FROM drafts_wording WHERE revision_id = {revision}",
    "UPDATE drafts_revision SET stage = 'Final' WHERE id = {revision}",
    "UPDATE drafts_revision SET checksum = repeat('0', 64) WHERE id = {revision}",
    "UPDATE drafts_revision SET checksum = '' WHERE id = {revision}",
    "DELETE FROM drafts_revision WHERE id = {revision}",
    "INSERT INTO drafts_wording (public_id, revision_id, paragraph_id, place, level, kind, label,"
    " opening, text, notes, text_hash) SELECT gen_random_uuid(), {revision}, {stranger}, 99, 0,"
    " 'operative', '3', '', 'late', '[]', repeat('0', 64)",
]


@pytest.mark.parametrize("statement", RAW)
def test_the_database_refuses_to_touch_a_circulated_revision(
    circulate: Revision, leading: Leading, statement: str
) -> None:
    late = add_paragraph(
        access=leading.staff,
        draft=circulate.draft,
        kind="operative",
        text="late",
        after=None,
    )
    before = list(Wording.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match="circulat"), transaction.atomic():
        _run(statement.format(revision=circulate.pk, stranger=late.pk))
    assert list(Wording.objects.order_by("pk").values()) == before
    assert Revision.objects.get(pk=circulate.pk).checksum == circulate.checksum


def test_the_orm_is_refused_as_well(circulate: Revision) -> None:
    wording = Wording.objects.filter(revision=circulate)[0]
    wording.text = "other"
    for attempt in (
        lambda: wording.save(),
        lambda: Wording.objects.filter(pk=wording.pk).update(text="other"),
        lambda: Wording.objects.filter(pk=wording.pk)._raw_delete("default"),
        lambda: Revision.objects.filter(pk=circulate.pk).update(note="other"),
    ):
        with pytest.raises(DatabaseError, match="circulat"), transaction.atomic():
            attempt()


def test_a_revision_must_be_sealed_before_its_transaction_ends(
    leading: Leading,
) -> None:
    draft = text_with(leading.leader, "one")
    Revision.objects.create(
        draft=draft,
        number=1,
        stage="First draft",
        circulated_at=leading.leader.moment,
        circulated_by=leading.leader.user,
        capacity="nobody",
    )
    with pytest.raises(DatabaseError, match="sealed by its checksum"), transaction.atomic():
        _run("SET CONSTRAINTS ALL IMMEDIATE")
    Revision.objects.update(checksum="0" * 64)
    _run("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_is_circulated_outlives_its_paragraphs_edits(circulate: Revision) -> None:
    row = rows_of(circulate.draft)[0]
    Paragraph.objects.filter(pk=row.pk).update(text="something else")
    assert [wording.text for wording in frozen(circulate)] == ["one", "two"]


def test_labels_follow_the_numbering_of_the_text(leading: Leading) -> None:
    draft = start_draft(
        access=leading.leader, slug="resolution", title="R", numbering=Numbering.PP_OP
    )
    after = None
    for kind, text in (
        ("title", "R"),
        ("preambular", "Recalling"),
        ("preambular", "Noting"),
        ("operative", "Decides"),
    ):
        after = add_paragraph(access=leading.leader, draft=draft, kind=kind, text=text, after=after)
    add_paragraph(
        access=leading.leader,
        draft=draft,
        kind="operative",
        text="to act",
        after=after,
        parent=after,
    )
    sent = circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    assert [w.label for w in frozen(sent)] == ["", "PP1", "PP2", "OP1", "(a)"]
