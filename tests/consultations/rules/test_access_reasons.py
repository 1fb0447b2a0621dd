"""Each rule that gives a reason, asked alone: where it refuses, and where it does not.

The grid of `test_access.py` asks whole acts, through the table. A rule that is turned round there
may hide behind another that refuses as well. Here each `why_…` and `require_…` of the rules has its
own lines: on which rows it says which sentence, and on which none. Rules about rows need no
database; rules about accounts do.
"""

import ast
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from consultations import rules
from consultations.models import Consultation, Facilitation, LatePolicy, Round, Seat, WorkingRoom
from consultations.people.functions import give_function
from consultations.rules import guards
from consultations.rules.access import Access, Actor, Capacity, Reach, Refused, Role
from consultations.rules.held_parts import HeldPart, StateChange
from consultations.rules.reach import why_cannot_change_account, why_cannot_erase
from consultations.rules.second_factor import require_second_factor
from consultations.seats.acts import end_seat
from delegations.models import Post, User
from tests.consultations.people.people import KEPT, House, furnish

NOW = timezone.now()
EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(days=1)
HERE, ELSEWHERE = Consultation(pk=1), Consultation(pk=2)
CLOSED_RECORD = Consultation(pk=1, closed_at=EARLIER)
# The seats of the delegation that acts, of a group in whose room it sits, and of a stranger.
OWN, GROUP, OTHER = (Seat(pk=pk, consultation=HERE) for pk in (1, 2, 3))
ROOM, OTHER_ROOM = WorkingRoom(pk=1, name="Room A"), WorkingRoom(pk=2, name="Room B")
PERSON, COLLEAGUE = User(pk=1), User(pk=2)

OPEN = Round(opens_at=EARLIER, deadline=LATER, late_policy=LatePolicy.REFUSE)
NOT_OPEN = Round(opens_at=LATER, deadline=LATER, late_policy=LatePolicy.REFUSE)
CLOSED = Round(opens_at=EARLIER, deadline=LATER, closed_at=EARLIER, late_policy=LatePolicy.REFUSE)
LATE = Round(opens_at=EARLIER, deadline=LATER, closed_at=EARLIER, late_policy=LatePolicy.MARK)

DRAFT_NEEDED = "This input is already submitted. Change it with a new version."
NO_MANDATE = "Your delegation no longer has the mandate of this group."
RECORD_CLOSED = "The record of this consultation is closed."
ADOPTED = "The text is adopted. The record no longer changes."
ROUND_CLOSED = "This round is closed and accepts no late inputs."
NO_ROOM_DRAFT = "This was not drafted in a group room."
ENDED = "The silence has ended. The group has consented."


def delegate(**facts: Any) -> Access:
    """A focal point of a delegation that neither sits in the room of a group nor leads one."""
    return _access(Role.FOCAL_POINT, seat=OWN, **facts)


def member(**facts: Any) -> Access:
    return delegate(group_room_seats=(GROUP,), **facts)


def coordinator(**facts: Any) -> Access:
    return member(coordinated_seats=(GROUP,), **facts)


def leader(*chaired_rooms: WorkingRoom, role: Role = Role.STAFF, **facts: Any) -> Access:
    """One of those who lead, and the working rooms that they chair."""
    access = _access(role, **facts)
    # As if read from the database.
    vars(access)["chaired_room_ids"] = frozenset(room.pk for room in chaired_rooms)
    return access


def _access(role: Role, **facts: Any) -> Access:
    capacity = Capacity(key="", role=role, name="", role_words="", code="")
    standing = {"user": PERSON, "delegation": None, "moment": NOW, "consultation": HERE}
    return Access(capacity=capacity, **standing | facts)


def draft(**facts: Any) -> Any:
    """A draft of the delegation that acts, in an open round."""
    values = {
        "consultation_id": HERE.pk,
        "seat_id": OWN.pk,
        "filed_by_id": OWN.pk,
        "author_id": PERSON.pk,
        "in_room": False,
        "round": OPEN,
        "submitted_at": None,
        "discarded_at": None,
        "withdrawn_at": None,
        "superseded_at": None,
        "silence_until": None,
        "silence_broken_at": None,
        "adopted_at": None,
    }
    return SimpleNamespace(**values | facts)


