"""Zip files of XML parts, built from nothing: the least that is a document of each kind, and what is made to break them."""

import io
import zipfile

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FORMATS = "http://schemas.openxmlformats.org"
_KINDS = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}
MEDIA_TYPES = {kind: f"application/vnd.openxmlformats-officedocument.{main}" for kind, (_, main) in _KINDS.items()}


def zipped_parts(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _relations(targets: list[tuple[str, str]]) -> bytes:
    each = "".join(
        f'<Relationship Id="r{i}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_FORMATS}/package/2006/relationships">{each}</Relationships>'.encode()


def _office(kind: str, main: bytes, parts: dict[str, bytes], related: list[tuple[str, str]]) -> bytes:
    path, content_type = _KINDS[kind]
    folder, _, base = path.partition("/")
    types = (
        f'<Types xmlns="{_FORMATS}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/{path}" ContentType="application/vnd.openxmlformats-officedocument.{content_type}.main+xml"/></Types>'
    )
    return zipped_parts(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": _relations([("officeDocument", path)]),
            path: main,
            f"{folder}/_rels/{base}.rels": _relations(related),
            **parts,
        }
    )


def docx(body: bytes, before: bytes = b"") -> bytes:
    """A Word document with this in its body, and `before` in front of its root element."""
    main = b'%b<w:document xmlns:w="%b/wordprocessingml/2006/main"><w:body>%b</w:body></w:document>'
    return _office("docx", main % (before, _FORMATS.encode(), body), {}, [])


def paragraph(words: str) -> bytes:
    return b"<w:p><w:r><w:t>%b</w:t></w:r></w:p>" % words.encode()


def xlsx(rows: bytes, dimension: str = "A1") -> bytes:
    """An Excel workbook of one sheet with these rows."""
    main = f"{_FORMATS}/spreadsheetml/2006/main"
    workbook = f'<workbook xmlns="{main}" xmlns:r="{RELATIONS}"><sheets><sheet name="Crew" sheetId="1" r:id="r0"/></sheets></workbook>'
    sheet = b'<worksheet xmlns="%b"><dimension ref="%b"/><sheetData>%b</sheetData></worksheet>'
    parts = {"xl/worksheets/sheet1.xml": sheet % (main.encode(), dimension.encode(), rows)}
    return _office("xlsx", workbook.encode(), parts, [("worksheet", "worksheets/sheet1.xml")])


def pptx(shapes: bytes, count: int = 1) -> bytes:
    """A PowerPoint presentation of one slide, shown this many times."""
    drawing, main = f"{_FORMATS}/drawingml/2006/main", f"{_FORMATS}/presentationml/2006/main"
    slides = '<p:sldId id="256" r:id="r0"/>' * count
    presentation = (
        f'<p:presentation xmlns:p="{main}" xmlns:r="{RELATIONS}"><p:sldIdLst>{slides}</p:sldIdLst></p:presentation>'
    )
    slide = b'<p:sld xmlns:p="%b" xmlns:a="%b"><p:cSld><p:spTree>%b</p:spTree></p:cSld></p:sld>'
    parts = {"ppt/slides/slide1.xml": slide % (main.encode(), drawing.encode(), shapes)}
    return _office("pptx", presentation.encode(), parts, [("slide", "slides/slide1.xml")])


def shape(words: str) -> bytes:
    return b"<p:sp><p:txBody><a:p><a:r><a:t>%b</a:t></a:r></a:p></p:txBody></p:sp>" % words.encode()
