"""What the screen of a meeting shows, and the mark by which one sees that it is another."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from consultations.rules.access import Access
from drafts.labels import name_of
from drafts.models import Draft, Paragraph, Screen, StateAct, Wording
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class OnScreen:
    """A paragraph as it stands on the desk, and what changed in it since it was circulated."""

    screen: Screen
    paragraph: Paragraph
    name: str
    state: StateAct | None
    # None where these words are those that were circulated, or none were.
    changes: Redline | None

    @property
    def draft(self) -> Draft:
        return self.paragraph.draft


def on_screen(access: Access, screen: Screen) -> OnScreen | None:
    """What all in the room see, whoever asks: the same words, the same state. Three queries.

    Takes a screen that the reader may see (`Screen.objects.visible_to`). That it is on makes the
    words of its paragraph readable, and its state; no other row of the desk.
    """
    if screen.ended_at or screen.paragraph_id is None:
        return None
    row = Paragraph.objects.select_related("draft").get(pk=screen.paragraph_id)
    wordings = Wording.objects.visible_to(access).filter(paragraph=row)
    circulated = wordings.order_by("-revision__circulated_at", "-pk").first()
    is_reworded = circulated is not None and circulated.text != row.text
    return OnScreen(
        screen=screen,
        paragraph=row,
        name=name_of(row.label, row.kind, row.text),
        state=StateAct.objects.filter(paragraph=row).select_related("meeting").last(),
        changes=redline(circulated.text, row.text) if circulated and is_reworded else None,
    )


def marks_on() -> dict[UUID, str]:
    """The mark of each screen that is on, by its meeting: one query, whoever follows.

    A mark is made of numbers alone. It is another when the screen shows another paragraph, or
    when the words of the paragraph, what was circulated of it or its state are others.
    """
    rows = Screen.objects.on().annotate(
        state=Max("paragraph__state_acts"), circulated=Max("paragraph__wordings")
    )
    facts = rows.values_list(
        "meeting__public_id", "version", "paragraph__version", "state", "circulated"
    )
    return {meeting: ".".join(str(one or 0) for one in numbers) for meeting, *numbers in facts}
