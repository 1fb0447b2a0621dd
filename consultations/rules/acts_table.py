"""The table of rules: how far each act reaches in each function.

`guards` add what depends on the moment and the state of a row; `access` asks both.
"""

from enum import Enum, StrEnum


class Role(StrEnum):
    """The function in which a person acts now: three in a delegation, three in a consultation.

    In a delegation a contributor drafts, a deputy also clears, and a focal point also submits.
    """

    CONTRIBUTOR = "contributor"
    DEPUTY = "deputy"
    FOCAL_POINT = "focal_point"
    CO_FACILITATOR = "co_facilitator"
    STAFF = "staff"
    SECRETARIAT = "secretariat"


DELEGATE_ROLES = (Role.CONTRIBUTOR, Role.DEPUTY, Role.FOCAL_POINT)
FACILITATOR_ROLES = (Role.CO_FACILITATOR, Role.STAFF)
ROLES_READING_ALL = (*FACILITATOR_ROLES, Role.SECRETARIAT)


class Act(StrEnum):
    """Every act that `REACH_TABLE` allows to one function or another.

    What people do for themselves alone, such as making a key or watching a paragraph, has no act.
    """

    READ_TEXT = "read_text"
    # The text as the facilitators edit it, before it is circulated.
    READ_WORKING_TEXT = "read_working_text"
    EDIT_TEXT = "edit_text"
    # Begin a text, or set its title, language and numbering.
    SET_TEXTS = "set_texts"
    CIRCULATE = "circulate"
    # The state of a paragraph: agreed ad ref, parked, for informals, or reopened.
    SET_STATE = "set_state"
    SET_TRANSLATIONS = "set_translations"
    DRAFT_COMMENT = "draft_comment"
    DISCARD_COMMENT = "discard_comment"
    WRITE_NOTE = "write_note"
    # Enter what reached the secretariat in another way, as a draft of its delegation.
    ENTER_RECEIVED = "enter_received"
    READ_DRAFT_COMMENT = "read_draft_comment"
    # Ask for clearance, the delegation's own approval before it submits.
    SEND_FOR_CLEARANCE = "send_for_clearance"
    # Hand a draft to a colleague, who goes on with it.
    GIVE_DRAFT = "give_draft"
    CLEAR_COMMENT = "clear_comment"
    SUBMIT_COMMENT = "submit_comment"
    WITHDRAW_COMMENT = "withdraw_comment"
    # Draft what is to replace a submitted input.
    DRAFT_VERSION = "draft_version"
    # Set a silence in a group's room, on the draft of its input, and object to the draft under it.
    # The silences of the facilitators are LEAD_SILENCE and BREAK_SILENCE.
    SET_SILENCE = "set_silence"
    OBJECT = "object"
    # Dissociate the own delegation from an input of its group.
    OPT_OUT = "opt_out"
    # Answer a published review: satisfied, or maintaining the position.
    ACKNOWLEDGE_REVIEW = "acknowledge_review"
    READ_COMMENT = "read_comment"
    READ_HISTORY = "read_history"
    REPLY = "reply"
    # Associate the own delegation with the input of another.
    ALIGN = "align"
    # A review is the facilitators' answer to an input.
    READ_REVIEW = "read_review"
    READ_UNPUBLISHED_REVIEW = "read_unpublished_review"
    REVIEW = "review"
    PUBLISH_REVIEWS = "publish_reviews"
    # Put like proposals together, to answer them as one.
    GATHER_INPUTS = "gather_inputs"
    # The words that tell like proposals apart, as "shall" and "should" do.
    SET_DECISIVE_WORDS = "set_decisive_words"
    # Words of the facilitators between the proposals, and whether delegations can accept them.
    WRITE_BRIDGING = "write_bridging"
    ASK_ON_BRIDGING = "ask_on_bridging"
    ANSWER_BRIDGING = "answer_bridging"
    # The silence procedure of the facilitators.
    LEAD_SILENCE = "lead_silence"
    BREAK_SILENCE = "break_silence"
    SET_ROUNDS = "set_rounds"
    # Set which delegations read the inputs of a round, and from when.
    SET_VISIBILITY = "set_visibility"
    SET_MEETINGS = "set_meetings"
    # Lead the screen that a meeting sees.
    PROJECT = "project"
    # Working rooms, and the parts of a text that each of them works on.
    SET_ROOMS = "set_rooms"
    ASSIGN_PARTS = "assign_parts"
    TAKE_MINUTES = "take_minutes"
    ISSUE_MINUTES = "issue_minutes"
    # Answer the facilitators, who ask about what the delegation said at a meeting.
    ANSWER_MINUTES = "answer_minutes"
    # All that only the secretariat sets up: the consultation, its seats, who leads and serves it,
    # and the close of its record.
    SET_UP_CONSULTATION = "set_up_consultation"
    # Follow the mails of the consultation: to whom they went, and whether they arrived.
    SEE_MAILS = "see_mails"
    WRITE_LETTER = "write_letter"
    SEND_LETTER = "send_letter"
    # Show a few words on the front page, for a time, to all who take part.
    ANNOUNCE = "announce"
    EXPORT = "export"
    # Give and end posts: what people do in a delegation.
    MANAGE_POSTS = "manage_posts"
    EDIT_DELEGATIONS = "edit_delegations"


