"""What every act asks of one paragraph: that it is in the text, and that its words can stand."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from drafts.models import MAX_PARAGRAPH_LENGTH, Paragraph
from drafts.readers.file_text import code_of_forbidden_character


def sentence_on_absence(stored_paragraph: Paragraph) -> str:
    """Why a paragraph is not in the text: deleted, or its addition undone; "" where it is in it."""
    if stored_paragraph.discarded_at:
        return _("This paragraph is no longer there. The step that added it was undone.")
    return _("This paragraph is deleted. Restore it first.") if stored_paragraph.struck_at else ""


def require_in_text(stored_paragraph: Paragraph) -> None:
    """Raise ValidationError where a paragraph is deleted, or the step that added it is undone."""
    if sentence := sentence_on_absence(stored_paragraph):
        raise ValidationError(sentence)


def valid_paragraph_text(text: str) -> str:
    """The words as written, never repaired; ValidationError: none, too long, or not printable."""
    if not text.strip():
        raise ValidationError({"text": _("A paragraph needs words. To remove it, delete it.")})
    if len(text) > MAX_PARAGRAPH_LENGTH:
        raise ValidationError(
            {
                "text": _(
                    "The paragraph has %(count)s characters. The limit is %(most)s. Split it."
                )
                % {"count": len(text), "most": MAX_PARAGRAPH_LENGTH}
            }
        )
    require_printable(text=text)
    return text


def require_printable(**words_by_field_name: str) -> None:
    """Raise ValidationError, by field, where words hold a character that no paper may hold."""
    codes = {
        name: code_of_forbidden_character(words) for name, words in words_by_field_name.items()
    }
    sentence = _("The text contains %(character)s, which cannot be printed. Remove it.")
    errors = {name: sentence % {"character": code} for name, code in codes.items() if code}
    if errors:
        raise ValidationError(errors)