def submitted(**facts: Any) -> Any:
    return draft(submitted_at=EARLIER, **facts)


def room_draft(**facts: Any) -> Any:
    """A draft of a colleague in the room of the group."""
    values = {"in_room": True, "seat_id": GROUP.pk, "filed_by_id": GROUP.pk}
    return draft(**values | {"author_id": COLLEAGUE.pk} | facts)


def asked(seat: Seat = OWN, adopted_at: Any = None, **asking: Any) -> Any:
    """A seat that is asked: on bridging words, or in silence."""
    facts = {"silence_until": LATER, "declared_at": None, "asked_at": EARLIER, "closed_at": None}
    asking_row = SimpleNamespace(**facts | asking)
    return SimpleNamespace(
        seat_id=seat.pk,
        consultation_id=HERE.pk,
        silence=asking_row,
        proposal=asking_row,
        adopted_at=adopted_at,
    )


def part(room: WorkingRoom | None) -> HeldPart:
    return HeldPart(HERE.pk, "Paragraph 14", room)


def change(room: WorkingRoom | None, **states: bool) -> StateChange:
    return StateChange(HERE.pk, "Paragraph 14", room, **states)


def meeting(room: WorkingRoom | None) -> Any:
    return SimpleNamespace(room_id=room and room.pk)


ADOPTED_TEXT = SimpleNamespace(adopted_at=EARLIER)
TEXT = SimpleNamespace(adopted_at=None)

