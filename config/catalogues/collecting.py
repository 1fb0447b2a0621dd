"""Brings catalogues up to the sentences of the project, and lists these for a reader."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib

from config.catalogues.sentences import Sentence, reader_section_of, sentences_by_file

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")  # "%(name)s" or "%s"
# A sentence stays on one line, however long: so a change of it is one line, too.
NO_WRAPPING = 10_000


def update_catalogue(path: Path, sentences: set[Sentence]) -> tuple[int, int, int]:
    """Make the catalogue hold exactly these sentences.

    Returns how many are new, gone, and untranslated.
    """
    catalogue = polib.pofile(str(path), wrapwidth=NO_WRAPPING)
    entry_by_sentence = {sentence_of(entry): entry for entry in catalogue}
    new_sentences, unused_sentences = (
        sorted(sentences - entry_by_sentence.keys()),
        entry_by_sentence.keys() - sentences,
    )
    # How many plural forms the language has, as the header of its catalogue says.
    plural_count = int(re.findall(r"nplurals=(\d)", catalogue.metadata["Plural-Forms"])[0])
    for sentence in unused_sentences:
        catalogue.remove(entry_by_sentence[sentence])
    catalogue.extend(_entry(sentence, plural_count) for sentence in new_sentences)
    if new_sentences or unused_sentences:
        catalogue.save(str(path))
    return len(new_sentences), len(unused_sentences), len(catalogue.untranslated_entries())


def sentence_of(entry: polib.POEntry) -> Sentence:
    """The sentence that an entry of a catalogue translates."""
    return Sentence(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def _entry(sentence: Sentence, plural_count: int) -> polib.POEntry:
    """A new entry without a translation. `python-format`: placeholders have to stay in it."""
    plural_forms = dict.fromkeys(range(plural_count), "") if sentence.plural else {}
    return polib.POEntry(
        msgid=sentence.singular,
        msgid_plural=sentence.plural,
        msgctxt=sentence.context or None,
        msgstr_plural=plural_forms,
        flags=["python-format"] if PLACEHOLDER.search(sentence.singular + sentence.plural) else [],
    )


def lines_by_page() -> Iterator[str]:
    """All sentences for a reader: pages, mails, papers, then what code adds; file by file."""
    sentences_of_file = sentences_by_file()
    section_by_file = {file_name: reader_section_of(file_name) for file_name in sentences_of_file}
    for section in ("Pages", "Mails", "Papers", "What pages are given by code"):
        yield f"== {section} =="
        for file_name in (
            file_name for file_name in sentences_of_file if section_by_file[file_name] == section
        ):
            yield f"\n{file_name}"
            for sentence in sentences_of_file[file_name]:
                context = f"  [{sentence.context}]" if sentence.context else ""
                forms = filter(None, [sentence.singular, sentence.plural])
                yield f"  - {' | '.join(forms)}{context}"
        yield ""
