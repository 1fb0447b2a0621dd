"""The delegations that fill the room in the third week, and what they ask for.

`rev1-positions.json` and `rev2-positions.json` list positions on paragraphs (`p`): the change, the
delegations that hold it (`d`), and reasons (`r`, each behind its language), which they use in turn.
A reason stands in the language of the change. `a` are delegations that align themselves with it,
`c` is what may be done with the inputs, `review` what became of them.
"""

from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

from comments.answers.acts import align, reply, review_comments
from comments.models import Comment
from config.demo.ground import access_of_person, read_data
from config.demo.inputs import focal_point_email, submit_inputs
from consultations.people.inviting import invite
from consultations.rules.access import Access
from consultations.rules.access_factory import make_actor
from consultations.seats.acts import seat_delegation
from delegations.acts import add_user, give_post, set_mandate
from delegations.models import Delegation, PostRole
from drafts.models import Draft


def seat_more_delegations(access: Access) -> None:
    """Seat them for the secretariat, each with a focal point; Spain coordinates the EU."""
    actor = make_actor(access.user, access.capacity.key, moment=access.moment)
    delegation_by_code = {delegation.code: delegation for delegation in Delegation.objects.all()}
    for code, name in read_data("more-delegations.json").items():
        delegation = delegation_by_code[code]
        seat_delegation(access=access, delegation=delegation)
        # Without a password: they sign in by a code that is mailed.
        user = add_user(actor=actor, email=f"{code.lower()}@demo.example", name=name)
        give_post(actor=actor, user=user, delegation=delegation, role=PostRole.FOCAL_POINT)
    # Who has not answered the invitation yet.
    invite(
        actor=actor,
        delegation=delegation_by_code["NOR"],
        email="norway.deputy@demo.example",
        role=PostRole.DEPUTY,
    )
    seat_delegation(access=access, delegation=delegation_by_code["EU"])
    set_mandate(actor=actor, group=delegation_by_code["EU"], coordinator=delegation_by_code["ESP"])


def submit_positions(
    positions: list[dict[str, Any]], plan: Draft, moment: datetime
) -> list[list[Comment]]:
    """Each delegation submits all that it asks for in one act, half an hour after the last.

    A day later others align themselves with the first input of a position, or reply to it.
    Returns the inputs of each position.
    """
    inputs: list[dict[str, Any]] = []
    for position in positions:
        for code, reason in zip(position["d"], cycle(position["r"]), strict=False):
            language, _bar, rationale = reason.partition("|")
            inputs.append(
                {
                    "delegation": code,
                    "paragraph": position["p"],
                    "kind": position.get("kind", "replace"),
                    "type": position.get("type", "substantive"),
                    "language": language,
                    "rationale": rationale,
                    "consent": position.get("c"),
                    **({"change": position["change"]} if "change" in position else {}),
                }
            )
    submitted = iter(submit_inputs(inputs, plan, moment, apart=timedelta(minutes=30)))
    comments_by_position = [list(islice(submitted, len(position["d"]))) for position in positions]
    next_day = moment + timedelta(days=1)
    for position, comments in zip(positions, comments_by_position, strict=True):
        for code in position.get("a", []):
            align(access=access_of_person(focal_point_email(code), next_day), comment=comments[0])
        for code, text in position.get("replies", []):
            access = access_of_person(focal_point_email(code), next_day)
            reply(access=access, comment=comments[0], text=text)
    return comments_by_position


def answer_positions(
    positions: list[dict[str, Any]], comments_by_position: list[list[Comment]], moment: datetime
) -> Access:
    """A co-facilitator answers the inputs of a position alike, and publishes nothing.

    Returns the access with which it was done.
    """
    access = access_of_person("facilitator.cv@demo.example", moment)
    for position, comments in zip(positions, comments_by_position, strict=True):
        if "review" in position:
            disposition, observation = position["review"]
            review_comments(
                access=access, comments=comments, disposition=disposition, observation=observation
            )
    return access
