"""Documents: add as text, upload as files, list, read, remove."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, TypeAdapter, ValidationError

from index.audit import Actor, acting_as
from index.blocks import Block, blocks_of
from index.documents import DEFAULT_COLLECTION, Document, Scalar, Source, encoded
from index.formats.base import Format
from index.formats.registry import FORMATS, format_by_media_type, format_of
from index.groups import split_groups
from index.known_slices import known_slices
from index.loading import source_of
from index.parsing.parse import parse
from index.storage.principals import Principal
from qa.api.schemas import MAX_OFFSET, Deleted, DocumentList, Groups, Metadata, PutDocument, Stored, StoredDocument
from qa.citing import MAX_CITED_CHARS, cite
from qa.service.auth.callers import actor_of
from qa.service.bodies import JsonRoute
from qa.service.routes.dependencies import InCollection, PrincipalDep, ServicesDep, json_body, problems_of
from qa.service.work.disconnect import unless_disconnected
from qa.service.work.services import Services

_READABLE_TYPES = ", ".join(each.media_type for each in FORMATS)

_UPLOAD_FIELDS = ("file", "id", "title", "uri", "metadata", "collection", "readers")
_METADATA: TypeAdapter[dict[str, Scalar]] = TypeAdapter(Metadata, config=ConfigDict(strict=True, allow_inf_nan=False))

_GROUPS: TypeAdapter[list[str]] = TypeAdapter(Groups)

READERS_FIELD = Form(
    max_length=16 * 1024,
    description="The groups that may read it, separated by commas; blank is everybody. By default as of a PUT.",
    examples=["staff, managers"],
)

# Of a document whose blocks are looked for, about a second's work: two thousand printed pages
MAX_LINES = 100_000
MAX_CHARS = 5_000_000

router = APIRouter(prefix="/v1", route_class=JsonRoute, tags=["documents"])


@router.put(
    "/documents/{document_id:path}",
    dependencies=[Depends(json_body)],
    responses={201: {"model": Stored, "description": "Added"}, **problems_of(400, 409, 413, 415, 422, 503, 507)},
)
async def put_document(
    document_id: str, body: PutDocument, services: ServicesDep, request: Request, response: Response
) -> Stored:
    """Add a document under this id, or replace it; 201 if it is new."""
    data = encoded(body.text, document_id)
    parsed = partial(
        parse,
        data,
        document_id,
        body.media_type,
        title=body.title,
        uri=body.uri,
        metadata=body.metadata,
        readers=body.readers,
    )
    file_format = format_by_media_type(body.media_type, document_id)
    bring = partial(source_of, data=data, names_readers=body.readers is not None)
    return await _add(services, request, "put", parsed, bring, file_format, body.collection, response)


async def _known_fields(request: Request) -> None:
    """Raise RequestValidationError for fields that an upload hasn't, so that a misspelt one isn't ignored."""
    await check_fields(request, _UPLOAD_FIELDS)


async def check_fields(request: Request, known: tuple[str, ...]) -> None:
    """Raise RequestValidationError for fields of a form that aren't known."""
    form = await request.form()
    unknown = [name for name in dict.fromkeys(form) if name not in known]
    if unknown:
        message = f"There is no such field: known are {', '.join(known)}"
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": ("body", name), "msg": message} for name in unknown]
        )


def _metadata(text: str) -> dict[str, Scalar]:
    """The metadata of an upload, which is JSON in a form. Raises RequestValidationError as for that of a PUT."""
    try:
        return _METADATA.validate_json(text) if text.strip() else {}
    except ValidationError as error:
        no_json = {"type": "metadata", "loc": ("body", "metadata"), "msg": 'No JSON object: write {"name": "value"}'}
        errors = [
            no_json if each["type"] == "json_invalid" else {**each, "loc": ("body", "metadata", *each["loc"])}
            for each in error.errors()
        ]
        raise RequestValidationError(errors) from error


async def readers_of(request: Request, text: str | None) -> list[str] | None:
    """The readers of an upload; a blank field, which FastAPI takes for none, is nobody's name and so everybody.

    Raises RequestValidationError as for those of a PUT.
    """
    text = "" if text is None and "readers" in await request.form() else text
    try:
        return None if text is None else _GROUPS.validate_python(split_groups(text))
    except ValidationError as error:
        raise RequestValidationError(
            [{**each, "loc": ("body", "readers", *each["loc"])} for each in error.errors()]
        ) from error


@router.post(
    "/documents",
    status_code=201,
    form_limits={"max_files": 1, "max_fields": 20, "max_part_size": 16 * 1024},
    responses={
        200: {"model": Stored, "description": "Replaced, or unchanged"},
        **problems_of(400, 409, 413, 415, 422, 503, 507),
    },
    openapi_extra={
        "requestBody": {"content": {"multipart/form-data": {"encoding": {"file": {"contentType": _READABLE_TYPES}}}}}
    },
)
async def upload_document(
    _: Annotated[None, Depends(_known_fields)],
    file: UploadFile,
    services: ServicesDep,
    request: Request,
    response: Response,
    collection: Annotated[str, Form(max_length=128, description="Blank is the default one.")] = DEFAULT_COLLECTION,
    document_id: Annotated[str, Form(alias="id", description="By default the file's name.")] = "",
    title: Annotated[str, Form(max_length=1024)] = "",
    uri: Annotated[str, Form(max_length=2048)] = "",
    metadata: Annotated[
        str, Form(max_length=16 * 1024, description="A JSON object.", examples=['{"language": "en"}'])
    ] = "",
    readers: Annotated[str | None, READERS_FIELD] = None,
) -> Stored:
    """Upload a file in one of the formats that Quoth reads; a document with the same id is replaced (200, not 201)."""
    said, groups = _metadata(metadata), await readers_of(request, readers)
    name = document_id or file.filename or ""
    file_format = format_of(file.filename or name, file.content_type)
    data = await file.read()
    parsed = partial(
        parse, data, name, file_format.media_type, title=title or None, uri=uri or None, metadata=said, readers=groups
    )
    bring = partial(source_of, data=data, names_readers=groups is not None)
    return await _add(services, request, "upload", parsed, bring, file_format, collection, response)


