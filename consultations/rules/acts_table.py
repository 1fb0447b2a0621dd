"""The table of rules: how far each act reaches in each function.

`guards` add what depends on the moment and the state of a row; `access` asks both.
"""

from enum import Enum, StrEnum


class Role(StrEnum):
    """The function in which a person acts now."""

    CONTRIBUTOR = "contributor"
    DEPUTY = "deputy"
    FOCAL_POINT = "focal_point"
    CO_FACILITATOR = "co_facilitator"
    STAFF = "staff"
    SECRETARIAT = "secretariat"


DELEGATES = (Role.CONTRIBUTOR, Role.DEPUTY, Role.FOCAL_POINT)
FACILITATORS = (Role.CO_FACILITATOR, Role.STAFF)
READERS_OF_ALL = (*FACILITATORS, Role.SECRETARIAT)


class Act(StrEnum):
    """Everything that somebody may or may not do."""

    READ_TEXT = "read_text"
    READ_WORKING_TEXT = "read_working_text"
    EDIT_TEXT = "edit_text"
    SET_TEXTS = "set_texts"
    CIRCULATE = "circulate"
    SET_STATE = "set_state"
    SET_TRANSLATIONS = "set_translations"
    DRAFT_COMMENT = "draft_comment"
    DISCARD_COMMENT = "discard_comment"
    WRITE_NOTE = "write_note"
    ENTER_RECEIVED = "enter_received"
    READ_DRAFT_COMMENT = "read_draft_comment"
    SEND_FOR_CLEARANCE = "send_for_clearance"
    GIVE_DRAFT = "give_draft"
    CLEAR_COMMENT = "clear_comment"
    SUBMIT_COMMENT = "submit_comment"
    WITHDRAW_COMMENT = "withdraw_comment"
    DRAFT_VERSION = "draft_version"
    SET_SILENCE = "set_silence"
    OBJECT = "object"
    OPT_OUT = "opt_out"
    ACKNOWLEDGE_REVIEW = "acknowledge_review"
    READ_COMMENT = "read_comment"
    READ_HISTORY = "read_history"
    REPLY = "reply"
    ALIGN = "align"
    READ_REVIEW = "read_review"
    READ_UNPUBLISHED_REVIEW = "read_unpublished_review"
    REVIEW = "review"
    PUBLISH_REVIEWS = "publish_reviews"
    GATHER_INPUTS = "gather_inputs"
    SET_DECISIVE_WORDS = "set_decisive_words"
    WRITE_BRIDGING = "write_bridging"
    ASK_ON_BRIDGING = "ask_on_bridging"
    ANSWER_BRIDGING = "answer_bridging"
    LEAD_SILENCE = "lead_silence"
    BREAK_SILENCE = "break_silence"
    SET_ROUNDS = "set_rounds"
    SET_VISIBILITY = "set_visibility"
    SET_MEETINGS = "set_meetings"
    PROJECT = "project"
    SET_ROOMS = "set_rooms"
    ASSIGN_PARTS = "assign_parts"
    TAKE_MINUTES = "take_minutes"
    ISSUE_MINUTES = "issue_minutes"
    ANSWER_MINUTES = "answer_minutes"
    SET_SEATS = "set_seats"
    SEE_MAILS = "see_mails"
    WRITE_LETTER = "write_letter"
    SEND_LETTER = "send_letter"
    ANNOUNCE = "announce"
    EXPORT = "export"
    MANAGE_POSTS = "manage_posts"
    EDIT_DELEGATIONS = "edit_delegations"


class Reach(Enum):
    """How far an act reaches."""

    NOBODY = "nobody's rows"
    OWN = "the own delegation's rows"
    READABLE = "the own rows, and others' where they are readable"
    ALL = "all rows of the consultation"


def _reaches(roles: tuple[Role, ...], reach: Reach) -> dict[Role, Reach]:
    return dict.fromkeys(roles, reach)


_EVERYBODY = _reaches((*DELEGATES, *READERS_OF_ALL), Reach.ALL)
_AS_READABLE = _reaches(DELEGATES, Reach.READABLE) | _reaches(READERS_OF_ALL, Reach.ALL)
_FOCAL_POINT = _reaches((Role.FOCAL_POINT,), Reach.OWN)
_DEPUTY = _reaches((Role.DEPUTY, Role.FOCAL_POINT), Reach.OWN)
_CO_FACILITATOR = _reaches((Role.CO_FACILITATOR,), Reach.ALL)

