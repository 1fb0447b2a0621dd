"""The order of the measuring: both consultations grow, and at each size what is held to a bar."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.core.management import call_command

from config.demo.large_seed import LargeSeed
from tests.tools.bench.comparisons import comparisons
from tests.tools.bench.digests import digests_of
from tests.tools.bench.figures import Aside, Figure
from tests.tools.bench.from_the_front import growth_from_the_front, pages_taken
from tests.tools.bench.hops import hops
from tests.tools.bench.idle import idle
from tests.tools.bench.kits import kits
from tests.tools.bench.long_texts import long_texts
from tests.tools.bench.maps import maps
from tests.tools.bench.pages import PageCost, growth, pages_of, section_and_list, whole_text
from tests.tools.bench.papers import papers_at
from tests.tools.bench.real_texts import real_texts
from tests.tools.bench.screens import screens
from tests.tools.bench.searching import searches
from tests.tools.bench.seed import call_meeting, found_both, grow
from tests.tools.bench.served import served
from tests.tools.bench.slow_lines import slow_lines
from tests.tools.bench.storm import storm
from tests.tools.bench.submitting import one_client
from tests.tools.bench.texts import differences, files, likenesses
from tests.tools.bench.workspaces import workspaces

SIZES = (500, 5_000, 50_000)
SIZES_OF_B = (5_000, 50_000)
SECTION, LISTED = "B: reading page of one section", "B: 20 threads of one paragraph, API"
# So many times the bare page.
BARS_B = {SECTION: {5_000: 7, 50_000: 8}, LISTED: {5_000: 6, 50_000: 6}}
PEER_B = {
    SECTION: {5_000: "363 ms", 50_000: "1,218 ms"},
    LISTED: {5_000: "778 ms", 50_000: "556 ms"},
}


def run(
    parts: Collection[str], say: Callable[[str], None], sizes: Sequence[int] = SIZES
) -> tuple[list[Figure], list[Aside]]:
    """Every figure of the parts, and what is shown beside them."""
    figures: list[Figure] = []
    asides: list[Aside] = []
    if "idle" in parts:
        say("Idle ...")
        figures += idle(asides)
    if "differences" in parts:
        say("Differences ...")
        figures += differences()
        figures += files()
        figures += likenesses()
    if "compare" in parts:
        say("Two revisions of a long text ...")
        call_command("load_delegations", verbosity=0)
        figures += comparisons()
    if "long-texts" in parts:
        say("The pages of 1,400 paragraphs ...")
        call_command("load_delegations", verbosity=0)
        figures += long_texts()
    if "kits" in parts:
        say("Kits ...")
        call_command("load_delegations", verbosity=0)
        figures += kits()
    if "workspace" in parts:
        say("Workspaces ...")
        call_command("load_delegations", verbosity=0)
        figures += workspaces(asides)
    if "map" in parts:
        say("The map of a long text ...")
        call_command("load_delegations", verbosity=0)
        figures += maps()
    if "real-texts" in parts:
        say("The longest real text ...")
        figures += real_texts(say, asides)
    if "storm" in parts:
        say("The storm before the deadline ...")
        call_command("load_delegations", verbosity=0)
        figures += storm(asides)
    if "screen" in parts:
        say("The screen of a meeting ...")
        call_command("load_delegations", verbosity=0)
        figures += screens(asides)
    if "hops" in parts:
        say("The hops of one comment ...")
        call_command("load_delegations", verbosity=0)
        asides += hops()
    if "slow-lines" in parts:
        say("Ten pages over a slow line ...")
        call_command("load_delegations", verbosity=0)
        figures += slow_lines()
    if set(parts) <= {
        "slow-lines",
        "compare",
        "long-texts",
        "differences",
        "kits",
        "workspace",
        "map",
        "real-texts",
        "storm",
        "hops",
        "screen",
        "idle",
    }:
        return figures, asides
    large, as_peer = found_both()
    taken: dict[int, dict[str, PageCost]] = {}
    led_to: dict[int, Any] = {}
    call_meeting(large)
    for size in sizes:
        say(f"A at {size:,} ...")
        grow(large, size)
        if "pages" in parts:
            taken[size] = pages_of(large)
            asides += [Aside(f"{page} at {size:,}", t.ms, "ms") for page, t in taken[size].items()]
            figures += _whole_text(large) if size == 5_000 else []
        if "front" in parts:
            led_to[size] = pages_taken(large)
        if "papers" in parts:
            figures += papers_at(large, size, asides)
        if "search" in parts and size == sizes[-1]:
            figures += searches(large, size)
        if "digest" in parts and size == 5_000:
            figures += digests_of(large, asides)
    figures += growth(taken) if taken else []
    figures += growth_from_the_front(led_to, asides) if led_to else []
    for size in SIZES_OF_B:
        if parts_of_b := {"pages", "submit"} & set(parts):
            say(f"B at {size:,} ...")
            grow(as_peer, size)
            figures += _as_the_peer(as_peer, size, parts_of_b)
    return figures, asides


def _whole_text(large: LargeSeed) -> list[Figure]:
    ours, bare = whole_text(large)
    work = "A: reading page of all 300 paragraphs at 5,000"
    return [Figure(work, ours, "ms", 25, floor=bare, floor_name="the bare page")]


def _as_the_peer(large: LargeSeed, size: int, parts: Collection[str]) -> list[Figure]:
    figures = []
    if "pages" in parts:
        figures += [
            Figure(
                f"{page} at {size:,}",
                ours,
                "ms",
                BARS_B[page][size],
                floor=bare,
                floor_name="the bare page",
                peer=PEER_B[page][size],
            )
            for page, (ours, bare) in section_and_list(large).items()
        ]
    if "submit" in parts:
        figures += one_client(large, size)
        figures += served(large, size)
    return figures