async def _add(
    services: Services,
    request: Request,
    operation: str,
    parsed: Callable[..., Document],
    bring: Callable[[Document], Source],
    file_format: Format,
    collection: str,
    response: Response,
) -> Stored:
    actor = actor_of(request)

    async def parsed_and_added() -> Stored:
        slot = services.writing.enter()  # held while parsing, too
        try:
            parsing = partial(parsed, limits=services.engine.settings.parse_limits)
            at_once = file_format.only_decodes  # other formats are parsed in another queue, so that writes don't wait
            document = await (slot.run(parsing, last=False) if at_once else services.parsing.enter().run(parsing))
            return await slot.run(partial(add_source, services, actor, operation, bring(document), collection))
        finally:
            slot.leave()

    with services.metrics.refusals(operation):
        stored = await unless_disconnected(request, parsed_and_added())
    response.status_code = 201 if stored.status == "added" else 200
    return stored


def add_source(services: Services, actor: Actor | None, operation: str, source: Source, collection: str) -> Stored:
    """Index a source as this actor, and count it as `operation`, whether or not the client still waits."""
    with acting_as(actor):
        outcome = services.engine.indexer.add_source(source, collection)
    services.metrics.wrote(operation, outcome.status)
    stored = {"status": outcome.status, "document": outcome.summary, "index_version": outcome.version}
    return Stored.model_validate(stored)


def readers_shown(readers: tuple[str, ...], principal: Principal) -> tuple[str, ...]:
    """The readers of a document as far as somebody may know them: who isn't in all groups learns of none."""
    return () if principal.by_groups else readers


@router.get("/documents", responses=problems_of(422))
def list_documents(
    services: ServicesDep,
    principal: PrincipalDep,
    collection: InCollection | None = None,
    named: Annotated[
        str | None, Query(max_length=256, description="Only documents whose id or title contains this.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> DocumentList:
    """List documents without their texts."""
    with services.engine.store.view(principal) as view:
        return DocumentList(
            documents=[
                replace(one, readers=readers_shown(one.readers, principal))
                for one in view.summaries(collection, named=named, limit=limit, offset=offset)
            ],
            total=view.count(collection, named=named),
            index_version=view.version,
        )


@router.get("/documents/{document_id:path}", responses=problems_of(404, 422))
def get_document(
    document_id: str,
    services: ServicesDep,
    principal: PrincipalDep,
    collection: InCollection = DEFAULT_COLLECTION,
    start: Annotated[
        int | None, Query(ge=0, le=MAX_OFFSET, description=f"Of a slice of up to {MAX_CITED_CHARS} characters to cite.")
    ] = None,
    end: Annotated[int | None, Query(ge=0, le=MAX_OFFSET)] = None,
    blocks: Annotated[
        bool,
        Query(description=f"With what a text of up to {MAX_LINES:,} lines is made of, and {MAX_CHARS:,} characters."),
    ] = False,
) -> StoredDocument:
    """A document as indexed; every offset slices its text."""
    if start is not None and end is not None and end - start > MAX_CITED_CHARS:
        why = f"At most {MAX_CITED_CHARS} characters are cited at a time, and [{start}:{end}] has {end - start}"
        raise RequestValidationError(
            [{"type": "slice_too_long", "loc": ("query", "end"), "msg": f"{why}: ask for fewer"}]
        )
    with services.engine.store.view(principal) as view:
        document = view.document(document_id, collection)
        size = view.summary(document_id, collection).original_bytes
        citation = None
        if start is not None and end is not None and start < end <= len(document.text):
            words, language = document.text[start:end], services.engine.language_in(collection)
            has_original = size is not None
            citation = cite(document, collection, start, end, words, has_original=has_original, language=language)
        return StoredDocument(
            document=replace(document, readers=readers_shown(document.readers, principal)),
            collection=collection,
            sha256=document.sha256,
            original_bytes=size,
            citation=citation,
            blocks=blocks_in(document) if blocks else None,
            index_version=view.version,
        )


def blocks_in(document: Document) -> list[Block] | None:
    """The blocks of a document; None of one that is so long that it would take seconds."""
    if len(document.text) > MAX_CHARS or document.text.count("\n") >= MAX_LINES:
        return None
    known = known_slices(document.metadata, len(document.text))
    return list(blocks_of(document.text, document.headings, known))


@router.delete("/documents/{document_id:path}", responses=problems_of(404, 503, 507))
async def delete_document(
    document_id: str, services: ServicesDep, request: Request, collection: InCollection = DEFAULT_COLLECTION
) -> Deleted:
    """Remove a document and every trace of it."""

    def delete() -> int:
        with acting_as(actor_of(request)):
            version = services.engine.store.delete(document_id, collection)
        services.metrics.wrote("delete", "deleted")
        return version

    with services.metrics.refusals("delete"):
        version = await unless_disconnected(request, services.writing.enter().run(delete))
    return Deleted(id=document_id, collection=collection, index_version=version)
