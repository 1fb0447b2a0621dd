"""Import a file onto the desk of a text, and with --circulate send it out as its next revision.

The desk is where the facilitators edit the next revision. All who take part get mail on a
circulation, by the same act as on the page.
"""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from comments.circulating.acts import circulate_and_announce
from comments.review.open_inputs import open_inputs
from consultations.command_access import access_for, add_capacity_arguments
from consultations.models import Round
from consultations.rules.access import Access
from consultations.rules.phases import Phase, phase_of
from drafts.desk.acts import start_draft
from drafts.importing.acts import import_proposed, set_states_of_file
from drafts.importing.labels import can_be_cited_pp_op, fitting_numbering, labels_of_file
from drafts.importing.offers import offers_in
from drafts.importing.preview import (
    ImportProposal,
    decisions_in_lineage_file,
    paragraphs_in_force,
    propose_import,
    require_complete,
    state_counts,
)
from drafts.models import Draft, Numbering, Paragraph
from drafts.parsing.file_text import ReadText, Unreadable
from drafts.parsing.sandbox import read_draft


class Command(BaseCommand):
    """The whole import is one transaction: where a step fails, nothing is saved."""

    help = "Import a file onto the desk of a text; with --circulate circulate it, and mail all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_capacity_arguments(parser)
        parser.add_argument("file", type=Path, help="Word, PDF, AKN, JSON or plain text")
        parser.add_argument(
            "--changes", choices=["accept", "refuse"], help="what becomes of tracked changes"
        )
        parser.add_argument("--consultation", required=True, help="its address, as in the browser")
        parser.add_argument("--draft", required=True, help="the text's address; begun if missing")
        parser.add_argument("--stage", default="", help="with --circulate: First draft, Rev.1")
        # Which paragraph of the file each old one became, where the words alone do not tell.
        parser.add_argument("--lineage", type=Path, help="CSV: old id, new id")
        parser.add_argument("--circulate", action="store_true", help="send it out at once")
        parser.add_argument(
            "--unanswered", type=int, default=0, help="how many inputs without an answer were seen"
        )
        parser.add_argument("--round", default="", help="the name of a round not yet opened")
        parser.add_argument("--title", default="", help="of a text that is begun")
        parser.add_argument(
            "--states", action="store_true", help="set the states of paragraphs that the file says"
        )
        parser.add_argument(
            "--numbering", choices=Numbering.values, help="how the text is cited from here on"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["circulate"] and not options["stage"]:
            raise CommandError("--circulate needs --stage, for example “First draft”.")
        access = access_for(options["email"], options["capacity"], options["consultation"])
        try:
            with transaction.atomic():
                self._import_file(access, options)
        except Unreadable as error:
            sentences = [problem.message for problem in error.problems]
            raise CommandError("\n".join([*sentences, "Nothing was saved."])) from error
        except PermissionDenied as error:
            raise CommandError(f"{error}\nNothing was saved.") from error
        except ValidationError as error:
            raise CommandError("\n".join([*error.messages, "Nothing was saved."])) from error

    def _import_file(self, access: Access, options: dict[str, Any]) -> None:
        """Read the file onto the desk, and circulate it where that was asked."""
        content = _read_bytes(options["file"])
        read_text = read_draft(options["file"].name, content, options["changes"] or "accept")
        if read_text.tracked_changes and not options["changes"]:
            raise Unreadable.because(
                "The file has tracked changes. Say what becomes of them: "
                "--changes accept, or --changes refuse."
            )
        for problem in read_text.warnings:
            self.stderr.write(f"Warning: {problem.message}")
        draft = _get_or_start_draft(access, read_text, options)
        numbering = options["numbering"] or ""
        proposal = _complete_proposal(draft, read_text, options["lineage"], numbering)
        paragraphs = import_proposed(
            access=access,
            draft=draft,
            proposal=proposal,
            # The margin comments; tracked changes were accepted or refused already.
            offers=offers_in(read_text, with_changes=False),
            numbering=numbering,
        )
        self.stdout.write(f"{len(proposal.rows)} rows: {proposal.summary}.")
        if state_counts_text := state_counts(read_text):
            self._set_states(
                access, draft, read_text, paragraphs, state_counts_text, is_asked=options["states"]
            )
        if not numbering and can_be_cited_pp_op(draft, read_text):
            self.stdout.write(
                "The file has a preamble: --numbering pp_op cites it as PP1, PP2, "
                "and what follows as OP1, OP2."
            )
        if not options["circulate"]:
            self.stdout.write("On the desk, not circulated yet: --circulate sends it out.")
            return
        revision = circulate_and_announce(
            access=access,
            draft=draft,
            confirmed_mark=_mark_of_unanswered(access, draft, options["unanswered"]),
            stage=options["stage"],
            round=_unopened_round(access, options["round"]) if options["round"] else None,
        )
        self.stdout.write(f"{revision.stage} is circulated, sealed by {revision.checksum}.")
        self.stdout.write("A mail to each who takes part goes out with it.")

    def _set_states(
        self,
        access: Access,
        draft: Draft,
        read_text: ReadText,
        paragraphs: Sequence[Paragraph],
        state_counts_text: str,
        *,
        is_asked: bool,
    ) -> None:
        """Set the states of paragraphs that the file says, or print how to; `is_asked` decides.

        A state is for example agreed ad referendum.
        """
        if not is_asked:
            self.stdout.write(f"The file says {state_counts_text}: --states sets it.")
            return
        changed_count = set_states_of_file(
            access=access, draft=draft, read_text=read_text, imported_paragraphs=paragraphs
        )
        self.stdout.write(f"The file says {state_counts_text}: {changed_count} set.")


def _get_or_start_draft(access: Access, read_text: ReadText, options: dict[str, Any]) -> Draft:
    """The text with the slug of `--draft`; it is begun where there is none."""
    drafts = Draft.objects.filter(consultation=access.consultation).select_related("consultation")
    draft = drafts.filter(slug=options["draft"]).first()
    if draft is not None:
        return draft
    return start_draft(
        access=access,
        slug=options["draft"],
        title=options["title"]
        or read_text.title[: Draft._meta.get_field("title").max_length]
        or options["draft"],
        numbering=options["numbering"] or fitting_numbering(read_text),
        place=drafts.count() + 1,
    )


def _complete_proposal(
    draft: Draft, read_text: ReadText, lineage_file: Path | None, numbering: str
) -> ImportProposal:
    """For each row of the file the paragraph that it continues, by its words or the lineage.

    Raises Unreadable, with the rows that could not be placed.
    """
    paragraphs = paragraphs_in_force(draft)
    decisions = (
        decisions_in_lineage_file(_read_bytes(lineage_file), paragraphs, read_text)
        if lineage_file
        else None
    )
    proposal = propose_import(
        paragraphs, read_text, decisions, labels_of_file(draft, read_text, numbering)
    )
    require_complete(proposal)
    return proposal


def _mark_of_unanswered(access: Access, draft: Draft, confirmed_count: int) -> str:
    """The mark of the unanswered inputs, by which circulation knows that they were seen.

    Raises CommandError, with the first of them, unless there are `confirmed_count` of them.
    """
    unanswered = open_inputs(access, draft)
    if unanswered.count == confirmed_count:
        return unanswered.mark
    lines = [
        f"{open_input.reference}  {open_input.paragraph_citation}  {open_input.delegation_name}"
        for open_input in unanswered.first_inputs
    ]
    further_line = (
        [f"… {unanswered.count - len(lines)} more"] if unanswered.count > len(lines) else []
    )
    raise CommandError(
        "\n".join(
            [
                f"{unanswered.count} inputs on this text have no answer:",
                *lines,
                *further_line,
                f"--unanswered {unanswered.count} confirms that they were seen. Nothing was saved.",
            ]
        )
    )


def _unopened_round(access: Access, name: str) -> Round:
    """The one round of this name that has not opened. Raises CommandError for none or several."""
    rounds = Round.objects.filter(consultation=access.consultation, name=name)
    unopened = [round for round in rounds if phase_of(round, access.moment) is Phase.NOT_OPEN]
    if len(unopened) != 1:
        raise CommandError(f"{len(unopened)} rounds named “{name}” have not opened. Name one.")
    return unopened[0]


def _read_bytes(file: Path) -> bytes:
    """The bytes of a file. Raises CommandError where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