# A role that is not named reaches nobody's rows.
TABLE: dict[Act, dict[Role, Reach]] = {
    Act.READ_TEXT: _EVERYBODY,
    Act.READ_WORKING_TEXT: _reaches(READERS_OF_ALL, Reach.ALL),
    Act.EDIT_TEXT: _reaches(FACILITATORS, Reach.ALL),
    Act.SET_TEXTS: _reaches(FACILITATORS, Reach.ALL),
    Act.CIRCULATE: _CO_FACILITATOR,
    Act.SET_STATE: _reaches(FACILITATORS, Reach.ALL),
    Act.SET_TRANSLATIONS: _reaches(READERS_OF_ALL, Reach.ALL),
    Act.DRAFT_COMMENT: _reaches(DELEGATES, Reach.OWN),
    Act.READ_DRAFT_COMMENT: _reaches(DELEGATES, Reach.OWN),
    Act.DISCARD_COMMENT: _reaches(DELEGATES, Reach.OWN),
    Act.WRITE_NOTE: _reaches(DELEGATES, Reach.OWN),
    Act.ENTER_RECEIVED: _reaches((Role.SECRETARIAT,), Reach.ALL),
    Act.SEND_FOR_CLEARANCE: _reaches(DELEGATES, Reach.OWN),
    Act.GIVE_DRAFT: _reaches(DELEGATES, Reach.OWN),
    Act.CLEAR_COMMENT: _DEPUTY,
    Act.SUBMIT_COMMENT: _FOCAL_POINT,
    Act.WITHDRAW_COMMENT: _FOCAL_POINT,
    Act.DRAFT_VERSION: _reaches(DELEGATES, Reach.OWN),
    Act.SET_SILENCE: _DEPUTY,
    Act.OBJECT: _DEPUTY,
    Act.OPT_OUT: _FOCAL_POINT,
    Act.ACKNOWLEDGE_REVIEW: _FOCAL_POINT,
    Act.READ_COMMENT: _AS_READABLE,
    Act.READ_HISTORY: _AS_READABLE,
    Act.REPLY: _reaches((Role.FOCAL_POINT,), Reach.READABLE) | _reaches(FACILITATORS, Reach.ALL),
    Act.ALIGN: _reaches((Role.FOCAL_POINT,), Reach.READABLE),
    Act.READ_REVIEW: _AS_READABLE,
    Act.READ_UNPUBLISHED_REVIEW: _reaches(READERS_OF_ALL, Reach.ALL),
    Act.REVIEW: _reaches(FACILITATORS, Reach.ALL),
    Act.PUBLISH_REVIEWS: _CO_FACILITATOR,
    Act.GATHER_INPUTS: _reaches(FACILITATORS, Reach.ALL),
    Act.SET_DECISIVE_WORDS: _reaches((Role.SECRETARIAT,), Reach.ALL),
    Act.WRITE_BRIDGING: _reaches(FACILITATORS, Reach.ALL),
    Act.ASK_ON_BRIDGING: _CO_FACILITATOR,
    Act.ANSWER_BRIDGING: _FOCAL_POINT,
    Act.LEAD_SILENCE: _CO_FACILITATOR,
    Act.BREAK_SILENCE: _FOCAL_POINT,
    Act.SET_ROUNDS: _reaches(FACILITATORS, Reach.ALL),
    Act.SET_VISIBILITY: _CO_FACILITATOR,
    Act.SET_MEETINGS: _reaches(READERS_OF_ALL, Reach.ALL),
    Act.PROJECT: _reaches(FACILITATORS, Reach.ALL),
    Act.SET_ROOMS: _reaches(READERS_OF_ALL, Reach.ALL),
    Act.ASSIGN_PARTS: _reaches(FACILITATORS, Reach.ALL),
    Act.TAKE_MINUTES: _reaches(READERS_OF_ALL, Reach.ALL),
    Act.ISSUE_MINUTES: _CO_FACILITATOR | _reaches((Role.SECRETARIAT,), Reach.ALL),
    Act.ANSWER_MINUTES: _FOCAL_POINT,
    Act.SET_SEATS: _reaches((Role.SECRETARIAT,), Reach.ALL),
    Act.SEE_MAILS: _reaches((Role.SECRETARIAT,), Reach.ALL),
    Act.WRITE_LETTER: _reaches(READERS_OF_ALL, Reach.ALL),
    Act.SEND_LETTER: _reaches((Role.CO_FACILITATOR, Role.SECRETARIAT), Reach.ALL),
    Act.ANNOUNCE: _reaches((Role.CO_FACILITATOR, Role.SECRETARIAT), Reach.ALL),
    Act.EXPORT: _EVERYBODY,
    Act.MANAGE_POSTS: _FOCAL_POINT | _reaches((Role.SECRETARIAT,), Reach.ALL),
    Act.EDIT_DELEGATIONS: _reaches((Role.SECRETARIAT,), Reach.ALL),
}
