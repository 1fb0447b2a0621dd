"""A long invented text as rooms leave it: nested to six, with choices, two pairs cross."""

# Each paragraph, how many brackets it has, and how many signs in it make no pair.
PARAGRAPHS: tuple[tuple[str, int, int], ...] = (
    ("Open harbours for [small] vessels", 1, 0),
    ("The Parties [shall/should/may] keep their harbours open [at all times].", 2, 0),
    ("[They [agree [that [repairs [of [wooden] hulls]] are]] urgent], in any weather.", 6, 0),
    ("[Option A: Fees are shared.] [Option B: Fees are waived [for islands].]", 3, 0),
    ("Each port [Option 1: reports yearly Option 2: reports when asked] to the others.", 1, 0),
    ("Pilots ［board [at dusk］ and leave] at dawn, with [two] lamps.", 1, 4),
    ("The lamps [are lit by the keeper.", 0, 1),
    ("Ropes] and nets [are dried] on the quay [, as appropriate].", 2, 1),
    ("[The whole of this paragraph remains under discussion.]", 1, 0),
    ("Nothing in this text is in dispute here.", 0, 0),
)
TEXTS = tuple(text for text, _pairs, _lone in PARAGRAPHS)
