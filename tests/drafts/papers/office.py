"""LibreOffice without a window, as a delegation may use it: every change accepted or refused."""

from functools import cache
from pathlib import Path

from tests.comments.kit.office import NEEDS_OFFICE as NEEDS_OFFICE, office_profile, run_office

_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Changes"/>
</library:library>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Changes"
 script:language="StarBasic">
Sub Settle(source As String, target As String, command As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  dispatcher.executeDispatch(document.CurrentController.Frame, command, "", 0, Array())
  Dim filter(0) As New com.sun.star.beans.PropertyValue
  filter(0).Name = "FilterName"
  filter(0).Value = "MS Word 2007 XML"
  document.storeToURL(ConvertToURL(target), filter())
  document.close(True)
End Sub
</script:module>
"""


def settled(folder: Path, content: bytes, *, accepted: bool) -> bytes:
    """The document with every change accepted or refused by LibreOffice, saved as Word again."""
    source, target = folder / "redline.docx", folder / f"settled-{accepted}.docx"
    source.write_bytes(content)
    act = "AcceptAllTrackedChanges" if accepted else "RejectAllTrackedChanges"
    _teach_macro()
    run_office(f'macro:///Standard.Changes.Settle("{source}","{target}",".uno:{act}")')
    return target.read_bytes()


@cache
def _teach_macro() -> None:
    library = office_profile() / "user" / "basic" / "Standard"
    (library / "script.xlb").write_text(_LIBRARY)
    (library / "Changes.xba").write_text(_MODULE)
