"""The delegations that fill the room in the third week, and what they ask for.

`positions.json` lists positions on paragraphs of Rev.1 (`p`): the change, the delegations that hold
it (`d`), and reasons (`r`, each behind its language), which they use in turn. A reason stands in
the language of the change.
"""

from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from config.demo.ground import read_data
from config.demo.inputs import submit_inputs
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


def submit_positions(plan: Draft, moment: datetime) -> None:
    """Each delegation submits all that it asks for in one act, half an hour after the last."""
    inputs: list[dict[str, Any]] = []
    for position in read_data("positions.json"):
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
                    **({"change": position["change"]} if "change" in position else {}),
                }
            )
    submit_inputs(inputs, plan, moment, apart=timedelta(minutes=30))
