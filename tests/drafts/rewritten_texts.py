"""Drafts of an invented treaty, and what hard negotiations make of them, with what follows what.

The words are our own. The trait is that of treaties: formulas in every article, subjects of one
article alone, nearly every paragraph rewritten, articles renumbered, moved, divided and joined.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from drafts.importing.lineage import OldParagraph
from drafts.parsing.file_text import Kind, ReadParagraph

_ACTORS = (
    "Each Party|The Parties|Parties|The Conference of the Parties|The Secretariat|Developed "
    "country Parties|The Scientific Committee|Each Contracting Party|The Executive Board|Parties "
    "in a position to do so|The Implementation Committee|Coastal Parties"
).split("|")
_FORMULAS = (
    "in accordance with national law|as appropriate|taking into account national circumstances|"
    "in cooperation with relevant international organizations|in particular for developing country "
    "Parties|within available resources|subject to the provisions of this Agreement|on mutually "
    "agreed terms|consistent with international law|without prejudice to other obligations|in a "
    "transparent and timely manner|at the national, regional and global levels|on the basis of "
    "the best available science|where feasible|with a view to achieving the objective of this "
    "Agreement|through the Conference of the Parties|upon request|to the extent possible|in line "
    "with its capabilities|including through capacity-building and the transfer of technology|as "
    "may be decided by the Conference of the Parties|with the participation of local communities|"
    "taking into account the needs of future generations|at regular intervals"
).split("|")
_VERBS = (
    "adopt establish maintain strengthen promote review publish notify monitor assess protect "
    "restore regulate prohibit license inspect finance exchange submit designate coordinate "
    "develop harmonize verify record certify limit phase conduct convene compile transmit "
    "supervise survey map train equip insure compensate investigate prosecute suspend renew amend "
    "archive digitize sample label store transport dispose recover reuse reduce replace "
    "authorize register mediate arbitrate consult disclose"
).split()
_NOUNS = (
    "anchorage aquifer archive auction ballast barrier basin bathymetry beacon berth biofuel bloom "
    "border breakwater broker bulletin buoy bycatch cable canal captain cargo carrier cartography "
    "catalogue catchment charter chemist clearance coastline cold-chain compass compliance "
    "concession consignment container contamination coral corridor courier crane crew culture "
    "current customs dam debris delta depot desalination detector dialect diver dockyard draught "
    "dredging drought dune dyke ecosystem effluent embankment embargo engine epidemic erosion "
    "escort estuary excavation exporter factory farmer ferry fertilizer fibre filter fingerprint "
    "firewood fishery fjord flag fleet flood forecast forest foundry freight fuel fund genome "
    "geothermal glacier grain granary greenhouse grid groundwater gauge habitat harbour harvest "
    "hatchery hazard heritage highway hospital hull humidity hydrant hydrogen iceberg importer "
    "incinerator indemnity indicator insulation insurer invoice irrigation island jetty journal "
    "kelp kiln laboratory lagoon landfill lantern laboratory-animal larva latitude lease ledger "
    "levee lighthouse livestock lock logbook longitude lubricant mangrove manifest marina market "
    "marsh meadow medicine merchant mercury methane microbe migrant mill mineral mirror mooring "
    "museum nautical nectar nesting nitrogen nursery nutrient observatory ombudsperson orchard "
    "organism outfall oxygen packaging parasite pasture patent patrol pesticide pharmacy pilot "
    "pipeline plankton plateau pledge plume pollen polymer pontoon population predator premium "
    "pressure probe propeller prospector protein quarantine quarry quay quota radar radiation "
    "railway rainfall ranger reactor reef refinery refrigerant refuge registry reservoir residue "
    "resin rescue reserve rift river rodent rudder salinity salmon salvage sanctuary sanitation "
    "satellite sawmill seabed seaweed sediment seedling sensor sewage shellfish shipowner shipyard "
    "shoal silo sluice smelter snowfall soil solvent sonar sounding spawning species spill squall "
    "stowaway strait stream substrate sulphur summit surge surveyor tanker tariff telemetry tender "
    "terminal terrace thermal tide timber toxin trawler treasury tributary tunnel turbine turtle "
    "typhoon upwelling vaccine valley vapour vegetation vent vessel veterinarian viaduct vineyard "
    "volcano warehouse warranty watershed waterway weather wetland whale wharf wildlife windmill "
    "workshop wreck yield zoning"
).split()
_UNITS = ("kg", "cent", "mg/l", "tonnes")
_NARROWINGS = (
    "other than for research|in containers under pressure|from the third year|where no substitute "
    "is available|except on passenger ships|measured over a month|including its salts|as packaged"
).split("|")
_LINKS = ("and the", "of the", "for the", "by the")


@dataclass(frozen=True)
class Row:
    """A paragraph, with the keys of those that it follows; in a first draft it follows itself."""

    kind: Kind
    words: str
    follows: frozenset[str]


Article = list[Row]


@dataclass(frozen=True)
class Hardness:
    """How hard a draft was rewritten.

    `kept` are the two numbers of a beta distribution: of it comes the share of its words that a
    paragraph keeps. The others are shares of paragraphs.
    """

    kept: tuple[float, float]
    unchanged: float
    new: float = 0.12
    dropped: float = 0.09
    split: float = 0.04
    merged: float = 0.04


def treaty(seed: str, article_count: int) -> list[Article]:
    """A first draft: a title, then articles, each with a subject of its own."""
    random = Random(seed)
    text: list[Article] = [[_row("title", "Draft agreement on the shared coasts and waters")]]
    text += [_article(random, number) for number in range(1, article_count + 1)]
    return _with_keys(text)


def technical_annex(seed: str, list_count: int) -> list[Article]:
    """A first draft of an annex: lists of short entries, of which many are much alike."""
    random = Random(seed)
    text: list[Article] = [[_row("title", "Annex: substances, equipment and limits")]]
    for number in range(1, list_count + 1):
        subject = random.sample(_NOUNS, 14)
        rows = [_row("annex", entry(random, subject)) for _turn in range(random.randint(8, 16))]
        head = _row("heading", f"List {number}. {subject[0]} and {subject[1]}".capitalize())
        text.append([head, *rows])
    return _with_keys(text)


def rewritten(
    text: Sequence[Article],
    seed: str,
    hardness: Hardness,
    invent: Callable[[Random, Sequence[str]], str],
) -> list[Article]:
    """The next draft: each paragraph rewritten, then the articles; `invent` writes a new one."""
    random = Random(f"rewritten {seed}")
    spoken = [row.words for article in text for row in article[1:]]
    later = [text[0]] + [
        _rewritten_article(random, article, hardness, spoken, invent)
        for article in text[1:]
        if random.random() >= 0.04
    ]
    _move_rows(random, later)
    _move_articles(random, later)
    _divide_articles(random, later)
    _join_articles(random, later)
    for _turn in range(len(later) // 16):
        later.insert(random.randint(1, len(later)), _new_article(random, invent))
    return [
        [replace(article[0], words=_renumbered(article[0].words, number)), *article[1:]]
        for number, article in enumerate(later)
    ]


def as_old(text: Sequence[Article]) -> list[OldParagraph]:
    return [OldParagraph(key, row.words, row.kind) for row in rows_of(text) for key in row.follows]


def as_read(rows: Sequence[Row]) -> list[ReadParagraph]:
    return [
        ReadParagraph(number, f"n{number}", None, row.kind, "", 0, row.words, "", ())
        for number, row in enumerate(rows, 1)
    ]


def rows_of(text: Sequence[Article]) -> list[Row]:
    return [row for article in text for row in article]


def _row(kind: Kind, words: str) -> Row:
    return Row(kind, words, frozenset())


def _with_keys(text: Sequence[Article]) -> list[Article]:
    keys = iter(f"k{number}" for number in range(1, 10_000))
    return [[replace(row, follows=frozenset({next(keys)})) for row in article] for article in text]


# --- Words ---------------------------------------------------------------------------------------


def _article(random: Random, number: int) -> Article:
    subject = random.sample(_NOUNS, 18)
    head = _row("heading", f"Article {number}. {subject[0]} {subject[1]} and {subject[2]}".title())
    rows = [_row("operative", sentence(random, subject)) for _ in range(random.randint(8, 28))]
    return [head, *rows]


def sentence(random: Random, subject: Sequence[str]) -> str:
    """A provision: who shall do what, with formulas that stand in every article."""
    parts = [random.choice(_ACTORS), "shall"]
    if random.random() < 0.4:
        parts += [",", random.choice(_FORMULAS), ","]
    for turn in range(random.randint(2, 4)):
        if turn:
            parts.append(random.choice(("and shall", "and to", "so as to", "and, where needed,")))
        # Half of what it names belongs to the article, half to this provision alone.
        noun, own, its, other = random.choice(subject), *random.sample(_NOUNS, 3)
        parts += [random.choice(_VERBS), "the", noun, random.choice(_LINKS), f"{own}-{its}"]
        parts += random.choice((["and each", other], ["by", other], []))
        if random.random() < 0.5:
            parts.append(random.choice(_FORMULAS))
    if random.random() < 0.4:
        parts += [", including the", random.choice(subject), random.choice(_FORMULAS)]
    return " ".join(parts).replace(" ,", ",") + "."


def entry(random: Random, subject: Sequence[str]) -> str:
    """An entry of a list: two names, and a limit."""
    noun, other = random.choice(subject), random.choice(_NOUNS)
    limit = f"{random.randint(1, 90)} {random.choice(('kg', 'per cent', 'mg/l', 'tonnes'))}"
    form = random.choice(
        (
            "{0} for the {1}: {2}",
            "{0} of a {1}, not above {2}",
            "{0} and {1}: limit {2}",
            "{0} ({1}), {2} a year",
        )
    )
    return form.format(noun, other, limit).capitalize()


# --- Rewriting -----------------------------------------------------------------------------------


def _rewritten_article(
    random: Random,
    article: Article,
    hardness: Hardness,
    spoken: Sequence[str],
    invent: Callable[[Random, Sequence[str]], str],
) -> Article:
    """Its rows rewritten, some of them dropped, split, joined, exchanged, or written anew."""

    def anew(words: str) -> str:
        return _rewritten(random, words, hardness, spoken)

    head, *rows = article
    if random.random() < 0.4:
        head = replace(head, words=anew(head.words))
    later = [head]
    while rows:
        row = rows.pop(0)
        chance = random.random()
        if chance < hardness.dropped:
            continue
        chance -= hardness.dropped
        if chance < hardness.merged and rows:
            other = rows.pop(0)
            joined = f"{anew(row.words).rstrip('.')}, and {anew(other.words)}"
            later.append(Row(row.kind, joined, row.follows | other.follows))
        elif chance < hardness.merged + hardness.split and len(row.words.split()) > 24:
            words = row.words.split()
            half = len(words) // 2
            later += [
                replace(row, words=anew(" ".join(piece))) for piece in (words[:half], words[half:])
            ]
        elif chance > 1 - hardness.dropped - hardness.unchanged:
            later.append(row)
        else:
            later.append(replace(row, words=anew(row.words)))
        if random.random() < hardness.new:
            later.append(_row(row.kind, invent(random, random.sample(_NOUNS, 18))))
    if random.random() < 0.4 and len(later) > 3:
        one, other_place = random.sample(range(1, len(later)), 2)
        later[one], later[other_place] = later[other_place], later[one]
    return later


def _rewritten(random: Random, words: str, hardness: Hardness, spoken: Sequence[str]) -> str:
    """Words deleted, inserted and replaced, by formulas and by what others say, and some turned."""
    said = words.split()
    if len(said) < 12:
        return _changed_entry(random, said)
    # With less nobody could tell any more where it comes from.
    share_kept = max(0.45, random.betavariate(*hardness.kept))
    left_to_change = max(1, round(len(said) * (1 - share_kept)))
    while left_to_change > 0 and len(said) > 3:
        count = min(left_to_change, random.randint(1, 6), len(said) - 2)
        place = random.randrange(len(said) - count)
        chance = random.random()
        if chance < 0.3:
            del said[place : place + count]
        elif chance < 0.55:
            said[place : place + count] = random.choice(_FORMULAS).split()
        elif chance < 0.75:
            other = random.choice(spoken).split()
            start = random.randrange(max(1, len(other) - count))
            said[place : place + count] = other[start : start + count]
        elif chance < 0.9:
            said[place : place + count] = [random.choice(_VERBS + _NOUNS) for _ in range(count)]
        else:
            said[place:place] = random.choice(_FORMULAS).split()
        left_to_change -= count
    if random.random() < 0.15 and len(said) > 12:
        half = len(said) // 2
        said = said[half:] + said[:half]
    return " ".join(said)


def _changed_entry(random: Random, said: list[str]) -> str:
    """A short entry with another limit, unit or number, and with words that narrow it."""
    later = [
        str(random.randint(1, 90))
        if word.isdigit() and random.random() < 0.7
        else random.choice(_UNITS)
        if word in _UNITS and random.random() < 0.3
        else word
        for word in said
    ]
    if random.random() < 0.6:
        place = random.randint(1, len(later))
        later[place:place] = random.choice(_NARROWINGS).split()
    if random.random() < 0.4:
        del later[random.randrange(len(later))]
    return " ".join(later)


def _move_rows(random: Random, text: list[Article]) -> None:
    for _turn in range(sum(map(len, text)) // 30):
        giver, taker = random.choices(text[1:], k=2)
        if len(giver) > 2:
            row = giver.pop(random.randrange(1, len(giver)))
            taker.insert(random.randint(1, len(taker)), row)


def _move_articles(random: Random, text: list[Article]) -> None:
    for _turn in range(max(1, len(text) // 10)):
        text.insert(random.randrange(1, len(text)), text.pop(random.randrange(1, len(text))))


def _divide_articles(random: Random, text: list[Article]) -> None:
    for _turn in range(len(text) // 16):
        place = random.randrange(1, len(text))
        half = len(text[place]) // 2
        if half > 2:
            head = _row("heading", f"Article 0. {' '.join(random.sample(_NOUNS, 3))}")
            text[place : place + 1] = [text[place][:half], [head, *text[place][half:]]]


def _join_articles(random: Random, text: list[Article]) -> None:
    for _turn in range(len(text) // 20):
        place = random.randrange(1, len(text) - 1)
        text[place : place + 2] = [[*text[place], *text[place + 1][1:]]]


def _new_article(random: Random, invent: Callable[[Random, Sequence[str]], str]) -> Article:
    subject = random.sample(_NOUNS, 18)
    head = _row("heading", f"Article 0. {' '.join(subject[:3])}")
    return [
        head,
        *(_row("operative", invent(random, subject)) for _ in range(random.randint(4, 9))),
    ]


def _renumbered(words: str, number: int) -> str:
    return re.sub(r"^(Article|List) \d+", rf"\1 {number}", words)
