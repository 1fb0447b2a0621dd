"""An invented treaty on lighthouses, bracketed as rooms leave one: deep, long, and not sound."""

from drafts.papers.paper import PrintedParagraph
from tests.drafts.papers.texts import row

# Each stands in the brackets of the one before: eighteen pairs inside one another.
CLAUSES = (
    "in good time",
    "and, where the coast allows",
    "by day and by night",
    "or at the request of a port",
    "unless the sea is calm",
    "and the lamp is lit",
    "with oil of any kind",
    "not drawn from whales",
    "or from seals",
    "save in the far north",
    "for the winter alone",
    "as the keeper decides",
    "after asking the pilots",
    "and their unions",
    "if there are any",
    "on that stretch of coast",
    "as charted today",
    "or tomorrow",
)


def nested(clauses: tuple[str, ...] = CLAUSES) -> str:
    """ "[in good time [and, where … [by day …]]]"."""
    first, *rest = clauses
    return f"[{first}{f' {nested(tuple(rest))}' if rest else ''}]"


TITLE = row("t", "Draft treaty on lighthouses", kind="title")
# The deepest, choices, a bracket over three paragraphs, two pairs that cross, signs left alone.
TREATY = (
    TITLE,
    row("a", "The [States] Parties,", kind="preambular", opening="The [States] Parties"),
    row("h1", "[Scope and] purpose", "I", kind="heading"),
    row("b", f"Each Party shall warn ships {nested()}, and shall say so to the others.", "1"),
    row("c", "Keepers [shall/should/may] be trained [and paid] by the State of the coast.", "2"),
    row("d", "[Option A: Costs are shared.] [Option B: Costs are met [in full] by ports.]", "3"),
    row("e", "A lamp is lit [Option 1: at dusk Option 2: when a ship is seen] and kept.", "4"),
    row("h2", "Ships in distress", "II", kind="heading"),
    row("f", "Pilots ［board [at dusk］ and leave] at dawn, with [two] lamps in their boats.", "5"),
    row("j", "Ropes] and nets are dried on the quay [, as appropriate].", "6"),
    row("g", "[Every harbour is open to ships in distress.", "7"),
    row("g1", "whatever their flag [or cargo];", "(a)", level=1),
    row("g2", "at no charge for the first night.]", "(b)", level=1),
    row("i", "The crew [are fed by the keeper of the light nearest to the wreck.", "8"),
    row("k", "[This paragraph is left to the lawyers.]", "9"),
)
TREATY_TEXTS = tuple(one.text for one in TREATY)
OPENED, CLOSED, ACROSS, CROSSING = 1, 1, 1, 4
OPENING = sum(one.count("[") + one.count("［") for one in TREATY_TEXTS)
PAIRS_FOUND = OPENING - OPENED - ACROSS - CROSSING // 2

# The figures of a real draft that was met: 73 pages of it.
LONG_OPENING, LONG_CLOSING = 3768, 3753
LIGHTS = ("lamps", "bells", "buoys", "beacons", "foghorns", "mirrors", "flags")
COASTS = ("a rocky", "a flat", "a northern", "an open", "a sandy", "a busy", "a lonely", "a foggy")
WORKS = ("cleaned", "painted", "counted", "charted", "tested", "guarded", "lit", "wound", "oiled")
PAIRS = 13  # of brackets in each paragraph of the long one


def body(number: int) -> str:
    """One paragraph of the long draft; no two are alike, and each has as many pairs."""
    lights = LIGHTS[number % len(LIGHTS)]
    coast, work = COASTS[number % len(COASTS)], WORKS[number % len(WORKS)]
    return (
        f"Every Party with {lights} on {coast} coast [shall] [should] see to it that they are "
        f"{work} [in good time] before the winter storms begin, and that the keepers who live "
        "there [legislative [, administrative] and other] rules permitting, are told of "
        f"every ship that is expected [and of its cargo]. It shall keep a book in which the "
        f"{lights} are listed one by one, with the day on which each was last seen to work[, in "
        "line with its capacity], [taking into account [the needs of] small islands [and of ports "
        "without a railway]], and shall send a copy of that book [yearly/every second year] to the "
        f"[Conference] of the Parties, which may ask how the {lights} were {work} and by whom, and "
        "shall answer within [six] months in one of the languages of the sea. Nothing in this "
        f"paragraph keeps a Party from having more {lights} than are listed, from having them "
        f"{work} more often than its neighbours do, or from lending them to a ship that has lost "
        "her own, as long as she brings them back and says where she has been with them."
    )


def long_treaty() -> list[PrintedParagraph]:
    """As many signs as that draft had: fifteen brackets are opened and never closed."""
    wanting = LONG_OPENING - LONG_CLOSING
    full, left = divmod(LONG_OPENING - wanting, PAIRS)
    rows = [TITLE]
    for number in range(1, full + 1):
        if number % 5 == 1:
            rows.append(row(f"h{number}", f"Rules for year {number}", "", kind="heading"))
        text = body(number)
        if number % (full // wanting) == 0 and number <= wanting * (full // wanting):
            text = text.removesuffix(".") + " [and of the land."
        rows.append(row(f"p{number}", text, str(number)))
    signed = "Signed [at sea] " * left + "in one copy."
    return [*rows, row("z", signed, str(full + 1))]