# For each rule: who acts, on what, and the sentence; empty where the rule says nothing.
ON_ROWS: dict[Callable[[Any, Any], str], list[tuple[Access, Any, str]]] = {
    guards.why_record_is_closed: [
        (delegate(), TEXT, ""),
        (delegate(), OPEN, ""),  # a row that is on no text
        (delegate(), ADOPTED_TEXT, ADOPTED),
        (delegate(consultation=CLOSED_RECORD), TEXT, RECORD_CLOSED),
    ],
    guards.why_round_takes_no_inputs: [
        (delegate(), OPEN, ""),
        (delegate(), LATE, ""),
        (delegate(), NOT_OPEN, "This round has not opened yet."),
        (delegate(), CLOSED, ROUND_CLOSED),
        (delegate(consultation=CLOSED_RECORD), OPEN, RECORD_CLOSED),
        (delegate(), draft(), ""),
        (delegate(), draft(round=CLOSED), ROUND_CLOSED),
        (delegate(), draft(adopted_at=EARLIER), ADOPTED),
    ],
    guards.why_not_draft_in_open_round: [
        (delegate(), OPEN, ""),
        (delegate(), CLOSED, ROUND_CLOSED),
        (delegate(), draft(), ""),
        (delegate(), draft(round=CLOSED), ROUND_CLOSED),
        (delegate(), submitted(), DRAFT_NEEDED),
    ],
    guards.why_not_draft: [
        (delegate(), draft(), ""),
        (delegate(), submitted(), "This input is already submitted."),
    ],
    guards.why_not_submitted: [
        (delegate(), submitted(), ""),
        (delegate(), draft(), "This is a draft, not yet submitted."),
    ],
    guards.why_cannot_discard: [
        (delegate(), draft(author_id=COLLEAGUE.pk), ""),
        (delegate(), submitted(), "This input is already submitted."),
        (coordinator(), room_draft(), ""),
        (member(), room_draft(author_id=PERSON.pk), ""),
        (
            member(),
            room_draft(),
            "In a group room, only the author or the coordinator can discard a draft.",
        ),
    ],
    guards.why_cannot_clear: [
        (delegate(), draft(), ""),
        (delegate(), draft(round=CLOSED), ROUND_CLOSED),
        (
            member(),
            room_draft(),
            "In a group room drafts are not cleared. The silence procedure is used instead.",
        ),
    ],
    guards.why_cannot_give: [
        (delegate(), draft(), ""),
        (delegate(), submitted(), "This input is already submitted."),
        (member(), room_draft(), "A draft in a group room is worked on by all its members."),
    ],
    guards.why_cannot_submit: [
        (delegate(), OPEN, ""),
        (delegate(), CLOSED, ROUND_CLOSED),
        (delegate(), draft(), ""),
        (delegate(), draft(round=CLOSED), ROUND_CLOSED),
        (delegate(), submitted(), DRAFT_NEEDED),
        (delegate(), draft(seat_id=GROUP.pk), NO_MANDATE),
        (coordinator(), draft(seat_id=GROUP.pk), ""),
        (coordinator(), room_draft(silence_until=EARLIER), ""),
        (member(), room_draft(silence_until=EARLIER), "Only the coordinator can do this."),
        (
            coordinator(),
            room_draft(),
            "Set a silence first, so that the members can object.",
        ),
        (member(), room_draft(submitted_at=EARLIER), DRAFT_NEEDED),
    ],
    guards.why_no_mandate: [
        (delegate(), draft(), ""),
        (coordinator(), room_draft(), ""),
        (member(), room_draft(), NO_MANDATE),
        (leader(), draft(), NO_MANDATE),
    ],
    guards.why_not_coordinator: [
        (coordinator(), room_draft(), ""),
        (coordinator(), room_draft(round=CLOSED), ROUND_CLOSED),
        (member(), room_draft(), "Only the coordinator can do this."),
        (coordinator(), draft(seat_id=GROUP.pk), NO_ROOM_DRAFT),
    ],
    guards.why_no_group_consent: [
        (coordinator(), room_draft(silence_until=EARLIER), ""),
        (
            coordinator(),
            room_draft(silence_until=EARLIER, silence_broken_at=EARLIER),
            "A member broke silence. Change the draft, and set a new silence.",
        ),
        (coordinator(), room_draft(), "Set a silence first, so that the members can object."),
        (
            coordinator(),
            room_draft(silence_until=NOW),
            "The silence of the group has not ended yet.",
        ),
    ],
    guards.why_cannot_object: [
        (member(), room_draft(silence_until=NOW), ""),
        (member(), room_draft(silence_until=LATER, silence_broken_at=EARLIER), ""),
        (member(), room_draft(silence_until=LATER, round=CLOSED), ROUND_CLOSED),
        (member(), room_draft(), "There is no silence to break here."),
        (member(), draft(silence_until=LATER), "There is no silence to break here."),
        (member(), room_draft(silence_until=EARLIER), ENDED),
        (
            member(),
            room_draft(silence_until=EARLIER, silence_broken_at=EARLIER),
            "The silence was broken. The coordinator sets a new one.",
        ),
        (member(), room_draft(silence_until=EARLIER, submitted_at=EARLIER), DRAFT_NEEDED),
    ],
    guards.why_cannot_break_silence: [
        (delegate(), asked(silence_until=NOW), ""),
        (coordinator(), asked(GROUP), ""),
        (delegate(), asked(OTHER), "Another delegation is asked here."),
        (member(), asked(GROUP), "Another delegation is asked here."),
        (delegate(), asked(declared_at=EARLIER), "The outcome of this silence is declared."),
        (
            delegate(),
            asked(silence_until=EARLIER),
            "The silence has ended. It can no longer be broken.",
        ),
        (delegate(), asked(adopted_at=EARLIER), ADOPTED),
    ],
    guards.why_cannot_opt_out: [
        (member(), room_draft(), ""),
        (member(), room_draft(submitted_at=EARLIER), DRAFT_NEEDED),
        (member(), draft(), NO_ROOM_DRAFT),
    ],
    guards.why_cannot_withdraw: [
        (delegate(), submitted(), ""),
        (delegate(), submitted(round=CLOSED), ""),
        (delegate(), draft(), "This is a draft. Discard it instead."),
        (delegate(), submitted(withdrawn_at=EARLIER), "This input was already withdrawn."),
        (
            delegate(),
            submitted(superseded_at=EARLIER),
            "There is a later version. Withdraw that one.",
        ),
        (delegate(), submitted(adopted_at=EARLIER), ADOPTED),
    ],
    guards.why_cannot_draft_version: [
        (delegate(), submitted(), ""),
        (delegate(), submitted(round=CLOSED), ROUND_CLOSED),
        (delegate(), draft(), "This is a draft. Change it instead."),
        (delegate(), submitted(withdrawn_at=EARLIER), "This input was already withdrawn."),
        (
            delegate(),
            submitted(superseded_at=EARLIER),
            "There is a later version. Change that one.",
        ),
    ],
    guards.why_cannot_answer: [
        (delegate(), submitted(), ""),
        (delegate(), draft(), "This is a draft, not yet submitted."),
        (delegate(), submitted(adopted_at=EARLIER), ADOPTED),
    ],
    guards.why_cannot_align: [
        (delegate(), submitted(seat_id=OTHER.pk), ""),
        (delegate(), draft(seat_id=OTHER.pk), "This is a draft, not yet submitted."),
        (delegate(), submitted(), "This is your own input."),
        (
            member(),
            submitted(seat_id=GROUP.pk),
            "This is the input of a group that includes your delegation.",
        ),
        *(
            (
                delegate(),
                submitted(seat_id=OTHER.pk, **{gone_at: EARLIER}),
                "This input was withdrawn or replaced.",
            )
            for gone_at in ("withdrawn_at", "superseded_at")
        ),
    ],
    guards.why_cannot_answer_bridging: [
        (delegate(), asked(), ""),
        (coordinator(), asked(GROUP), ""),
        (delegate(), asked(OTHER), "Another delegation is asked here."),
        (delegate(), asked(asked_at=None), "Nobody is asked about this yet."),
        (
            delegate(),
            asked(closed_at=EARLIER),
            "This is closed. Answers are no longer accepted.",
        ),
        (delegate(), asked(adopted_at=EARLIER), ADOPTED),
    ],
    guards.why_not_in_plenary: [
        (leader(), TEXT, ""),
        (leader(ROOM, role=Role.CO_FACILITATOR), TEXT, ""),
        (_access(Role.SECRETARIAT), TEXT, ""),
        (
            leader(ROOM),
            TEXT,
            "As chair of a room you cannot do this. Ask the co-facilitators.",
        ),
        (leader(), ADOPTED_TEXT, ADOPTED),
    ],
    guards.why_cannot_project: [
        (leader(ROOM), HERE, ""),
        (leader(ROOM), meeting(None), ""),
        (leader(ROOM), meeting(ROOM), ""),
        (leader(), meeting(ROOM), ""),
        (leader(OTHER_ROOM), meeting(ROOM), "The chairs of this room lead its screen."),
        (leader(ROOM, consultation=CLOSED_RECORD), meeting(ROOM), RECORD_CLOSED),
    ],
    guards.why_cannot_edit_text: [
        (leader(ROOM), TEXT, ""),
        (leader(), ADOPTED_TEXT, ADOPTED),
        (leader(ROOM), part(ROOM), ""),
        (leader(OTHER_ROOM), part(ROOM), "Paragraph 14 is with Room A."),
        (leader(ROOM, consultation=CLOSED_RECORD), part(ROOM), RECORD_CLOSED),
    ],
    guards._why_held_by_another_room: [
        (leader(ROOM), part(ROOM), ""),
        (leader(OTHER_ROOM), part(ROOM), "Paragraph 14 is with Room A."),
        (leader(), part(ROOM), "Paragraph 14 is with Room A."),
        (leader(), part(None), ""),
        (leader(ROOM), part(None), "Paragraph 14 is with the plenary, not with your room."),
    ],
    guards.why_cannot_set_state: [
        (leader(ROOM), TEXT, ""),
        (leader(), ADOPTED_TEXT, ADOPTED),
        (leader(consultation=CLOSED_RECORD), change(None), RECORD_CLOSED),
        (leader(ROOM), change(ROOM, sets_agreed_in_room=True), ""),
        (
            leader(ROOM),
            change(None, sets_agreed_in_room=True),
            "Paragraph 14 is with no room. Agree it in plenary.",
        ),
        (leader(OTHER_ROOM), change(ROOM), "Paragraph 14 is with Room A."),
        (leader(), change(None, sets_agreed_in_plenary=True), ""),
        (leader(), change(None, is_agreed_in_plenary=True), ""),
        *(
            (leader(ROOM), change(ROOM, **states), "Paragraph 14: only the plenary does this.")
            for states in (
                {"sets_agreed_in_plenary": True, "is_agreed_in_room": True},
                {"is_agreed_in_plenary": True},
            )
        ),
        (leader(), change(ROOM, sets_agreed_in_plenary=True, is_agreed_in_room=True), ""),
        (leader(), change(ROOM, is_agreed_in_plenary=True), ""),
        (leader(), change(ROOM, sets_agreed_in_plenary=True), "Paragraph 14 is with Room A."),
    ],
}

