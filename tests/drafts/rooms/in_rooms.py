"""A text in parts, with two rooms at work on it: people who chair them, and who leads for all."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from consultations.models import Facilitation, WorkingRoom
from consultations.people.functions import give_function
from consultations.rooms.acts import begin_room
from consultations.rules.access import Access
from consultations.rules.access_factory import make_access
from delegations.models import User
from drafts.desk.acts import add_paragraph, edit_paragraph
from drafts.models import Draft, Paragraph, RoomPart
from drafts.rooms.acts import assign_parts
from tests.drafts.desk.leading import SLUG, Leading, build_leading, rows_of, text_with
from tests.kept_rows import Kept


def a_chair(leading: Leading, name: str) -> Access:
    """Somebody on the staff who is to chair a room."""
    user = User.objects.create_user(f"{name}@example.org", "a password", name=f"Chair {name}")
    held = give_function(access=leading.clerk, user=user, role="staff")
    moment = leading.leader.moment
    return make_access(user, SLUG, f"facilitation:{held.public_id}", moment=moment)


def room_of(leading: Leading, name: str, *chairs: Access, **more: Any) -> WorkingRoom:
    """A room that these people chair."""
    rows = [
        Facilitation.objects.get(user=one.user, role=one.capacity.role, ended_at=None)
        for one in chairs
    ]
    return begin_room(access=leading.leader, name=name, chairs=rows, **more)


def again(access: Access) -> Access:
    """The same person, come in anew: what they chair is asked again."""
    return replace(access)


def give(
    leading: Leading, room: WorkingRoom, *rows: Paragraph, until: datetime | None = None
) -> list[RoomPart]:
    """These paragraphs to a room, by the co-facilitator."""
    return assign_parts(
        access=leading.leader, room=room, draft=rows[0].draft, paragraphs=rows, until=until
    )


def sectioned(leading: Leading, *sections: tuple[str, ...]) -> Draft:
    """A text of sections: of each the heading, then its paragraphs."""
    first, *others = sections
    draft = text_with(leading.leader, "Opening.")
    last = rows_of(draft)[0]
    for heading, *texts in (first, *others):
        last = add_paragraph(
            access=leading.leader, draft=draft, kind="heading", text=heading, after=last
        )
        for text in texts:
            last = add_paragraph(
                access=leading.leader, draft=draft, kind="operative", text=text, after=last
            )
    return draft


def called(draft: Draft, text: str) -> Paragraph:
    """The paragraph of these words, as it stands."""
    return next(row for row in rows_of(draft) if row.text == text)


def say(access: Access, row: Paragraph, text: str) -> Paragraph:
    """Other words for a paragraph, by somebody who has read those that stand."""
    stored = Paragraph.objects.select_related("draft").get(pk=row.pk)
    return edit_paragraph(
        access=access,
        paragraph=stored,
        version=stored.version,
        text=text,
        kind=stored.kind,
        label=stored.label,
    )


@dataclass(frozen=True)
class TwoRooms:
    """Money and Trade have a section each; the opening is the plenary's."""

    leading: Leading
    draft: Draft
    money: WorkingRoom
    trade: WorkingRoom
    banker: Access
    trader: Access

    def row(self, text: str) -> Paragraph:
        return called(self.draft, text)


def two_rooms(leading: Leading) -> TwoRooms:
    draft = sectioned(
        leading, ("On money", "Pay.", "Lend.", "Owe."), ("On trade", "Sell.", "Buy.", "Ship.")
    )
    banker, trader = a_chair(leading, "banker"), a_chair(leading, "trader")
    money = room_of(leading, "Working group on finance", banker)
    trade = room_of(leading, "Working group on trade", trader)
    give(leading, money, called(draft, "On money"))
    give(leading, trade, called(draft, "On trade"))
    return TwoRooms(leading, draft, money, trade, again(banker), again(trader))


KEPT = Kept(lambda: two_rooms(build_leading()), lasts=timedelta(minutes=5))
