"""Where somebody typed words and did not save them: how many and where.

The words are read only where their form no longer opens, and by the person who typed them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Window
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.drafting.acts import choose_round
from comments.inputs.audience import why_no_inputs_accepted
from comments.models import Autosave, Comment
from comments.threads.models import AutosaveQuerySet
from consultations.models import Round
from consultations.rules.access import Access, Act
from drafts.models import Wording
from drafts.text.citing import citation_of_wording


@dataclass(frozen=True, slots=True)
class UnsavedPlace:
    """Where words were typed: the paragraph as a list names it, and where they are found again.

    The addresses are empty for all but the person who typed there.
    """

    autosave_id: int
    draft_and_stage: str
    label: str
    # The form; where it no longer opens, the list in the workspace, which shows the words.
    url: str = ""
    # Why the form no longer opens; empty where it does.
    why_closed: str = ""
    # Discards the words, by POST.
    discard_url: str = ""


def with_texts(autosaves: AutosaveQuerySet) -> AutosaveQuerySet:
    """The rows with what `unsaved_place` and `own_place` need, without the words typed."""
    autosaves_with_texts = autosaves.select_related(
        "wording__revision__draft__consultation",
        "wording__paragraph",
        "comment__round",
        "comment__paragraph__draft",
    )
    return autosaves_with_texts.defer(
        "words", "comment__proposed", "comment__rationale", "comment__redline"
    )


def unsaved_place(autosave: Autosave) -> UnsavedPlace:
    """A place for a list, without a link. Needs what `with_texts` reads."""
    revision = autosave.wording.revision
    return UnsavedPlace(
        autosave_id=autosave.pk,
        draft_and_stage=f"{revision.draft.title}, {revision.stage}",
        label=citation_of_wording(autosave.wording),
    )


def own_place(access: Access, autosave: Autosave, rounds: Iterable[Round]) -> UnsavedPlace:
    """A place for a list of the person who typed there. Needs what `with_texts` reads.

    `rounds` are all of the consultation. Words typed in another consultation are found in the
    workspace there.
    """
    wording, comment = autosave.wording, autosave.comment
    consultation = wording.revision.draft.consultation
    is_elsewhere = consultation.pk != access.consultation.pk
    why_closed = "" if is_elsewhere else why_form_is_closed(access, wording, comment, rounds)
    return replace(
        unsaved_place(autosave),
        url=address_of_unsaved_list(consultation.slug)
        if is_elsewhere or why_closed
        else _form_url(consultation.slug, wording, comment),
        why_closed=why_closed,
        discard_url=_discard_url(consultation.slug, wording, comment),
    )


def read_unsaved_places(
    access: Access, rounds: Sequence[Round], *, limit: int
) -> tuple[int, tuple[UnsavedPlace, ...]]:
    """What this person typed and did not save here: how many, and the last ones. One query.

    `rounds` are all of the consultation.
    """
    autosaves = Autosave.objects.visible_to(access).annotate(total=Window(Count("*")))
    last_autosaves: list[Any] = list(with_texts(autosaves).order_by("-saved_at", "-pk")[:limit])
    places = tuple(own_place(access, autosave, rounds) for autosave in last_autosaves)
    return (last_autosaves[0].total if last_autosaves else 0), places


def words_by_autosave_id(
    access: Access, places: Iterable[UnsavedPlace]
) -> dict[int, Mapping[str, str]]:
    """The fields, by name, that this person typed in places whose form no longer opens.

    A query where there are any.
    """
    closed_ids = [place.autosave_id for place in places if place.why_closed]
    if not closed_ids:
        return {}
    autosaves = Autosave.objects.visible_to(access).filter(pk__in=closed_ids)
    return dict(autosaves.values_list("pk", "words"))


def why_form_is_closed(
    access: Access, wording: Wording, comment: Comment | None, rounds: Iterable[Round]
) -> str:
    """Why what was typed cannot be saved where it was typed; empty where the form opens.

    Needs `wording.revision.draft`, and `round` and `paragraph__draft` of the comment that was being
    changed; None for a new comment. `rounds` are all of the consultation.
    """
    if comment is None:
        round = choose_round(rounds, wording.revision.round_id, access.moment)
        return why_no_inputs_accepted(access, round, wording.adopted_at)
    if comment.discarded_at:
        return _("The draft is discarded.")
    act = Act.DRAFT_VERSION if comment.submitted_at else Act.DRAFT_COMMENT
    return access.may(act, on=comment).reason


def address_of_unsaved_list(consultation_slug: str) -> str:
    """The address of the workspace, at the words that were typed and not saved."""
    return f"{reverse('workspace', args=[consultation_slug])}#unfinished"


def _form_url(consultation_slug: str, wording: Wording, comment: Comment | None) -> str:
    """The address of the form into which the typed words come back."""
    if comment is not None:
        # An input that is submitted changes only by a new version.
        url_name = "supersede_comment" if comment.submitted_at else "edit_comment"
        return reverse(url_name, args=[consultation_slug, comment.public_id])
    revision, paragraph_public_id = wording.revision, wording.paragraph.public_id
    text_url = reverse("reading", args=[consultation_slug, revision.draft.slug, revision.number])
    return f"{text_url}?open={paragraph_public_id}&write=1#p-{paragraph_public_id}"


def _discard_url(consultation_slug: str, wording: Wording, comment: Comment | None) -> str:
    """The address at which the typed words are discarded."""
    if comment is not None:
        return reverse("typing_of_comment", args=[consultation_slug, comment.public_id])
    return reverse("typing", args=[consultation_slug, wording.public_id])
