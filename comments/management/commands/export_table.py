"""Write the compiled table of a consultation to a file, as somebody in one capacity may read it.

export_table --consultation plan --format docx --out table.docx --as me@example.org
"""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from comments.models import UNANSWERED, Disposition
from comments.table.compiled import compile_table
from comments.table.files import FORMATS, write
from comments.table.filter import INPUT_STATES, filter_from_names
from comments.table.selection import revisions_asking_for_inputs
from consultations.command_access import access_for, add_capacity_arguments
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK
from drafts.models import Revision


class Command(BaseCommand):
    help = __doc__ or ""  # "" for the type checker alone

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consultation", required=True, metavar="SLUG")
        parser.add_argument("--draft", metavar="SLUG", help="one text only")
        parser.add_argument(
            "--revision",
            nargs="+",
            type=int,
            metavar="N",
            default=[],
            help="numbers of revisions; all of them unless given",
        )
        parser.add_argument(
            "--cut-off",
            metavar="MOMENT",
            help="for example 2010-06-16T18:00, in New York unless it has an offset; else now",
        )
        parser.add_argument(
            "--copy", choices=["circulation", "facilitators"], default="circulation"
        )
        parser.add_argument("--layout", choices=["grid", "blocks"], default="grid")
        parser.add_argument(
            "--disposition",
            choices=[*Disposition.values, UNANSWERED],
            default="",
            help="only inputs with this answer; in the facilitators' copy",
        )
        parser.add_argument(
            "--section", default="", metavar="HEADING", help="only under this: II Prevention"
        )
        parser.add_argument(
            "--delegation", default="", metavar="CODE", help="only inputs of it: PRT"
        )
        parser.add_argument("--state", choices=INPUT_STATES, default="", help="as at the cut-off")
        parser.add_argument("--language", default="en")
        parser.add_argument("--format", required=True, choices=list(FORMATS))
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")
        add_capacity_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            access = access_for(options["email"], options["capacity"], options["consultation"])
            revisions = _chosen_revisions(access, options["draft"], options["revision"])
            filter_values = {name: options[name] for name in ("section", "delegation", "state")}
            table = compile_table(
                access=access,
                revisions=revisions,
                cut_off=_cut_off(access, options["cut_off"]),
                copy=options["copy"],
                layout=options["layout"],
                language=options["language"],
                disposition=options["disposition"],
                table_filter=filter_from_names(access, revisions, **filter_values),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages))
        except PermissionDenied as error:
            raise CommandError(str(error))
        try:
            with options["out"].open("wb") as file:
                write(table, options["format"], file)
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}.")
        input_count_text = "1 input" if table.row_count == 1 else f"{table.row_count} inputs"
        self.stdout.write(f"{table.title}: {input_count_text} in {options['out']}.")


def _chosen_revisions(
    access: Access, draft_slug: str | None, revision_numbers: list[int]
) -> list[Revision]:
    """The revisions with these numbers, or all that asked for inputs; of one text, or of each.

    Raises CommandError where there is none at all, or where one of the numbers is missing.
    """
    revisions = [
        revision
        for revision in revisions_asking_for_inputs(access)
        if draft_slug in {None, revision.draft.slug}
    ]
    chosen_revisions = [
        revision
        for revision in revisions
        if not revision_numbers or revision.number in revision_numbers
    ]
    missing_numbers = sorted(
        set(revision_numbers) - {revision.number for revision in chosen_revisions}
    )
    if missing_numbers or not chosen_revisions:
        available_revisions = (
            ", ".join(
                f"{revision.draft.slug} {revision.number} ({revision.stage})"
                for revision in revisions
            )
            or "none"
        )
        raise CommandError(
            f"There is no such revision. Those that asked for inputs: {available_revisions}."
        )
    return chosen_revisions


def _cut_off(access: Access, moment_text: str | None) -> datetime:
    """The moment up to which inputs count: the one named, or the beginning of this minute.

    Raises CommandError where the text is no moment.
    """
    if moment_text is None:
        return access.moment.replace(second=0, microsecond=0)
    try:
        moment = datetime.fromisoformat(moment_text)
    except ValueError:
        raise CommandError(f"{moment_text} is no moment. Write it like 2010-06-16T18:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=NEW_YORK)
