"""What the rules say, written as plain tables that know nothing of `consultations/rules/access.py`.

From section 3 of the rules: who may do what, on whose row, in which state of the round.
"""

from dataclasses import dataclass
from datetime import timedelta

from consultations.models import LatePolicy

# Who: C contributor, D deputy, F focal point, L co-facilitator, S staff, A secretariat.
# Cells: no; yes; open = while the round takes inputs; read = where others' inputs are readable.
# Columns: own draft, discarded, input, withdrawn, superseded; then the same five of another.
ON_COMMENTS = """
draft_comment           CDF     open  no   no   no   no      no  no  no    no    no
read_draft_comment      CDF     yes   no   no   no   no      no  no  no    no    no
discard_comment         CDF     yes   no   no   no   no      no  no  no    no    no
write_note              CDF     yes   no   yes  yes  yes     no  no  no    no    no
send_for_clearance      CDF     open  no   no   no   no      no  no  no    no    no
give_draft              CDF     yes   no   no   no   no      no  no  no    no    no
clear_comment           DF      open  no   no   no   no      no  no  no    no    no
submit_comment          F       open  no   no   no   no      no  no  no    no    no
withdraw_comment        F       no    no   yes  no   no      no  no  no    no    no
draft_version           CDF     no    no   open no   no      no  no  no    no    no
acknowledge_review      F       no    no   yes  yes  yes     no  no  no    no    no
read_comment            CDF     yes   no   yes  yes  yes     no  no  read  read  read
read_comment            LSA     no    no   no   no   no      no  no  yes   yes   yes
read_history            CDF     yes   no   yes  yes  yes     no  no  read  read  read
read_history            LSA     no    no   no   no   no      no  no  yes   yes   yes
reply                   F       no    no   yes  yes  yes     no  no  read  read  read
reply                   LS      no    no   no   no   no      no  no  yes   yes   yes
align                   F       no    no   no   no   no      no  no  read  no    no
read_review             CDF     no    no   yes  yes  yes     no  no  read  read  read
read_review             LSA     no    no   no   no   no      no  no  yes   yes   yes
read_unpublished_review LSA     no    no   no   no   no      no  no  yes   yes   yes
review                  LS      no    no   no   no   no      no  no  yes   yes   yes
gather_inputs           LS      no    no   no   no   no      no  no  yes   yes   yes
"""
COLUMNS = tuple(
    f"{whose} {state}"
    for whose in ("own", "other")
    for state in ("draft", "discarded", "input", "withdrawn", "superseded")
)

# On what was drafted in a group's room: a draft, one under silence, one on which the silence
# ended, one that a member silence broken, a discarded one, and an input of the group.
# First the coordinator's delegation, then another member's (whose contributor drafted all of
# them); for everybody else these are another delegation's drafts and inputs.
IN_ROOMS = """
draft_comment       CDF  open open open open no no           open open open open no no
read_draft_comment  CDF  yes  yes  yes  yes  no no           yes  yes  yes  yes  no no
discard_comment     CDF  yes  yes  yes  yes  no no           no   no   no   no   no no
discard_comment     c    no   no   no   no   no no           yes  yes  yes  yes  no no
write_note          CDF  yes  yes  yes  yes  no yes          yes  yes  yes  yes  no no
submit_comment      F    no   no   open no   no no           no   no   no   no   no no
set_silence         DF   open open open open no no           no   no   no   no   no no
object              DF   no   open no   open no no           no   open no   open no no
opt_out             F    open open open open no no           open open open open no no
withdraw_comment    F    no   no   no   no   no yes          no   no   no   no   no no
draft_version       CDF  no   no   no   no   no open         no   no   no   no   no no
acknowledge_review  F    no   no   no   no   no yes          no   no   no   no   no no
read_comment        CDF  yes  yes  yes  yes  no yes          yes  yes  yes  yes  no yes
read_history        CDF  yes  yes  yes  yes  no yes          yes  yes  yes  yes  no yes
reply               F    no   no   no   no   no yes          no   no   no   no   no yes
read_review         CDF  no   no   no   no   no yes          no   no   no   no   no yes
"""

# On an input of a group whose mandate passed on since it was submitted, whether it was filed by the
# former coordinator or drafted in the room: first for the coordinator of today, who did not file
# it, then for the former one, who did and is still a member, for another member, for a stranger.
AFTER_THE_MANDATE = """
withdraw_comment    F    yes  no   no   no
draft_version       CDF  open no   no   no
acknowledge_review  F    yes  no   no   no
write_note          CDF  yes  no   no   no
read_comment        CDF  yes  yes  yes  read
read_history        CDF  yes  yes  yes  read
reply               F    yes  yes  yes  read
align               F    no   no   no   read
read_review         CDF  yes  yes  yes  read
"""
AFTER_THE_MANDATE_WHO = ("CIV", "CPV", "PRT", "FRA")

# On what belongs to the consultation as a whole: a text, a wording, a round, a meeting.
ON_THE_FRAME = """
read_text            CDFLSA   yes
read_working_text    LSA      yes
edit_text            LS       yes
set_texts            LS       yes
circulate            L        yes
set_state            LS       yes
set_translations     LSA      yes
draft_comment        CDF      open
submit_comment       F        open
enter_received       A        open
set_rounds           LS       yes
set_visibility       L        yes
set_meetings         LSA      yes
project              LS       yes
set_rooms            LSA      yes
assign_parts         LS       yes
take_minutes         LSA      yes
issue_minutes        LA       yes
answer_minutes       F        yes
set_up_consultation  A        yes
see_mails            A        yes
write_letter         LSA      yes
send_letter          LA       yes
announce             LA       yes
publish_reviews      L        yes
set_decisive_words   A        yes
write_bridging       LS       yes
ask_on_bridging      L        yes
lead_silence         L        yes
export               CDFLSA   yes
"""

