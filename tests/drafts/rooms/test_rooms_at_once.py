"""Twenty people in four rooms edit one text at once: no word and no step is lost.

What each person was told as they wrote is held against the assembled text; so is what the steps of
the log make of the text as it was before. Whatever the order in which the threads come, both agree.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from threading import Barrier, Thread
from time import sleep
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from consultations.models import WorkingRoom
from consultations.rules.access import Access
from drafts.brackets.acts import put_bracket
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import (
    add_paragraph,
    merge_paragraphs,
    move_paragraph,
    restore_paragraph,
    split_paragraph,
    start_draft,
    strike_paragraph,
)
from drafts.desk.steps import undo_step
from drafts.importing.acts import import_first
from drafts.models import DeskStep, Draft, Paragraph, Revision
from drafts.parsing.file_text import Kind, ReadParagraph, ReadText
from drafts.rooms.queries import room_by_paragraph_id
from tests.drafts.desk.leading import Leading, build_leading, desk_words, rows_of
from tests.drafts.rooms.in_rooms import a_chair, again, called, give, room_of, say

pytestmark = [pytest.mark.django_db(transaction=True)]

ROOMS, PARAGRAPHS, PEOPLE_OF_ROOM, ACTS_OF_EACH = 4, 200, 5, 6

# Told first where somebody of that room wrote at the same moment.
STALE = "Somebody else has saved this. Both texts are shown: bring them together."
GONE = "This paragraph is deleted. Restore it first."

type Words = dict[str, dict[str, Any]]


@dataclass
class Worker:
    """A chair at work: what they wrote and were told, and what was refused."""

    access: Access
    room: int
    rows: list[int]
    others: list[int]
    random: Random
    # Paragraph, version, text: as each of this person's writes left it.
    wrote: list[tuple[int, int, str]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    trespassed: list[str] = field(default_factory=list)
    failed: list[BaseException] = field(default_factory=list)

    def run(self, start: Barrier) -> None:
        start.wait()
        try:
            for turn in range(ACTS_OF_EACH):
                self._act(turn)
        except BaseException as error:
            self.failed.append(error)
        finally:
            connection.close()

    def _act(self, turn: int) -> None:
        if turn % 3 == 2:
            self._trespass()
            return
        name = self.random.choice("edit edit edit add strike split merge move bracket undo".split())
        act: Callable[[], list[Paragraph]] = getattr(self, name)
        try:
            rows = act()
        except ValidationError as error:
            self.refused[error.messages[0]] += 1
            return
        self.wrote += [(row.pk, row.version, row.text) for row in rows]

    def _trespass(self) -> None:
        """On what another room has: refused, with its name."""
        try:
            self.access = again(self.access)
            say(self.access, self._stored(self.random.choice(self.others)), "Not ours.")
        except ValidationError as error:
            self.trespassed.append(error.messages[0])
        else:
            self.trespassed.append("")

    def _stored(self, key: int) -> Paragraph:
        return Paragraph.objects.select_related("draft", "parent").get(pk=key)

    def _any(self) -> Paragraph:
        return self._stored(self.random.choice(self.rows))

    def _words(self) -> str:
        return f"Room {self.room} says {self.random.randrange(10**6)} of it."

    def edit(self) -> list[Paragraph]:
        return [say(self.access, self._any(), self._words())]

    def add(self) -> list[Paragraph]:
        after = self._any()
        kind, text = "operative", self._words()
        row = add_paragraph(
            access=self.access, draft=after.draft, kind=kind, text=text, after=after
        )
        self.rows.append(row.pk)
        return [row]

    def strike(self) -> list[Paragraph]:
        row = strike_paragraph(access=self.access, paragraph=self._any())
        if self.random.random() < 0.5:
            row = restore_paragraph(access=self.access, paragraph=row)
        return [row]

    def split(self) -> list[Paragraph]:
        row, texts = self._any(), [self._words(), self._words()]
        rows = split_paragraph(access=self.access, paragraph=row, texts=texts, version=row.version)
        self.rows += [one.pk for one in rows[1:]]
        return rows

    def merge(self) -> list[Paragraph]:
        one, two = self._any(), self._any()
        versions = [one.version, two.version]
        row = merge_paragraphs(
            access=self.access, paragraphs=[one, two], text=self._words(), versions=versions
        )
        return [row]

    def move(self) -> list[Paragraph]:
        return [move_paragraph(access=self.access, paragraph=self._any(), after=self._any())]

    def bracket(self) -> list[Paragraph]:
        row = self._any()
        put_bracket(access=self.access, paragraph=row, version=row.version, start=0, end=4)
        return []

    def undo(self) -> list[Paragraph]:
        steps = DeskStep.objects.filter(made_by=self.access.user, undone_at=None, revision=None)
        if step := steps.select_related("draft").order_by("-number").first():
            undo_step(access=self.access, step=step)
        return []


def text_of_rooms(leader: Access) -> Draft:
    """Four sections of two hundred paragraphs."""
    draft = start_draft(access=leader, slug="plan", title="The plan")
    rows = []
    for number in range(ROOMS * (PARAGRAPHS + 1)):
        room, place = divmod(number, PARAGRAPHS + 1)
        kind: Kind = "operative" if place else "heading"
        text = f"So {room}-{place}." if place else f"Part {room}"
        rows.append(ReadParagraph(number + 1, f"n{number}", None, kind, "", 0, text, "", ()))
    import_first(access=leader, draft=draft, read_text=ReadText("", tuple(rows), ()))
    return draft


def workers_of(leading: Leading, draft: Draft, seed: int) -> list[Worker]:
    """Five chairs to each room, each with the paragraphs of the room and those of the others."""
    standing = rows_of(draft)
    size = PARAGRAPHS + 1
    parts = [[row.pk for row in standing[at * size + 1 : (at + 1) * size]] for at in range(ROOMS)]
    workers = []
    for room in range(ROOMS):
        chairs = [a_chair(leading, f"chair-{room}-{one}") for one in range(PEOPLE_OF_ROOM)]
        give(leading, room_of(leading, f"Room {room}", *chairs), called(draft, f"Part {room}"))
        others = [key for at, keys in enumerate(parts) if at != room for key in keys]
        workers += [
            Worker(again(access), room, list(parts[room]), others, Random(seed * 100 + place))
            for place, access in enumerate(chairs, room * PEOPLE_OF_ROOM)
        ]
    return workers


def states_before(draft: Draft) -> Words:
    return {str(row.public_id): {"text": row.text, "struck_at": None} for row in rows_of(draft)}


def replayed(before: Words, steps: Any) -> Words:
    """What the steps of the log that stand make of the text as it was."""
    words = {key: dict(state) for key, state in before.items()}
    for step in steps:
        for key, state in step.after.items():
            words.setdefault(key, {"struck_at": None}).update(state or {})
    return words


def standing(words: Words) -> Counter[str]:
    return Counter(state["text"] for state in words.values() if not state["struck_at"])


def last_words(workers: list[Worker]) -> Mapping[int, tuple[int, str]]:
    """Of each paragraph the last version that anybody was told of, with its words."""
    last: dict[int, tuple[int, str]] = defaultdict(lambda: (0, ""))
    for worker in workers:
        for key, version, text in worker.wrote:
            last[key] = max(last[key], (version, text))
    return last


def frozen(revision: Revision) -> list[str]:
    return list(revision.wordings.order_by("place").values_list("text", flat=True))


@pytest.mark.parametrize("seed", [1])
def test_the_assembled_text_holds_the_last_words_of_each_room(seed: int) -> None:
    leading = build_leading()
    draft = text_of_rooms(leading.leader)
    workers = workers_of(leading, draft, seed)
    before, first = states_before(draft), DeskStep.objects.count()
    revisions: list[Revision] = []

    def assemble(start: Barrier) -> None:
        start.wait()
        try:
            while not revisions:
                sleep(0.1)
                if DeskStep.objects.count() >= first + 20:
                    stage = "Assembled text, at work"
                    revisions.append(
                        circulate_revision(access=leading.leader, draft=draft, stage=stage)
                    )
        finally:
            connection.close()

    start = Barrier(len(workers) + 1)
    threads = [Thread(target=worker.run, args=(start,)) for worker in workers]
    threads.append(Thread(target=assemble, args=(start,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [worker.failed for worker in workers if worker.failed] == []

    # Who acts on what another room has is told whose it is; the words stay theirs.
    told = [sentence for worker in workers for sentence in worker.trespassed]
    assert len(told) == ROOMS * PEOPLE_OF_ROOM * (ACTS_OF_EACH // 3)
    owners = tuple(f" is with Room {room}." for room in range(ROOMS))
    assert [one for one in told if not one.endswith((*owners, STALE, GONE))] == []
    assert sum(one.endswith(owners) for one in told) > len(told) / 2

    # The log makes the same text: at the moment of the first assembly, and at the end.
    last = circulate_revision(access=leading.leader, draft=draft, stage="Assembled text")
    log = DeskStep.objects.filter(draft=draft, undone_at=None).order_by("number")[first:]
    at_work = [step for step in log if step.revision_id == revisions[0].pk]
    assert Counter(frozen(revisions[0])) == standing(replayed(before, at_work))
    assert Counter(frozen(last)) == standing(replayed(before, log))
    assert frozen(last) == desk_words(draft)
    numbers = list(DeskStep.objects.filter(draft=draft).values_list("number", flat=True))
    assert sorted(numbers) == list(range(1, len(numbers) + 1))

    # Every paragraph says what was written to it last; what was undone or bracketed since is later.
    rows = Paragraph.objects.in_bulk()
    assert [
        (rows[key].text, text)
        for key, (version, text) in last_words(workers).items()
        if rows[key].version == version and rows[key].text != text
    ] == []
    assert len(last_words(workers)) > ROOMS * PEOPLE_OF_ROOM

    # Each step was made by a chair of the room in which it changed something.
    rooms = {worker.access.user.pk: f"Room {worker.room}" for worker in workers}
    held = room_by_paragraph_id(leading.leader, draft)
    keys = {str(row.public_id): row.pk for row in rows.values()}
    names = {room.pk: room.name for room in WorkingRoom.objects.all()}
    for step in log:
        if step.made_by_id in rooms:
            whose = {
                names[held[keys[key]].pk] for key in step.after if not rows[keys[key]].discarded_at
            }
            assert whose <= {rooms[step.made_by_id]}
