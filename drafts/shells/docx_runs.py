"""Words as runs of WordprocessingML."""

from drafts.shells.conventions import is_right_to_left, primary_language
from drafts.shells.streamed_zip import escape_xml

# The part of the zip of a Word document that holds its words.
DOCUMENT_PART = "word/document.xml"


def language_properties(language: str) -> str:
    """The properties of a run for its language and direction."""
    if is_right_to_left(language):
        return f'<w:rtl/><w:lang w:bidi="{language}"/>'
    if primary_language(language) in {"zh", "ja", "ko"}:
        return f'<w:lang w:eastAsia="{language}"/>'
    return f'<w:lang w:val="{language}"/>'


def run_xml(words: str, properties_xml: str, style_xml: str = "") -> str:
    """Words as one run; their line ends and tabs are elements of their own."""
    lines = escape_xml(words).split("\n")
    text = "<w:br/>".join(_text_with_tabs(line) for line in lines)
    return f"<w:r><w:rPr>{style_xml}{with_font_hint(properties_xml)}</w:rPr>{text}</w:r>"


def with_font_hint(properties_xml: str) -> str:
    """The properties of a run, with its font where the words are Chinese, Japanese or Korean.

    Quotation marks and the like, which Latin has too, are set in that font as well.
    """
    font_hint = '<w:rFonts w:hint="eastAsia"/>' if "w:eastAsia" in properties_xml else ""
    return f"{font_hint}{properties_xml}"


def _text_with_tabs(line: str) -> str:
    return "<w:tab/>".join(f'<w:t xml:space="preserve">{words}</w:t>' for words in line.split("\t"))
