"""Bridging words in the room: a draft, and a question that is past its deadline and still open."""

from comments.bridging.acts import ask_on_bridging, draft_bridging
from comments.models import BridgingProposal
from drafts.models import Wording
from tests.room import Room, marker

# Who is asked; of the group, its coordinator answers.
ASKED_HERE = ("CPV", "FRA", "AFRICAN-GROUP")


def draft_on_bridging(room: Room, name: str = "bridging draft") -> BridgingProposal:
    """A draft of staff on the paragraph on which both delegations spoke, with a marker in it."""
    rows = Wording.objects.select_related("revision__draft", "paragraph__draft")
    spoken_on = Wording.objects.get(revision=room.revision, place=2).paragraph_id
    wording = rows.filter(paragraph=spoken_on).latest("revision__number")
    text = f"To raise awareness of trafficking, {marker(name)}."
    return draft_bridging(access=room.access("staff", -6), wording=wording, text=text)


def ask_about_bridging(
    room: Room, codes: tuple[str, ...] = ASKED_HERE, seen_by: str = "facilitators"
) -> BridgingProposal:
    """Asked five days ago, with a deadline three days ago."""
    row = draft_on_bridging(room, "bridging asked")
    seats = room.consultation.seats.filter(code__in=codes).select_related("delegation")
    return ask_on_bridging(
        access=room.access("co_facilitator", -5),
        proposal=row,
        version=row.version,
        seats=list(seats),
        deadline=room.at(-3),
        answers_seen_by=seen_by,
    )
