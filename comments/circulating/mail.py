"""The mail that announces a circulated or adopted text."""

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.models import Mail, Round
from consultations.outbox.composing import ComposedMail
from consultations.outbox.sending import access_of_reader
from consultations.rules.access import Access
from consultations.rules.phases import Phase, phase_of
from consultations.time.wall_clock import moment_in_words_for_reader
from drafts.models import Nature, Revision


def compose_circulation(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail to one reader, in the language that is active: no wording, no rationale.

    None where the post or function ended meanwhile, or the reader may not see the revision.
    """
    access = access_of_reader(mail)
    if access is None:
        return None
    revisions = Revision.objects.visible_to(access).select_related("draft", "round", "meeting")
    revision = revisions.filter(pk=mail.about).first()
    if revision is None:
        return None
    title = _title(revision)
    return ComposedMail(
        to=access.user.email,
        subject=title,
        template="comments/circulating/mail/circulated",
        context={
            "consultation": access.consultation,
            "title": title,
            "sentences": list(_sentences(access, revision)),
            "url": _page_url(access, revision, "reading"),
            # The first revision has none: no earlier one is there to compare it with.
            "concordance_url": _page_url(access, revision, "concordance")
            if revision.number > 1
            else "",
            "why": _why_sentence(access),
        },
    )


def _title(revision: Revision) -> str:
    values = {"text": revision.draft.title, "stage": revision.stage}
    if revision.nature == Nature.ADOPTED:
        return _("Adopted: %(text)s") % values
    return _("Circulated: %(text)s, %(stage)s") % values


def _sentences(access: Access, revision: Revision) -> Iterator[str]:
    """What was circulated, until when inputs are asked for, and whether it has a note."""
    own_zone, zone = ZoneInfo(access.user.time_zone), access.consultation.zone

    def time_words(moment: datetime) -> str:
        return moment_in_words_for_reader(moment, zone, own_zone)

    values = {
        "text": revision.draft.title,
        "stage": revision.stage,
        "nature": str(Nature(revision.nature).label),
        "moment": time_words(revision.circulated_at),
    }
    if revision.nature == Nature.ADOPTED:
        yield _("%(text)s is adopted: %(stage)s, %(moment)s.") % values
        if revision.meeting:
            starts_at = time_words(revision.meeting.starts_at)
            meeting_values = {"meeting": revision.meeting.title, "when": starts_at}
            yield _("It was adopted at %(meeting)s, %(when)s.") % meeting_values
        yield _(
            "The text and its inputs no longer change. You can still read the text and the inputs "
            "visible to you."
        )
    else:
        yield _("%(stage)s of %(text)s is circulated (%(nature)s), %(moment)s.") % values
        yield _inputs_sentence(access, revision.round, time_words)
    if revision.note:
        yield _("It begins with a note of the co-facilitators.")


def _inputs_sentence(
    access: Access, round: Round | None, time_words: Callable[[datetime], str]
) -> str:
    """Until when inputs are asked for; `time_words` puts a moment into words, in both zones."""
    if round is None:
        return _("No inputs are asked for on it.")
    values = {"round": round.name, "deadline": time_words(round.closed_at or round.deadline)}
    if phase_of(round, access.moment) is Phase.NOT_OPEN:
        values["opens"] = time_words(round.opens_at)
        return _("Inputs: “%(round)s” opens %(opens)s; the deadline is %(deadline)s.") % values
    return _("Inputs: “%(round)s”, until %(deadline)s.") % values


def _page_url(access: Access, revision: Revision, url_name: str) -> str:
    args = [access.consultation.slug, revision.draft.slug, revision.number]
    return f"{settings.BASE_URL}{reverse(url_name, args=args)}"


def _why_sentence(access: Access) -> str:
    """Why the reader gets this mail."""
    values = {"role": access.capacity.role_words, "name": access.capacity.name}
    if access.is_delegate:
        return (
            _(
                "You receive this as %(role)s of %(name)s. All participants are notified of "
                "a circulation."
            )
            % values
        )
    return (
        _("You receive this as %(role)s. All participants are notified of a circulation.") % values
    )