class Reach(Enum):
    """On whose rows a role may do an act."""

    NOBODY = "nobody's rows"
    OWN = "the own delegation's rows"
    READABLE = "the own rows, and others' where they are readable"
    ALL = "all rows of the consultation"


def _same_reach(roles: tuple[Role, ...], reach: Reach) -> dict[Role, Reach]:
    """A row of `REACH_TABLE` in which these roles have one reach."""
    return dict.fromkeys(roles, reach)


# Rows of the table that several acts have, named by the reach and the roles.
_ALL_BY_EVERYBODY = _same_reach((*DELEGATE_ROLES, *ROLES_READING_ALL), Reach.ALL)
_READABLE_BY_DELEGATES = _same_reach(DELEGATE_ROLES, Reach.READABLE) | _same_reach(
    ROLES_READING_ALL, Reach.ALL
)
_OWN_BY_FOCAL_POINT = _same_reach((Role.FOCAL_POINT,), Reach.OWN)
# By a deputy and, as everything a deputy may do, by a focal point.
_OWN_BY_DEPUTY = _same_reach((Role.DEPUTY, Role.FOCAL_POINT), Reach.OWN)
_ALL_BY_CO_FACILITATOR = _same_reach((Role.CO_FACILITATOR,), Reach.ALL)

# A role that is not named reaches nobody's rows.
REACH_TABLE: dict[Act, dict[Role, Reach]] = {
    Act.READ_TEXT: _ALL_BY_EVERYBODY,
    Act.READ_WORKING_TEXT: _same_reach(ROLES_READING_ALL, Reach.ALL),
    Act.EDIT_TEXT: _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.SET_TEXTS: _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.CIRCULATE: _ALL_BY_CO_FACILITATOR,
    Act.SET_STATE: _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.SET_TRANSLATIONS: _same_reach(ROLES_READING_ALL, Reach.ALL),
    Act.DRAFT_COMMENT: _same_reach(DELEGATE_ROLES, Reach.OWN),
    Act.READ_DRAFT_COMMENT: _same_reach(DELEGATE_ROLES, Reach.OWN),
    Act.DISCARD_COMMENT: _same_reach(DELEGATE_ROLES, Reach.OWN),
    Act.WRITE_NOTE: _same_reach(DELEGATE_ROLES, Reach.OWN),
    Act.ENTER_RECEIVED: _same_reach((Role.SECRETARIAT,), Reach.ALL),
    Act.SEND_FOR_CLEARANCE: _same_reach(DELEGATE_ROLES, Reach.OWN),
    Act.GIVE_DRAFT: _same_reach(DELEGATE_ROLES, Reach.OWN),
    Act.CLEAR_COMMENT: _OWN_BY_DEPUTY,
    Act.SUBMIT_COMMENT: _OWN_BY_FOCAL_POINT,
    Act.WITHDRAW_COMMENT: _OWN_BY_FOCAL_POINT,
    Act.DRAFT_VERSION: _same_reach(DELEGATE_ROLES, Reach.OWN),
    Act.SET_SILENCE: _OWN_BY_DEPUTY,
    Act.OBJECT: _OWN_BY_DEPUTY,
    Act.OPT_OUT: _OWN_BY_FOCAL_POINT,
    Act.ACKNOWLEDGE_REVIEW: _OWN_BY_FOCAL_POINT,
    Act.READ_COMMENT: _READABLE_BY_DELEGATES,
    Act.READ_HISTORY: _READABLE_BY_DELEGATES,
    Act.REPLY: _same_reach((Role.FOCAL_POINT,), Reach.READABLE)
    | _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.ALIGN: _same_reach((Role.FOCAL_POINT,), Reach.READABLE),
    Act.READ_REVIEW: _READABLE_BY_DELEGATES,
    Act.READ_UNPUBLISHED_REVIEW: _same_reach(ROLES_READING_ALL, Reach.ALL),
    Act.REVIEW: _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.PUBLISH_REVIEWS: _ALL_BY_CO_FACILITATOR,
    Act.GATHER_INPUTS: _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.SET_DECISIVE_WORDS: _same_reach((Role.SECRETARIAT,), Reach.ALL),
    Act.WRITE_BRIDGING: _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.ASK_ON_BRIDGING: _ALL_BY_CO_FACILITATOR,
    Act.ANSWER_BRIDGING: _OWN_BY_FOCAL_POINT,
    Act.LEAD_SILENCE: _ALL_BY_CO_FACILITATOR,
    Act.BREAK_SILENCE: _OWN_BY_FOCAL_POINT,
    Act.SET_ROUNDS: _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.SET_VISIBILITY: _ALL_BY_CO_FACILITATOR,
    Act.SET_MEETINGS: _same_reach(ROLES_READING_ALL, Reach.ALL),
    Act.PROJECT: _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.SET_ROOMS: _same_reach(ROLES_READING_ALL, Reach.ALL),
    Act.ASSIGN_PARTS: _same_reach(FACILITATOR_ROLES, Reach.ALL),
    Act.TAKE_MINUTES: _same_reach(ROLES_READING_ALL, Reach.ALL),
    Act.ISSUE_MINUTES: _ALL_BY_CO_FACILITATOR | _same_reach((Role.SECRETARIAT,), Reach.ALL),
    Act.ANSWER_MINUTES: _OWN_BY_FOCAL_POINT,
    Act.SET_UP_CONSULTATION: _same_reach((Role.SECRETARIAT,), Reach.ALL),
    Act.SEE_MAILS: _same_reach((Role.SECRETARIAT,), Reach.ALL),
    Act.WRITE_LETTER: _same_reach(ROLES_READING_ALL, Reach.ALL),
    Act.SEND_LETTER: _same_reach((Role.CO_FACILITATOR, Role.SECRETARIAT), Reach.ALL),
    Act.ANNOUNCE: _same_reach((Role.CO_FACILITATOR, Role.SECRETARIAT), Reach.ALL),
    Act.EXPORT: _ALL_BY_EVERYBODY,
    Act.MANAGE_POSTS: _OWN_BY_FOCAL_POINT | _same_reach((Role.SECRETARIAT,), Reach.ALL),
    Act.EDIT_DELEGATIONS: _same_reach((Role.SECRETARIAT,), Reach.ALL),
}