# The same for how far an act reaches in one's function.
OTHERS_INPUT = {"seat_id": OTHER.pk, "filed_by_id": OTHER.pk}
IN_REACH: list[tuple[Access, Reach, Any, str]] = [
    (delegate(), Reach.OWN, SimpleNamespace(consultation_id=HERE.pk), ""),
    (
        delegate(),
        Reach.OWN,
        SimpleNamespace(consultation_id=ELSEWHERE.pk),
        "This belongs to another consultation.",
    ),
    (delegate(), Reach.OWN, draft(), ""),
    (delegate(), Reach.OWN, submitted(), ""),
    (delegate(), Reach.OWN, draft(**OTHERS_INPUT), "This belongs to another delegation."),
    (delegate(), Reach.OWN, submitted(**OTHERS_INPUT), "This belongs to another delegation."),
    # What a delegation drafts for its group stays its own until it is submitted.
    (delegate(), Reach.OWN, draft(seat_id=GROUP.pk), ""),
    (delegate(), Reach.OWN, submitted(seat_id=GROUP.pk), NO_MANDATE),
    (coordinator(), Reach.OWN, submitted(seat_id=GROUP.pk), ""),
    (leader(), Reach.ALL, submitted(**OTHERS_INPUT), ""),
    (leader(), Reach.ALL, draft(**OTHERS_INPUT), "This belongs to another delegation."),
]

