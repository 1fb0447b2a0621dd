"""Random edits of a text: every input stays in the thread where it belongs.

Random acts on the desk, circulated now and then, with inputs on random paragraphs. Beside the
database runs a small model that knows only what the editor did: an input stands at its paragraph,
else at one that follows it, else on the list of what no longer stands. Never on another, never
twice, never nowhere.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings, strategies as st

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment, CommentKind
from comments.submitting.acts import submit_comment
from comments.table.compiled import compile_table
from comments.threads.queries import shown_text_of, thread_of
from consultations.models import Visibility
from consultations.rules.access import Access
from consultations.timetable.acts import create_round
from drafts.circulating.acts import circulate_revision
from drafts.comparing.concordance import concordance_of
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    restore_paragraph,
    split_paragraph,
    start_draft,
    strike_paragraph,
)
from drafts.desk.steps import redo_step, undo_step
from drafts.models import Draft, Paragraph, ParagraphKind, Revision, Wording
from drafts.text.labels import Relabelling
from tests.drafts.text.plain_names import plain_name
from tests.nights import examples
from tests.room import Room

pytestmark = pytest.mark.every_server

ACTS = (
    "edit",
    "move",
    "indent",
    "split",
    "merge",
    "strike",
    "restore",
    "insert",
    "undo",
    "redo",
    "speak",
    "speak",
    "circulate",
    "renumber",
)
FIRST_WORDS = ("Calls upon all States", "Urges them to report", "Decides to return", "Requests")


class Deed(NamedTuple):
    """What is done, to which paragraph, and beside which; both are counted round the text."""

    act: str
    one: int = 0
    other: int = 1


deeds = st.builds(Deed, act=st.sampled_from(ACTS), one=st.integers(0, 11), other=st.integers(0, 11))

# A paragraph is split, its first piece merged into a neighbour, that one struck and circulated.
HARD_WAY = [
    Deed("speak", 1),
    Deed("split", 1),
    Deed("circulate"),
    Deed("speak", 2),
    Deed("merge", 0, 2),
    Deed("circulate"),
    Deed("strike", 0),
    Deed("undo"),
    Deed("merge", 1, 0),
    Deed("circulate"),
    Deed("strike", 0),
    Deed("circulate"),
]


Link = tuple[int, int]
Links = tuple[dict[Link, str], dict[Link, str]] | None
NOTHING: tuple[dict[Link, str], dict[Link, str]] = ({}, {})


@dataclass
class ExpectedText:
    """The text and what the model knows of it: who follows whom, and what was said where."""

    room: Room
    minutes: int = 0
    draft: Draft = field(init=False)
    # (the one that follows, the one followed), circulated for good; with how, on the desk so far.
    kept: list[Link] = field(default_factory=list)
    open: dict[Link, str] = field(default_factory=dict)
    # What each step made and took away, so that the model can undo it too.
    effects: dict[int, tuple[dict[Link, str], dict[Link, str]]] = field(default_factory=dict)
    # Of those that were undone, so that it can make them again.
    undone: dict[int, tuple[dict[Link, str], dict[Link, str]]] = field(default_factory=dict)
    # Input → the paragraph it was made on.
    paragraph_of: dict[int, int] = field(default_factory=dict)

    def access(self, who: str = "co_facilitator") -> Access:
        """Each act a minute after the last."""
        self.minutes += 1
        return replace(
            self.room.access(who), moment=self.room.now + timedelta(minutes=self.minutes)
        )

    def rows(self, *, struck: bool = False) -> list[Paragraph]:
        found = self.draft.paragraphs.kept().filter(struck_at__isnull=not struck)
        return list(found.select_related("draft", "parent").order_by("place", "pk"))

    @property
    def last(self) -> Revision | None:
        rows = self.draft.revisions.select_related("draft__consultation", "round")
        return rows.order_by("-number").first()

    def follow(self, step: int, made: dict[Link, str], gone: dict[Link, str]) -> None:
        """Remember what a step did to the lineage; who is linked already stays linked so."""
        made = {link: how for link, how in made.items() if link not in self.open}
        self.effects[step] = made, gone
        self.open = {link: how for link, how in (self.open | made).items() if link not in gone}

    def unfollow(self, step: int) -> None:
        made, gone = self.undone[step] = self.effects.pop(step, ({}, {}))
        self.open = {link: how for link, how in (self.open | gone).items() if link not in made}


@example(story=HARD_WAY)
@given(story=st.lists(deeds, min_size=8, max_size=40))
@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_acts_on_the_desk_leave_every_thread_where_it_belongs(
    room: Room, story: list[Deed]
) -> None:
    with transaction.atomic():
        told = begin(room)
        for deed in story:
            do(told, deed)
        circulate(told)
        check_threads(told)
        check_table(told)
        check_concordance(told)
        transaction.set_rollback(True)


def begin(room: Room) -> ExpectedText:
    told = ExpectedText(room)
    access = told.access()
    told.draft = start_draft(access=access, slug="kept", title="A text that changes")
    after = None
    for words in FIRST_WORDS:
        kind = ParagraphKind.OPERATIVE
        after = add_paragraph(
            access=access, draft=told.draft, kind=kind, text=f"{words}.", after=after
        )
    circulate(told)
    return told


# --- What is done ---------------------------------------------------------------------------------


def do(told: ExpectedText, deed: Deed) -> None:
    """Do it where it can be done; a refusal changes nothing, which the checks would tell."""
    rows = told.rows()
    one = rows[deed.one % len(rows)]
    other = rows[deed.other % len(rows)]
    before = told.draft.steps.count()
    try:
        with transaction.atomic():
            made, gone = DEEDS[deed.act](told, one, other) or NOTHING
    except ValidationError:
        return
    if made or gone:
        told.follow(told.draft.steps.get(number=before + 1).pk, made, gone)


def edit(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    words = f"{one.text} {told.minutes}"
    form = {"kind": one.kind, "label": one.label}
    edit_paragraph(access=told.access(), paragraph=one, version=one.version, text=words, **form)
    return None


def move(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    move_paragraph(access=told.access(), paragraph=one, after=other, parent=other.parent)
    return None


def indent(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    move_paragraph(access=told.access(), paragraph=one, after=other, parent=other)
    return None


def split(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    texts = [one.text, f"A piece of {told.minutes}.", "And a third."]
    first, *pieces = split_paragraph(access=told.access(), paragraph=one, texts=texts)
    return {(piece.pk, first.pk): "split" for piece in pieces}, {}


def merge(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    joined = f"{one.text} {other.text}"[:5000]
    merge_paragraphs(access=told.access(), paragraphs=[one, other], text=joined)
    return {(one.pk, other.pk): "merge"}, {}


def strike(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    if len(told.rows()) < 3:
        raise ValidationError("Something must be left to circulate.")
    with transaction.atomic():
        strike_paragraph(access=told.access(), paragraph=one)
        if not told.rows():
            raise ValidationError("Something must be left to circulate.")
    return None


def restore(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    gone = told.rows(struck=True)
    if gone:
        back = gone[one.pk % len(gone)]
        restore_paragraph(access=told.access(), paragraph=back)
        merged = {
            link: how for link, how in told.open.items() if link[1] == back.pk and how == "merge"
        }
        return {}, merged
    return None


def insert(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    words = f"Invites, for the {told.minutes}th time."
    add_paragraph(
        access=told.access(), draft=told.draft, kind=one.kind, text=words, after=one,
        parent=one.parent,
    )  # fmt: skip
    return None


def undo(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    step = told.draft.steps.filter(undone_at=None, revision=None).order_by("-number").first()
    if step is not None:
        step.draft = told.draft
        undo_step(access=told.access(), step=step)
        told.unfollow(step.pk)
        if not told.rows():
            raise AssertionError("Undoing took the whole text away.")
    return None


def redo(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    step = told.draft.steps.filter(revision=None).exclude(undone_at=None).order_by("number").first()
    if step is not None and step.pk in told.undone:
        step.draft = told.draft
        redo_step(access=told.access(), step=step)
        told.follow(step.pk, *told.undone.pop(step.pk))
    return None


def speak(told: ExpectedText, one: Paragraph, other: Paragraph) -> Links:
    last = told.last
    assert last is not None
    wordings = Wording.objects.filter(revision=last, paragraph=one.pk)
    wording = wordings.select_related("revision__draft", "paragraph").first()
    if wording is None:
        return None  # it was never circulated: nobody can speak of it yet
    access = told.access("FRA focal_point")
    kind = CommentKind.COMMENT
    made = draft_comment(
        access=access, wording=wording, content=CommentContent(kind=kind, rationale="A remark.")
    )
    submit_comment(access=told.access("FRA focal_point"), comment=made)
    told.paragraph_of[made.pk] = one.pk
    return None


def renumber(told: ExpectedText, *_around: Paragraph) -> None:
    circulate(told, labels=Relabelling.RENUMBER)


def circulate(told: ExpectedText, *_around: Paragraph, labels: str = Relabelling.KEEP) -> None:
    access = told.access()
    terms: dict[str, Any] = {
        "opens_at": access.moment + timedelta(minutes=1),
        "deadline": access.moment + timedelta(days=30),
        "visibility": Visibility.AT_ONCE,
    }
    try:
        with transaction.atomic():
            asked = create_round(access=access, name=f"Round {told.minutes}", **terms)
            circulate_revision(
                access=access, draft=told.draft, stage="Draft", round=asked, relabelling=labels
            )
        told.kept, told.open, told.undone = [*told.kept, *told.open], {}, {}
    except ValidationError:
        pass  # nothing changed since the last one, or a child stands below a struck paragraph
    told.minutes += 2


DEEDS: dict[str, Callable[[ExpectedText, Paragraph, Paragraph], Links]] = {
    "edit": edit,
    "move": move,
    "indent": indent,
    "split": split,
    "merge": merge,
    "strike": strike,
    "restore": restore,
    "insert": insert,
    "undo": undo,
    "redo": redo,
    "speak": speak,
    "circulate": circulate,
    "renumber": renumber,
}


# --- What must hold -------------------------------------------------------------------------------


def check_threads(told: ExpectedText) -> None:
    """Every input in exactly one thread, and in one where it may stand."""
    last = told.last
    assert last is not None
    text = shown_text_of(told.access("FRA focal_point"), last)
    found: dict[int, tuple[int, bool]] = {}
    counted: Counter[int] = Counter()
    for paragraph in (*text.paragraphs, *text.struck_paragraphs):
        page, has_next = 1, True
        while has_next:
            thread = thread_of(told.access("FRA focal_point"), text, paragraph, page)
            for shown_input in thread.shown_comments:
                if shown_input.comment.pk in told.paragraph_of:
                    found[shown_input.comment.pk] = (paragraph.pk, paragraph.is_struck)
                    counted[shown_input.comment.pk] += 1
            page, has_next = page + 1, thread.has_next
    assert counted == Counter(dict.fromkeys(told.paragraph_of, 1))
    standing = {paragraph.pk for paragraph in text.paragraphs}
    for comment, (place, is_struck) in found.items():
        made_on = told.paragraph_of[comment]
        allowed = places_for(told, made_on, standing)
        if allowed:
            assert place in allowed and not is_struck
        else:
            assert place == made_on and is_struck


def places_for(told: ExpectedText, made_on: int, standing: set[int]) -> set[int]:
    """Where an input may stand: at its paragraph, else at any that follows it."""
    if made_on in standing:
        return {made_on}
    reached = {made_on}
    for follower, followed in told.kept:  # in order of time
        if followed in reached:
            reached.add(follower)
    return reached & standing


def check_table(told: ExpectedText) -> None:
    """The table names the same places: each input once, with its label then and now."""
    last = told.last
    assert last is not None
    access = told.access("FRA focal_point")
    revisions = list(told.draft.revisions.select_related("draft__consultation", "round"))
    table = compile_table(access=access, revisions=revisions, cut_off=access.moment)
    rows = {row.number: row for row in table.rows}
    assert len(rows) == table.row_count == len(told.paragraph_of)
    text = shown_text_of(access, last)
    comments = Comment.objects.select_related("wording", "seat").filter(pk__in=told.paragraph_of)
    labels = {revision.pk: labels_in(revision) for revision in revisions}
    name_by_home: dict[int, str] = {}
    for comment in comments:
        row = rows[comment.reference]
        home = text.placement.current_id_by_earlier_id.get(
            comment.paragraph_id, comment.paragraph_id
        )
        then = labels[comment.wording.revision_id][comment.paragraph_id]
        name_by_home[home] = row.label_now
        # Where two have one label, their names go on with words.
        assert plain_name(row.label_then) == then
        assert plain_name(row.label_now) == labels[last.pk].get(home, "")
    names = [name for name in name_by_home.values() if name]
    assert len(set(names)) == len(names)


def labels_in(revision: Revision) -> dict[int, str]:
    """How one cites each paragraph of a revision: "3(a)", but "3 bis (a)"."""
    labels: dict[int, str] = {}
    for row in revision.wordings.order_by("place"):
        above = labels.get(row.parent_id or 0, "") if row.label.startswith("(") else ""
        gap = " " if above.endswith(("s", "r")) else ""
        labels[row.paragraph_id] = f"{above}{gap}{row.label}"
    return labels


def check_concordance(told: ExpectedText) -> None:
    """What the concordance says became of a paragraph is where its inputs stand."""
    last = told.last
    assert last is not None
    access = told.access("FRA focal_point")
    text = shown_text_of(access, last)
    standing = {paragraph.pk for paragraph in text.paragraphs}
    for key in set(told.paragraph_of.values()):
        # The thread of a paragraph stays together: what became of it counts from its first wording.
        first = Wording.objects.filter(paragraph=key).order_by("revision__number")[:1]
        row = concordance_of(
            first.select_related("revision").get().revision, last
        ).row_by_paragraph_id[key]
        home = text.placement.current_id_by_earlier_id.get(key, key)
        assert (home in standing) == bool(row.later_paragraphs)
        assert not row.later_paragraphs or home in {
            state.paragraph_id for state in row.later_paragraphs
        }
