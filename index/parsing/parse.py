"""Bytes → `Document`, or a refusal by name: the format's parser, in the child process where it needs one."""

from collections.abc import Sequence
from functools import partial
from pathlib import PurePosixPath

from index.documents import READERS, Document, Metadata, check_id
from index.errors import DocumentError, TooLargeError
from index.formats.base import MAX_BYTES, Format, Parsed
from index.formats.registry import format_by_media_type, parse_bytes
from index.groups import split_groups
from index.parsing.limits import DEFAULT_LIMITS, Limits
from index.parsing.process import process_with
from index.parsing.recognising import with_recognised


def parse(
    data: bytes,
    document_id: str,
    media_type: str,
    *,
    title: str | None = None,
    uri: str | None = None,
    metadata: Metadata | None = None,
    readers: Sequence[str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Document:
    """Bytes in a format's media type → Document. `title` and `metadata` add to what the bytes say, and go before it.

    So do `readers`, the groups that may read it, which bytes name in their metadata READERS; [] is everybody.

    All but what is only decoded is parsed in a child process, so that no document takes down this one. Raises
    DocumentError for bytes that are empty, binary, wrongly encoded, encrypted, cut short or without text, and for those
    that break their parser or take more than the `limits`; NoTextError for pictures without text, MediaTypeError for
    another media type, TooLargeError over MAX_BYTES, and StorageError where no child can be started.
    """
    check_id(document_id)
    if len(data) > MAX_BYTES:
        raise too_large(document_id, len(data))
    if not data.strip():
        raise DocumentError(f"{document_id} is empty, so there is nothing to index.")
    kind = format_by_media_type(media_type, document_id)
    parsed = (parse_bytes if kind.only_decodes else process_with(limits).parse)(data, document_id, media_type)
    if parsed.scanned:
        draw = partial(process_with(limits).draw, data, document_id, media_type)
        parsed = with_recognised(parsed, document_id, kind, limits, draw)
    own = dict(parsed.metadata)
    named = split_groups(str(own.pop(READERS, "")))
    return Document(
        id=document_id,
        title=title or parsed.title or PurePosixPath(document_id).stem or document_id,
        text=parsed.text,
        uri=uri,
        media_type=media_type,
        metadata={**own, **(metadata or {})},
        pages=parsed.pages,
        headings=parsed.headings,
        readers=tuple(named if readers is None else readers),
    )


def parse_addresses(data: bytes, name: str, kind: Format, *, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """What a page (LINKS) or sitemap (SITEMAP) links to, in the child process; raises as `parse` does."""
    if len(data) > MAX_BYTES:
        raise too_large(name, len(data))
    return process_with(limits).parse(data, name, kind.media_type)


def too_large(name: str, size: int) -> TooLargeError:
    """The error for a file of `size` bytes, more than MAX_BYTES."""
    return TooLargeError(f"{name} has {size / 2**20:.0f} MiB; at most {MAX_BYTES // 2**20} MiB are taken: split it.")