# --- Rules about accounts -------------------------------------------------------------------------

FUNCTION_ELSEWHERE = "{} has a function in another consultation."
HAD_FUNCTION_ELSEWHERE = "{} had a function in another consultation."
POST_ELSEWHERE = "{} has a post in a delegation without a seat in your consultation."
HAD_POST_ELSEWHERE = "{} had a post in a delegation without a seat in your consultation."
ADMINISTRATOR = "{} is an administrator of the platform."
IN_SECRETARIAT = (
    "{} is in the secretariat. Only a focal point of the delegation can give them a post there."
)


def administrator(house: House, elsewhere: House) -> User:
    return User.objects.create(email="root@un.example", name="Root", is_superuser=True)


def no_more_leader_elsewhere(house: House, elsewhere: House) -> User:
    Facilitation.objects.filter(user=elsewhere.co_facilitator).update(ended_at=NOW)
    return elsewhere.co_facilitator


def no_more_deputy_elsewhere(house: House, elsewhere: House) -> User:
    Post.objects.filter(user=elsewhere.deputy).update(ended_at=NOW)
    return elsewhere.deputy


def deputy_elsewhere_and_here(house: House, elsewhere: House) -> User:
    Seat.objects.filter(delegation=house.portugal).update(delegation=elsewhere.portugal)
    return elsewhere.deputy


def deputy_of_what_left(house: House, elsewhere: House) -> User:
    end_seat(
        access=house.access(house.secretariat), seat=Seat.objects.get(delegation=house.portugal)
    )
    return house.deputy


def no_more_deputy_of_what_left(house: House, elsewhere: House) -> User:
    Post.objects.filter(user=house.deputy).update(ended_at=NOW)
    return deputy_of_what_left(house, elsewhere)


