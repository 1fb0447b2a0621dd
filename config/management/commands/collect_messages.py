"""Bring every catalogue up to the sentences of the code: new ones come in empty, unused ones go."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config.sentences import Sentence, all_sentences, kind_of_place, sentences_by_place

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
# A sentence stays on one line, however long: so a change of it is one line, too.
NO_WRAPPING = 10_000


def collect_into(path: Path, sentences: set[Sentence]) -> tuple[int, int, int]:
    """The catalogue with exactly these sentences; how many are new, gone, and untranslated."""
    catalogue = polib.pofile(str(path), wrapwidth=NO_WRAPPING)
    known = {sentence_of(entry): entry for entry in catalogue}
    new, gone = sorted(sentences - known.keys()), known.keys() - sentences
    plurals = int(re.findall(r"nplurals=(\d)", catalogue.metadata["Plural-Forms"])[0])
    for sentence in gone:
        catalogue.remove(known[sentence])
    catalogue.extend(_entry(sentence, plurals) for sentence in new)
    if new or gone:
        catalogue.save(str(path))
    return len(new), len(gone), len(catalogue.untranslated_entries())


def sentence_of(entry: polib.POEntry) -> Sentence:
    return Sentence(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def _entry(sentence: Sentence, plurals: int) -> polib.POEntry:
    forms = dict.fromkeys(range(plurals), "") if sentence.many else {}
    return polib.POEntry(
        msgid=sentence.one,
        msgid_plural=sentence.many,
        msgctxt=sentence.context or None,
        msgstr_plural=forms,
        flags=["python-format"] if PLACEHOLDER.search(sentence.one + sentence.many) else [],
    )


def by_page() -> Iterator[str]:
    """All sentences for a reader: pages, mails, papers, then what code adds; file by file."""
    places = sentences_by_place()
    kinds = {place: kind_of_place(place) for place in places}
    for kind in ("Pages", "Mails", "Papers", "What pages are given by code"):
        yield f"== {kind} =="
        for place in (place for place in places if kinds[place] == kind):
            yield f"\n{place}"
            for sentence in places[place]:
                context = f"  [{sentence.context}]" if sentence.context else ""
                yield f"  - {' | '.join(filter(None, [sentence.one, sentence.many]))}{context}"
        yield ""


class Command(BaseCommand):
    """Needs no gettext tools on the machine, and no database."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--by-page", action="store_true", help="Print all sentences for a reader, by place."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["by_page"]:
            self.stdout.write("\n".join(by_page()))
            return
        sentences = set(all_sentences())
        for path in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po")):
            new, gone, untranslated = collect_into(path, sentences)
            self.stdout.write(
                f"{path.parts[-3]}: {new} new, {gone} gone, {untranslated} without a translation"
            )
