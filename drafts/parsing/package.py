"""Opens an uploaded Word or Excel file safely: it is measured before it is unpacked or parsed.

Only parts inside the file are ever read, each under its own name: no relationship is followed, so
nothing outside it is opened and nothing is fetched.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError
from typing import Final, Literal
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from lxml import etree

from drafts.parsing.encoding import MAX_FILE_SIZE, OLD_OFFICE_START, is_pdf_file
from drafts.parsing.file_text import Unreadable

OfficeKind = Literal["docx", "xlsx"]

MAX_ENTRIES: Final = 1_000
MAX_UNPACKED_SIZE: Final = 64 * 1024 * 1024
"""Bytes of all parts together."""
MAX_PART_SIZE: Final = 20 * 1024 * 1024
"""Bytes of one part that is read."""
BYTES_PER_ELEMENT: Final = 150
BYTES_PER_ATTRIBUTE: Final = 310
"""Bytes that a parser needs for each, measured."""
MAX_PARSED_SIZE: Final = 110 * 1024 * 1024
"""Bytes that a part may need once it is parsed. A kit of 600 paragraphs and as many drafts, saved
by LibreOffice, needs half of that, and far less where it is read row by row."""
MAX_COMPRESSION: Final = 250
"""How many times smaller than its content a part of more than one megabyte may be packed."""

_ENCRYPTED_FLAG: Final = 0x1  # among the flags of an entry of a zip file
_MEGABYTE: Final = 1024 * 1024
_KIND_BY_MAIN_TYPE: Final[dict[str, OfficeKind]] = {
    "wordprocessingml.document.main+xml": "docx",
    "wordprocessingml.template.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "spreadsheetml.template.main+xml": "xlsx",
}
# The encoding in the declaration at the start of an XML file.
_STATED_ENCODING: Final = re.compile(rb"""^[^>]{0,200}?encoding=["']([\w.-]+)["']""")
# The errors that Python raises for a package that is damaged, even slightly.
_DAMAGE_ERRORS: Final = (
    BadZipFile,
    zlib.error,
    LZMAError,
    NotImplementedError,  # packed by a method that Python does not know
    RuntimeError,  # encrypted, or packed by a method that this Python was built without
    EOFError,  # a part that is cut off
    ValueError,  # a name that is no UTF-8, or a place before the beginning
    OSError,  # a damaged part that was packed by bzip2
)
_TYPES_NAMESPACE: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
# A document type may define entities, with which a small file can grow without end.
_DOCTYPE: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class Package:
    """A Word or Excel file that may be read."""

    kind: OfficeKind
    content: bytes
    zip_file: ZipFile
    content_type_by_part_name: Mapping[str, str]

    def xml_part(self, name: str, max_parsed_size: int = MAX_PARSED_SIZE) -> bytes:
        """The bytes of a part of XML; b"" if the file has none of this name.

        Raises Unreadable where the part is too large, is damaged or has a document type, or would
        need more than `max_parsed_size` bytes once parsed.
        """
        try:
            entry = self.zip_file.getinfo(name)
        except KeyError:
            return b""
        if entry.file_size > MAX_PART_SIZE:
            raise Unreadable.because(_too_large_message())
        content = _unpacked_part(self.zip_file, entry)
        _require_plain_xml(content, max_parsed_size)
        return content

    def part_bytes(self, name: str) -> bytes:
        """The bytes of a part of any kind, no more than its stated size. Raises Unreadable."""
        return _unpacked_part(self.zip_file, self.zip_file.getinfo(name))

    def xml_part_of_type(self, ending: str, max_parsed_size: int = MAX_PARSED_SIZE) -> bytes:
        """The first part of XML whose content type ends so, whatever its name; b"" if none.

        Raises Unreadable.
        """
        name = next(
            (
                name
                for name, content_type in self.content_type_by_part_name.items()
                if content_type.endswith(ending)
            ),
            "",
        )
        return self.xml_part(name, max_parsed_size)

    def part_names(self, pattern: str) -> list[str]:
        """The names of the parts that match, in order."""
        return sorted(name for name in self.zip_file.namelist() if re.fullmatch(pattern, name))


def parser_options() -> dict[str, bool]:
    """How every part is parsed: no entity, no document type, no network, no huge tree.

    Comments and processing instructions ("pis") are left out of the tree.
    """
    return {
        "resolve_entities": False,
        "load_dtd": False,
        "no_network": True,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }


def tree_of(content: bytes) -> "etree._Element":
    """A part as a tree. Raises Unreadable where it is broken."""
    try:
        return etree.fromstring(content, etree.XMLParser(**parser_options()))
    except etree.XMLSyntaxError as error:
        raise Unreadable.because(
            _too_deep_message() if "depth" in str(error) else damaged_message()
        ) from error


class _DiscardingTarget:
    """A target of lxml's parser that builds no tree: the part is only checked."""

    def close(self) -> None:
        return None


def require_complete_xml(content: bytes) -> None:
    """Refuse a part that is cut off or broken, for readers that would overlook it."""
    try:
        etree.fromstring(content, etree.XMLParser(target=_DiscardingTarget(), **parser_options()))
    except etree.XMLSyntaxError as error:
        raise Unreadable.because(damaged_message()) from error


def damaged_message() -> str:
    """The sentence for a file whose inside cannot be read."""
    return _("The file is damaged. Open it in Word, Excel or LibreOffice, and save it again.")


def open_file(name: str, content: bytes) -> Package:
    """Open a file as the kind that its content shows; a name as of macros (.docm) is refused.

    Raises Unreadable with a sentence.
    """
    _refuse_by_content(name, content)
    try:
        zip_file = ZipFile(BytesIO(content))
        entries = zip_file.infolist()
    except _DAMAGE_ERRORS as error:
        raise Unreadable.because(damaged_message()) from error
    _refuse_large_package(entries)
    content_type_by_part_name = _read_content_types(zip_file)
    return Package(
        _office_kind(content_type_by_part_name), content, zip_file, content_type_by_part_name
    )


def _refuse_by_content(name: str, content: bytes) -> None:
    """Raises Unreadable for an empty, large or old file, and for other formats."""
    if len(content) > MAX_FILE_SIZE:
        raise Unreadable.because(
            _("The file has %(size).1f MB. The limit is %(limit)d MB.")
            % {"size": len(content) / _MEGABYTE, "limit": MAX_FILE_SIZE // _MEGABYTE}
        )
    if not content:
        raise Unreadable.because(_("The file is empty. Choose a file that holds the comments."))
    if content.startswith(OLD_OFFICE_START):
        raise Unreadable.because(_old_format_message(content))
    if is_pdf_file(content):
        raise Unreadable.because(
            _("This is a PDF, which cannot be read here. Send the original Word or Excel file.")
        )
    if name.lower().endswith((".docm", ".xlsm", ".dotm", ".xltm")):
        raise Unreadable.because(_macros_message())
    if content.lstrip().startswith(b"{\\rtf"):
        raise Unreadable.because(
            _("This is an RTF file. Open it in Word or LibreOffice, and save it as .docx.")
        )
    if not content.startswith(b"PK"):
        raise Unreadable.because(_not_office_message())


def _old_format_message(content: bytes) -> str:
    """The sentence for a file in the container of old Office files.

    It holds streams with names: those of a .doc or .xls, or of a new file that is encrypted.
    """

    def holds_stream(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds_stream("EncryptedPackage") or holds_stream("EncryptionInfo"):
        return _locked_message()
    if holds_stream("Workbook") or holds_stream("Book"):
        return _(
            "This is an Excel file of the old kind (.xls). "
            "Open it, save it as .xlsx, and send that one."
        )
    return _(
        "This is a Word file of the old kind (.doc). "
        "Open it in Word or LibreOffice, save it as .docx, and send that one."
    )


def _locked_message() -> str:
    return _(
        "The file is protected by a password. Open it, remove the password, and save it again."
    )


def _macros_message() -> str:
    return _("Files with macros are not accepted. Save it without macros, as .docx or .xlsx.")


def _not_office_message() -> str:
    return _("This is not a Word or Excel file. Send a .docx or an .xlsx file.")


def _too_deep_message() -> str:
    """The sentence for XML nested so deep that the parser refuses it."""
    return _("The file has tables or boxes nested too deeply. Separate them, and save it again.")


def _too_large_message() -> str:
    return _(
        "The file is too large when unpacked. Check that it is the right file, and "
        "leave out pictures."
    )


def _refuse_large_package(entries: list[ZipInfo]) -> None:
    """Raises Unreadable for a file that is locked, damaged or too large when unpacked."""
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise Unreadable.because(_locked_message())
    if len({entry.filename for entry in entries}) != len(entries):  # two parts of one name
        raise Unreadable.because(damaged_message())
    unpacked_size = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked_size > MAX_UNPACKED_SIZE:
        raise Unreadable.because(_too_large_message())
    for entry in entries:
        is_large = entry.file_size > _MEGABYTE
        if is_large and entry.file_size > MAX_COMPRESSION * max(entry.compress_size, 1):
            raise Unreadable.because(_too_large_message())


def _read_content_types(zip_file: ZipFile) -> dict[str, str]:
    """The content type that each part states; refuses other formats, and files with macros."""
    names = zip_file.namelist()
    if "mimetype" in names:  # OpenDocument says its type in a file of this name
        raise Unreadable.because(
            _(
                "This is an OpenDocument file (.odt, .ods). "
                "Save it as .docx or .xlsx, and send that one."
            )
        )
    if "[Content_Types].xml" not in names:
        raise Unreadable.because(_not_office_message())
    entry = zip_file.getinfo("[Content_Types].xml")
    if entry.file_size > _MEGABYTE:
        raise Unreadable.because(_too_large_message())
    content = _unpacked_part(zip_file, entry)
    _require_plain_xml(content)
    tree = tree_of(content)
    if b"macroEnabled" in content or any("vbaProject" in name for name in names):
        raise Unreadable.because(_macros_message())
    return _stated_types(tree, names)


def _stated_types(tree: "etree._Element", names: list[str]) -> dict[str, str]:
    """The content types by the names of parts; those not named get the type of their ending.

    What describes the package itself ("[…", "_rels/") is no part.
    """
    content_type_by_part_name = {
        part.get("PartName", "").removeprefix("/"): part.get("ContentType", "")
        for part in tree.iter(f"{_TYPES_NAMESPACE}Override")
    }
    content_type_by_ending = {
        part.get("Extension", "").lower(): part.get("ContentType", "")
        for part in tree.iter(f"{_TYPES_NAMESPACE}Default")
    }
    unlisted_names = [
        name
        for name in names
        if name not in content_type_by_part_name and not name.startswith(("[", "_rels/"))
    ]
    return content_type_by_part_name | {
        name: content_type_by_ending.get(name.rpartition(".")[2].lower(), "")
        for name in unlisted_names
    }


def _office_kind(content_type_by_part_name: Mapping[str, str]) -> OfficeKind:
    """Whether the package is a Word or an Excel file; raises Unreadable for others."""
    for main_type, office_kind in _KIND_BY_MAIN_TYPE.items():
        if any(
            content_type.endswith(main_type) for content_type in content_type_by_part_name.values()
        ):
            return office_kind
    raise Unreadable.because(_not_office_message())


def _unpacked_part(zip_file: ZipFile, entry: ZipInfo) -> bytes:
    """Unpack a part, never more of it than its stated size."""
    try:
        with zip_file.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except _DAMAGE_ERRORS as error:
        raise Unreadable.because(damaged_message()) from error
    if len(content) != entry.file_size:
        raise Unreadable.because(damaged_message())
    return content


def _require_plain_xml(content: bytes, max_parsed_size: int = MAX_PARSED_SIZE) -> None:
    """Refuse what is not UTF-8 XML, has a document type or would need too much memory parsed."""
    encoding = _STATED_ENCODING.match(content)
    # Where none is stated it is UTF-8, unless UTF-16 shows in the first bytes.
    is_utf8 = encoding is None or encoding.group(1).lower() in {b"utf-8", b"us-ascii", b"ascii"}
    if not is_utf8 or content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in content[:64]:
        raise Unreadable.because(damaged_message())
    if _DOCTYPE.search(content):
        raise Unreadable.because(_("The file is not a normal Word or Excel file. It was not read."))
    element_count = content.count(b"<") - content.count(b"</")
    attribute_count = content.count(b'="') + content.count(b"='")
    if (
        len(content) + element_count * BYTES_PER_ELEMENT + attribute_count * BYTES_PER_ATTRIBUTE
        > max_parsed_size
    ):
        raise Unreadable.because(_too_large_message())