# Who it is, why the secretariat may not change the account, and why not erase the person.
ACCOUNTS: list[tuple[Callable[[House, House], User], str, str]] = [
    (lambda house, _elsewhere: house.deputy, "", ""),
    (lambda house, _elsewhere: house.co_facilitator, "", ""),
    (administrator, ADMINISTRATOR, ADMINISTRATOR),
    (
        lambda _house, elsewhere: elsewhere.co_facilitator,
        FUNCTION_ELSEWHERE,
        FUNCTION_ELSEWHERE,
    ),
    (no_more_leader_elsewhere, "", HAD_FUNCTION_ELSEWHERE),
    (lambda _house, elsewhere: elsewhere.deputy, POST_ELSEWHERE, POST_ELSEWHERE),
    (no_more_deputy_elsewhere, "", HAD_POST_ELSEWHERE),
    (deputy_elsewhere_and_here, "", ""),
    (deputy_of_what_left, POST_ELSEWHERE, POST_ELSEWHERE),
    # What they did stands in the record here, and nowhere else.
    (no_more_deputy_of_what_left, "", ""),
]


@pytest.fixture
def house(db: None) -> House:
    return KEPT.laid_out()


@pytest.fixture
def elsewhere(house: House) -> House:
    """Another consultation, with delegations, people and a secretariat of its own."""
    return furnish("other", "desk2@un.example")


def _refusal(ask: Callable[[], None]) -> str:
    """The sentence with which it refuses; empty where it does not."""
    try:
        ask()
    except Refused as refused:
        return str(refused) or "A refusal without a sentence."
    return ""


@pytest.mark.parametrize(("build", "why_not_change", "why_not_erase"), ACCOUNTS)
def test_an_account_is_changed_and_erased_where_it_reaches_no_further_than_the_secretariat(
    house: House,
    elsewhere: House,
    build: Callable[[House, House], User],
    why_not_change: str,
    why_not_erase: str,
) -> None:
    user, slug = build(house, elsewhere), house.consultation.slug
    desk = house.access(house.secretariat)
    change, erase = why_not_change.format(user), why_not_erase.format(user)
    assert why_cannot_change_account(user, slug) == change
    assert why_cannot_erase(user, slug) == erase
    assert _refusal(lambda: desk.require_editable_account(user)) == change
    assert _refusal(lambda: desk.require_may_erase(user)) == erase


def test_the_own_account_may_always_be_changed_but_no_function_elsewhere_erased(
    house: House, elsewhere: House
) -> None:
    desk = house.access(house.secretariat)  # while this is the only function
    give_function(
        access=elsewhere.access(elsewhere.secretariat), user=house.secretariat, role="staff"
    )
    reason = FUNCTION_ELSEWHERE.format(house.secretariat)
    assert why_cannot_change_account(house.secretariat, house.consultation.slug) == reason
    assert _refusal(lambda: desk.require_editable_account(house.secretariat)) == ""
    assert _refusal(lambda: desk.require_may_erase(house.secretariat)) == reason


@pytest.mark.parametrize(
    ("who", "recipients", "named"),
    [
        ("secretariat", ["deputy", "staff"], ""),
        ("secretariat", ["deputy", "secretariat"], "secretariat"),
        ("focal_point", ["deputy", "secretariat"], ""),
    ],
)
def test_the_secretariat_gives_posts_to_all_but_a_secretariat(
    house: House, who: str, recipients: list[str], named: str
) -> None:
    actor = house.access(getattr(house, who))
    people = [getattr(house, name) for name in recipients]
    reason = IN_SECRETARIAT.format(getattr(house, named)) if named else ""
    assert _refusal(lambda: actor.require_recipients(people)) == reason


