"""Following a screen: one line to each reader, on which comes nothing but that it is another.

The line holds a mark made of numbers (`drafts/desk/on_screen`); what it stands for is asked by a
request like any other, under the rules of any page. The database is asked four times a second,
however many follow: it is the truth, and needs no second channel that could lose a message.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections

from drafts.desk.on_screen import screen_marks

log = logging.getLogger(__name__)

# Seconds between two questions to the database: all see a change within two.
ASKED_EVERY = 0.25
# What is typed is another several times a second, and each reader asks for it: as many requests a
# second are borne, so that the more follow, the seldomer they are told; but within two seconds.
ASKED_AGAIN = 150
SELDOMEST = 1.5
# A proxy closes a line on which nothing came for long.
STILL_HERE_EVERY = 15.0
# The line ends then, and the browser opens another: whether one may follow is asked again.
LONGEST = 600.0
# Milliseconds after which a browser opens the line again.
AGAIN_AFTER = 2000

OPENING = f"retry: {AGAIN_AFTER}\n\n"
STILL_HERE = ": still here\n\n"


def said(mark: str) -> str:
    """One message: the mark of the screen, empty when it is off."""
    return f"data: {mark}\n\n"


class ScreenMarks:
    """The marks of all screens, asked for while somebody follows one."""

    def __init__(self) -> None:
        self.marks: dict[UUID, str] = {}
        self._followers = 0
        self._changed = asyncio.Event()
        self._known = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None

    async def follow(self, meeting: UUID) -> AsyncIterator[str]:
        """The messages to one reader, until the line is old."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + LONGEST
        told: str | None = None
        told_at = 0.0
        self._followers += 1
        try:
            yield OPENING
            if not await _comes(self._begun()):
                return
            while loop.time() < ends_at:
                # Taken before the mark is read: what changes after that wakes this reader.
                changed = self._changed
                mark = self.marks.get(meeting, "")
                early = told_at + self._pace() - loop.time()
                if _is_typed(told, mark) and early > 0:
                    await _comes(changed, early)
                    continue
                if mark != told:
                    yield said(mark)
                    told, told_at = mark, loop.time()
                if not await _comes(changed):
                    yield STILL_HERE
        finally:
            self._followers -= 1

    def _pace(self) -> float:
        """Seconds between two changes of what is typed, to one reader."""
        return min(self._followers / ASKED_AGAIN, SELDOMEST)

    def _begun(self) -> asyncio.Event:
        """Set once the marks are known; begins to ask where nobody does."""
        if self._asking is None or self._asking.done():
            self._known = asyncio.Event()
            self._asking = asyncio.create_task(self._ask_while_followed())
        return self._known

    async def _ask_while_followed(self) -> None:
        while self._followers:
            await self._ask()
            await asyncio.sleep(ASKED_EVERY)

    async def _ask(self) -> None:
        try:
            marks = await sync_to_async(_marks)()
        except Error as error:  # the database may be back at the next question
            log.warning("The screens were not asked for: %s", type(error).__name__)
            return
        if marks != self.marks:
            self.marks = marks
            self._changed.set()
            self._changed = asyncio.Event()
        self._known.set()


def _is_typed(told: str | None, mark: str) -> bool:
    """Whether nothing but what is typed now is another: the last two numbers of a mark."""
    if not told or not mark or told == mark:
        return False
    return told.split(".")[:-2] == mark.split(".")[:-2]


async def _comes(event: asyncio.Event, patience: float = STILL_HERE_EVERY) -> bool:
    """Whether it is set before the line has to say something."""
    try:
        await asyncio.wait_for(event.wait(), patience)
    except TimeoutError:
        return False
    return True


def _marks() -> dict[UUID, str]:
    close_old_connections()
    return screen_marks()
