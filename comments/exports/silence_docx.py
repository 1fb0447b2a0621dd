"""The record of a silence as a Word document."""

from django.utils.translation import gettext

from comments.exports.record_docx import RecordWriter, record_paper
from comments.exports.silence_record import SilenceBody, SilenceRecord, silence_head
from consultations.rules.access import Access


def silence_docx(access: Access, record: SilenceRecord) -> bytes:
    """The document, in the language that is active; dated to the minute (domain, rule 21)."""
    writer = RecordWriter(changes_author=gettext("Text under silence"))
    body = SilenceBody(writer, access, record)
    cut_off = access.moment.replace(second=0, microsecond=0)
    head = silence_head(access, record)
    return record_paper(access.consultation.title, cut_off, head, body.lines())