# On a seat that is asked about bridging words: the own one, that of a group which the delegation
# coordinates, of one of which it is a member, another's.
ON_ASKED_SEATS = """
answer_bridging    F   yes yes no no
"""

# On a seat that is asked in silence: the own one, another's.
ON_SILENCE_SEATS = """
break_silence      F   yes no
"""

# On a delegation of the ground floor: the own one, another one that sits in the consultation, one
# that sits elsewhere alone.
ON_DELEGATIONS = """
manage_posts       F   yes no  no
manage_posts       A   yes yes no
edit_delegations   A   yes yes no
"""

LETTERS = {
    "contributor": "C",
    "deputy": "D",
    "focal_point": "F",
    "co_facilitator": "L",
    "staff": "S",
    "secretariat": "A",
}


def cells_of(table: str) -> dict[tuple[str, str], list[str]]:
    """(act, letter of who) → its cells. Who stands in no line has none."""
    found = {}
    for line in table.strip().splitlines():
        act, who, *cells = line.split()
        found.update({(act, letter): cells for letter in who})
    return found


COMMENT_CELLS = cells_of(ON_COMMENTS)
ROOM_CELLS = cells_of(IN_ROOMS)
MANDATE_CELLS = cells_of(AFTER_THE_MANDATE)
CONSULTATION_CELLS = cells_of(ON_THE_FRAME)
ASKED_CELLS = cells_of(ON_ASKED_SEATS)
SILENCE_CELLS = cells_of(ON_SILENCE_SEATS)
DELEGATION_CELLS = cells_of(ON_DELEGATIONS)
COMMENT_ACTS = sorted({act for act, _who in {**COMMENT_CELLS, **ROOM_CELLS}})
CONSULTATION_ACTS = sorted({act for act, _who in CONSULTATION_CELLS})
ASKED_ACTS = sorted({act for act, _who in ASKED_CELLS})
SILENCE_ACTS = sorted({act for act, _who in SILENCE_CELLS})
DELEGATION_ACTS = sorted({act for act, _who in DELEGATION_CELLS})

# Rows of comments in the room, by the column in which they stand.
STATES = {
    "draft": "draft",
    "cleared": "draft",
    "group draft": "draft",
    "discarded": "discarded",
    "submitted": "input",
    "successor": "input",
    "late": "input",
    "group input": "input",
    "withdrawn": "withdrawn",
    "superseded": "superseded",
}

# Rows of the group room, by the column in which they stand; the group's own input among them.
ROOM_STATES = {
    "ROOM draft": 0,
    "ROOM silent": 1,
    "ROOM agreed": 2,
    "ROOM objected": 3,
    "ROOM discarded": 4,
    "ROOM input": 5,
}
COORDINATOR, MEMBER = "CPV", "CIV"
# For everybody else, and for the table above.
STATES |= {name.removeprefix("ROOM "): "draft" for name in ROOM_STATES if name not in STATES} | {
    "discarded": "discarded",
    "input": "input",
}

# (capacity, delegation whose rows are its own). Cabo Verde also files for the group and sits in
# another consultation; the co-facilitator's mission negotiates as well.
CAPACITIES = (
    *((f"{code} {role}", code) for code in ("CPV", "CIV", "FRA") for role in list(LETTERS)[:3]),
    ("co_facilitator as PRT", "PRT"),
    ("co_facilitator", ""),
    ("staff", ""),
    ("secretariat", ""),
)

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
GRACE = timedelta(seconds=60)


@dataclass(frozen=True)
class Stage:
    """Where a round stands: its times from now, and what that means."""

    opens: timedelta
    deadline: timedelta
    late_policy: str
    takes_inputs: bool
    is_closed: bool
    closed: timedelta | None = None


MARK, REFUSE = LatePolicy.MARK, LatePolicy.REFUSE
STAGES = {
    "not open": Stage(DAY, 2 * DAY, MARK, takes_inputs=False, is_closed=False),
    "open": Stage(-DAY, DAY, REFUSE, takes_inputs=True, is_closed=False),
    "in grace": Stage(-DAY, -GRACE / 2, REFUSE, takes_inputs=True, is_closed=False),
    "last moment of grace": Stage(-DAY, -GRACE, REFUSE, takes_inputs=True, is_closed=False),
    "first moment after": Stage(-DAY, -GRACE - MOMENT, REFUSE, takes_inputs=False, is_closed=True),
    "late allowed": Stage(-DAY, -HOUR, MARK, takes_inputs=True, is_closed=True),
    "closed": Stage(-DAY, -HOUR, REFUSE, takes_inputs=False, is_closed=True),
    "closed early": Stage(-DAY, DAY, REFUSE, False, True, closed=-HOUR),
}


def holds(cell: str, stage: Stage, visibility: str) -> bool:
    readable = visibility == "at_once" or (visibility == "at_close" and stage.is_closed)
    return {"no": False, "yes": True, "open": stage.takes_inputs, "read": readable}[cell]