def test_one_who_served_as_secretariat_gets_posts_again(house: House) -> None:
    colleague = User.objects.create(email="clerk@un.example", name="Clerk")
    desk = house.access(house.secretariat)
    give_function(access=desk, user=colleague, role="secretariat")
    reason = IN_SECRETARIAT.format(colleague)
    assert _refusal(lambda: desk.require_recipients([colleague])) == reason
    Facilitation.objects.filter(user=colleague).update(ended_at=NOW)
    assert _refusal(lambda: desk.require_recipients([colleague])) == ""


@pytest.mark.parametrize(
    ("is_required", "who", "has_second_step", "is_refused"),
    [
        (True, "focal_point", False, True),
        (True, "secretariat", False, True),
        (True, "focal_point", True, False),
        (True, "deputy", False, False),
        (False, "focal_point", False, False),
    ],
)
def test_a_second_step_is_asked_where_it_is_set_of_who_submits_or_reads_all(
    house: House,
    settings: Any,
    is_required: bool,
    who: str,
    has_second_step: bool,
    is_refused: bool,
) -> None:
    settings.REQUIRE_MFA = is_required
    user = getattr(house, who)
    if has_second_step:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    refusal = _refusal(lambda: require_second_factor(house.access(user)))
    assert refusal.endswith("Set up an authenticator app or a passkey first.") == is_refused


# --- Rules about rows -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "access", "row", "sentence"),
    [(rule, *case) for rule, cases in ON_ROWS.items() for case in cases],
)
def test_a_rule_refuses_with_its_sentence_where_it_applies_and_only_there(
    rule: Callable[[Any, Any], str], access: Access, row: Any, sentence: str
) -> None:
    assert rule(access, row) == sentence


@pytest.mark.parametrize(("access", "reach", "row", "sentence"), IN_REACH)
def test_a_row_out_of_reach_is_refused_with_whose_it_is(
    access: Access, reach: Reach, row: Any, sentence: str
) -> None:
    assert access._why_out_of_reach(reach, row) == sentence


# --- That none is left out ------------------------------------------------------------------------

RULE = re.compile("_?(why|require)_")
# The sentences that the lines above ask of each rule, "" among them where it does not refuse.
ASKED: dict[Callable[..., Any], set[str]] = {
    **{rule: {sentence for _who, _row, sentence in cases} for rule, cases in ON_ROWS.items()},
    Access._why_out_of_reach: {sentence for *_case, sentence in IN_REACH},
    why_cannot_change_account: {change for _who, change, _erase in ACCOUNTS},
    why_cannot_erase: {erase for _who, _change, erase in ACCOUNTS},
    Actor.require_editable_account: {change for _who, change, _erase in ACCOUNTS},
    Actor.require_may_erase: {erase for _who, _change, erase in ACCOUNTS},
    Actor.require_recipients: {"", IN_SECRETARIAT},
    require_second_factor: {"", "As %(role)s you need a second sign-in step."},
}


def _rules() -> list[Callable[..., Any]]:
    """Every function and method in `consultations/rules` that is named as a rule with a reason."""
    modules = [
        import_module(f"{rules.__name__}.{module.name}")
        for module in pkgutil.iter_modules(rules.__path__)
    ]
    places = [
        *modules,
        *(kind for module in modules for kind in vars(module).values() if inspect.isclass(kind)),
    ]
    return list(
        dict.fromkeys(
            found
            for place in places
            for name, found in vars(place).items()
            if RULE.match(name) and inspect.isfunction(found)
        )
    )


def test_every_rule_with_a_reason_is_asked_where_it_refuses_and_where_it_does_not() -> None:
    assert {rule.__qualname__ for rule in _rules()} == {rule.__qualname__ for rule in ASKED}
    for rule, sentences in ASKED.items():
        assert "" in sentences and len(sentences) > 1, rule.__qualname__


@pytest.mark.parametrize("rule", ASKED)
def test_every_sentence_of_a_rule_is_asked(rule: Callable[..., Any]) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(rule)))
    templates = [
        ast.literal_eval(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    ]
    patterns = [re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(words)) for words in templates]
    unasked = [
        words
        for words, pattern in zip(templates, patterns, strict=True)
        if not any(re.fullmatch(pattern, sentence) for sentence in ASKED[rule])
    ]
    assert unasked == []
