"""Seven short scenes that show what the platform does, each step as the right person on its page.

Where a visitor has done a step already, it leads to the list in which its thing stood.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.models import BridgingProposal, Comment, Silence
from config.demo.ground import SLUG
from delegations.models import Delegation
from drafts.models import Bracket, Paragraph


@dataclass(frozen=True, slots=True)
class Step:
    """Who acts (the local part of an address), what to do, and the address where it is done."""

    person: str
    words: Promise
    page: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Scene:
    key: str
    title: Promise
    words: Promise
    steps: tuple[Step, ...]


def _list(name: str, query: str = "") -> Callable[[], str]:
    return lambda: reverse(name, args=[SLUG]) + query


def _returned_draft() -> str:
    comment = (
        Comment.objects.filter(
            consultation__slug=SLUG, filed_by__code="PRT", submitted_at=None, discarded_at=None
        )
        .exclude(returned_at=None)
        .first()
    )
    return (
        reverse("edit_comment", args=[SLUG, comment.public_id])
        if comment
        else reverse("workspace", args=[SLUG])
    )


def _paragraph(label: str) -> Paragraph:
    """The paragraph of the plan with this label in its working text."""
    return Paragraph.objects.in_force().get(
        draft__consultation__slug=SLUG, draft__slug="plan", label=label
    )


def _review_of(label: str) -> Callable[[], str]:
    return lambda: reverse("review_paragraph", args=[SLUG, _paragraph(label).public_id])


def _bracketed_paragraph() -> str:
    bracket = (
        Bracket.objects.filter(
            paragraph__draft__consultation__slug=SLUG,
            paragraph__draft__slug="resolution",
            is_open=True,
            paragraph__text__contains="[high-level]",
        )
        .select_related("paragraph")
        .first()
    )
    return (
        reverse("paragraph_brackets", args=[SLUG, "resolution", bracket.paragraph.public_id])
        if bracket
        else reverse("bracket_ledger", args=[SLUG, "resolution"])
    )


def _running_silence() -> str:
    silence = Silence.objects.filter(consultation__slug=SLUG, outcome="").first()
    return (
        reverse("silence", args=[SLUG, silence.public_id])
        if silence
        else reverse("silences", args=[SLUG])
    )


def _group_room() -> str:
    group = Delegation.objects.get(code="AG").seats.get(consultation__slug=SLUG)
    return reverse("group_room", args=[SLUG, group.public_id])


def _paragraph_of_the_group_as_others_read_it() -> str:
    public_id = _paragraph("24").public_id
    return f"{reverse('latest', args=[SLUG, 'plan'])}?open={public_id}#p-{public_id}"


def _bridging_words() -> str:
    proposal = BridgingProposal.objects.filter(
        paragraph__draft__consultation__slug=SLUG, asked_at__isnull=False
    ).first()
    return (
        reverse("bridging_proposal", args=[SLUG, proposal.public_id])
        if proposal
        else reverse("bridging_list", args=[SLUG])
    )


SCENES = (
    Scene(
        "capital",
        _("Your capital corrects a draft"),
        _("Three people of Portugal bring an input to its receipt; nobody else reads it before."),
        (
            Step(
                "portugal.capital",
                _(
                    "The deputy sent the draft on paragraph 27 back. Write “from the first contact "
                    "on”, save it, and send it for clearance."
                ),
                _returned_draft,
            ),
            Step(
                "portugal.deputy",
                _("The draft on paragraph 27 waits for clearance. Read it, and clear it."),
                _list("workspace", "?state=waiting"),
            ),
            Step(
                "portugal",
                _("Look through what goes out in the name of Portugal, and submit it."),
                _list("submit_all"),
            ),
        ),
    ),
    Scene(
        "monday",
        _("Four hundred inputs on Monday morning"),
        _("The co-facilitators see where delegations disagree, and answer like proposals at once."),
        (
            Step(
                "facilitator.pt",
                _("The darker a field, the more proposals there contradict each other."),
                _list("text_map", "?text=plan&measure=disagreement"),
            ),
            Step(
                "facilitator.pt",
                _(
                    "Six delegations propose the same words. Answer their set with one press, for "
                    "example “reflected”."
                ),
                _review_of("34 bis"),
            ),
            Step(
                "facilitator.pt",
                _("Until now nobody else reads the answers. Publish them."),
                _list("publish_reviews"),
            ),
        ),
    ),
    Scene(
        "bracket",
        _("The room lifts a bracket"),
        _("Sixty brackets, who asks for each, and one fewer when the room agrees."),
        (
            Step(
                "facilitator.pt",
                _("The room agrees to a high-level meeting: lift the brackets around the word."),
                _bracketed_paragraph,
            ),
            Step(
                "facilitator.pt",
                _("The ledger has one bracket fewer, and says who asks for the others."),
                lambda: reverse("bracket_ledger", args=[SLUG, "resolution"]),
            ),
        ),
    ),
    Scene(
        "silence",
        _("Silence until Friday, 17:00"),
        _("A decision goes out under the silence procedure, and one delegation cannot consent."),
        (
            Step(
                "korea",
                _("Whoever says nothing consents. Break the silence, and say why."),
                _running_silence,
            ),
            Step(
                "facilitator.pt",
                _("You read who broke silence and why. Others read it when you show it to them."),
                _running_silence,
            ),
        ),
    ),
    Scene(
        "group",
        _("A group finds its words"),
        _("The African Group drafts in a room of its own, under a silence of its own."),
        (
            Step(
                "caboverde",
                _("A member objects to the draft on paragraph 24. Read why, and edit the draft."),
                _group_room,
            ),
            Step(
                "portugal",
                _("Portugal reads paragraph 24. Of what the group drafts there is nothing here."),
                _paragraph_of_the_group_as_others_read_it,
            ),
        ),
    ),
    Scene(
        "bridging",
        _("Can you live with it?"),
        _("The co-facilitators put words between the positions, and ask nine delegations."),
        (
            Step(
                "portugal",
                _("Answer for Portugal: yes, yes with other words, or no, and why."),
                _bridging_words,
            ),
            Step(
                "facilitator.pt",
                _("Six of nine have answered. Put the words into the text, or ask again."),
                _bridging_words,
            ),
        ),
    ),
    Scene(
        "outcome",
        _("What became of our inputs"),
        _("Each delegation reads what was taken, what was not and why; and so does the record."),
        (
            Step(
                "portugal",
                _("Each input of Portugal with its answer, and its words in Rev.2."),
                _list("brief"),
            ),
            Step(
                "portugal",
                _("Everything that changed between the first draft and Rev.2."),
                lambda: reverse("compare", args=[SLUG, "plan"]) + "?from=1&to=3",
            ),
            Step(
                "secretariat",
                _("The Table of Inputs that was compiled by hand: narrow it, and take it as Word."),
                _list("table"),
            ),
        ),
    ),
)
SCENE_BY_KEY = {scene.key: scene for scene in SCENES}
