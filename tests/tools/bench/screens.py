"""300 people follow the screen of a meeting while another paragraph comes on it each ten seconds.

Each keeps a line to the server of lines and asks the web server for the paragraph, as its page
does. Counted is the processor time of all that serves them: both servers, and the sessions of the
database. Who follows runs in this process, and is not counted.
"""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from config.demo.large_seed import LargeSeed, SeedShape, create_large
from consultations.rules.access import Access
from consultations.rules.access_factory import capacities_of, make_access
from consultations.timetable.acts import create_meeting
from delegations.models import Post, User
from drafts.models import Paragraph
from drafts.screen.acts import show_on_screen
from tests.tools.bench.figures import Aside, Figure
from tests.tools.bench.processes import family, seconds_spent
from tests.tools.bench.visitor import Visitor, sign_in
from tests.web_server import WebServer, line_server, web_server

SHAPE = SeedShape("bench-screen", "The screen", 6, 60, 60, people_count=393, words_per_rationale=30)
FOLLOWERS = 300
EVERY = 10.0
TURNS = 6
CORES = 2
SERVED = {"DJANGO_SETTINGS_MODULE": "tests.tools.bench.settings"}


def screens(asides: list[Aside]) -> Iterator[Figure]:
    """The share of two cores that is spent, how soon all have seen a change, and who did not."""
    large = create_large(SHAPE, timezone.now())
    access = _leading(large)
    meeting = create_meeting(
        access=access, title="Informal", kind="informal", starts_at=timezone.now(), place=""
    )
    rows = Paragraph.objects.visible_to(access).in_force().select_related("draft")
    rows = rows.order_by("place")[: TURNS + 1]
    show_on_screen(access=access, meeting=meeting, paragraph=rows[0])
    addresses = (
        reverse("screen_stream", args=[large.consultation.slug, meeting.public_id]),
        reverse("screen_now", args=[large.consultation.slug, meeting.public_id]),
    )
    with web_server(SERVED) as web, line_server(SERVED) as lines:
        crowd = Crowd([sign_in(user) for user in _people(large)], lines, web, addresses)
        crowd.gather()
        spent, begun = _processor_seconds(web, lines), time.monotonic()
        for row in rows[1:]:
            crowd.changed_at = time.monotonic()
            show_on_screen(access=access, meeting=meeting, paragraph=row)
            time.sleep(EVERY)
        share = (_processor_seconds(web, lines) - spent) / (time.monotonic() - begun) / CORES
        crowd.leave()
    waits = sorted(crowd.waits)
    work = f"screen: {FOLLOWERS} follow, a change each {EVERY:.0f} s"
    yield Figure(f"{work}: share of {CORES} cores", share, "of the time", 0.25)
    yield Figure(f"{work}: changes not seen", FOLLOWERS * TURNS - len(waits), "changes", 0)
    asides += [
        Aside(f"{work}: seen, at the median", waits[len(waits) // 2], "s"),
        Aside(f"{work}: seen, p95", waits[len(waits) * 95 // 100], "s"),
        Aside(f"{work}: seen by the last", waits[-1], "s"),
    ]


def _leading(large: LargeSeed) -> Access:
    [capacity, *_others] = capacities_of(large.facilitator)
    return make_access(large.facilitator, large.consultation.slug, capacity.key)


def _people(large: LargeSeed) -> Sequence[User]:
    seats = [seat.delegation_id for seat in large.seats]
    posts = Post.objects.filter(delegation__in=seats).select_related("user").order_by("pk")
    return [post.user for post in posts[:FOLLOWERS]]


class Crowd:
    """Who follows, on a loop of its own; `waits` are the seconds from each change to its sight."""

    def __init__(
        self,
        people: Sequence[Visitor],
        lines: WebServer,
        web: WebServer,
        addresses: tuple[str, str],
    ) -> None:
        self.people, self.lines, self.web = people, lines, web
        self.stream, self.now = addresses
        self.waits: list[float] = []
        self.changed_at = 0.0
        self._following = threading.Semaphore(0)
        self._failed: list[BaseException] = []
        # A loop does not hold its tasks: what nobody holds may be swept away.
        self._tasks: set[asyncio.Task[None] | None] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def gather(self) -> None:
        """Everybody has a line, and has seen what is on it."""
        self._thread.start()
        for visitor in self.people:
            asyncio.run_coroutine_threadsafe(self._follow(visitor), self._loop)
        for _visitor in self.people:
            if not self._following.acquire(timeout=120):
                raise RuntimeError(
                    f"Not everybody got a line within two minutes: {self._failed[:2]}"
                )

    def leave(self) -> None:
        """All lines are let go."""
        asyncio.run_coroutine_threadsafe(self._let_go(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _let_go(self) -> None:
        following = asyncio.all_tasks() - {asyncio.current_task()}
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)

    async def _follow(self, visitor: Visitor) -> None:
        self._tasks.add(asyncio.current_task())
        reader, writer = await asyncio.open_connection("127.0.0.1", self.lines.port)
        writer.write(_request(self.stream, visitor))
        try:
            await self._read(reader, visitor)
        except (OSError, RuntimeError, asyncio.IncompleteReadError) as error:
            self._failed.append(error)
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, visitor: Visitor) -> None:
        is_first = True
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(head[:300].decode())
        while line := await reader.readline():
            if not line.startswith(b"data: "):
                continue
            if is_first:
                self._following.release()
                is_first = False
                continue
            changed_at = self.changed_at
            await self._ask(visitor)
            self.waits.append(time.monotonic() - changed_at)

    async def _ask(self, visitor: Visitor) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.web.port)
        writer.write(_request(self.now, visitor, "Connection: close\r\n"))
        answer = await reader.read()
        writer.close()
        if b" 200 " not in answer.split(b"\r\n", 1)[0]:
            raise RuntimeError(answer[:300])


def _request(address: str, visitor: Visitor, more: str = "") -> bytes:
    head = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {visitor.cookies}\r\n"
    return f"{head}{more}\r\n".encode()


def _processor_seconds(*servers: WebServer) -> float:
    """What the servers and the sessions of the database have spent so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        sessions = [pid for (pid,) in cursor.fetchall()]
    ours = [pid for server in servers for pid in family(server.pid)]
    return sum(map(seconds_spent, [*ours, *sessions]))
