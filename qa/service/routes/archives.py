"""Zip archives: each readable file in one is a document of its own, and goes when the archive goes."""

from contextlib import suppress
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile

from index.archives import Archive, is_archive, removed_with
from index.audit import Actor, acting_as
from index.documents import DEFAULT_COLLECTION, Source, check_id
from index.errors import DocumentError, MediaTypeError, NotFoundError, TooLargeError
from index.formats.registry import READABLE, format_of
from index.loading import source_of
from index.parsing.parse import parse
from qa.api.schemas import Deleted, RefusedFile, StoredArchive
from qa.service.auth.callers import actor_of
from qa.service.bodies import JsonRoute
from qa.service.routes.dependencies import InCollection, ServicesDep, problems_of
from qa.service.routes.documents import READERS_FIELD, add_source, check_fields, readers_of
from qa.service.work.disconnect import unless_disconnected
from qa.service.work.services import Services

_MAX_FILES = 1000  # of an archive that is uploaded: one request is to have an end

_MAX_DETAIL = 400  # characters
router = APIRouter(prefix="/v1", route_class=JsonRoute, tags=["documents"])


async def _known_fields(request: Request) -> None:
    """Raise RequestValidationError for other fields, so that misspelt readers aren't ignored."""
    await check_fields(request, ("file", "id", "collection", "readers"))


@router.post(
    "/archives",
    status_code=201,
    form_limits={"max_files": 1, "max_fields": 20, "max_part_size": 16 * 1024},
    responses={
        200: {"model": StoredArchive, "description": "No document is new"},
        **problems_of(400, 409, 413, 415, 422, 503, 507),
    },
)
async def upload_archive(
    _: Annotated[None, Depends(_known_fields)],
    file: UploadFile,
    services: ServicesDep,
    request: Request,
    response: Response,
    collection: Annotated[str, Form(max_length=128, description="Blank is the default one.")] = DEFAULT_COLLECTION,
    archive_id: Annotated[str, Form(alias="id", description="By default the file's name.")] = "",
    readers: Annotated[str | None, READERS_FIELD] = None,
) -> StoredArchive:
    """Upload a zip archive: the files in it become documents `ID/path/in/the/archive.md`, and what came from an archive
    of the same id before, but isn't in this one, is removed. Files that can't be read are refused one by one.
    """
    groups = await readers_of(request, readers)
    name, data = archive_id or file.filename or "", await file.read()
    check_id(name)
    if not is_archive(name):
        raise MediaTypeError(f"{name} is no zip archive by its name: bring it to POST /v1/documents.")
    with services.metrics.refusals("upload"):
        stored = await unless_disconnected(request, _added(services, actor_of(request), data, name, collection, groups))
    response.status_code = 201 if any(each.status == "added" for each in stored.documents) else 200
    return stored


@router.delete("/archives/{archive_id:path}", responses=problems_of(404, 503, 507))
async def delete_archive(
    archive_id: str, services: ServicesDep, request: Request, collection: InCollection = DEFAULT_COLLECTION
) -> Deleted:
    """Remove all documents that came from an archive, and every trace of them."""

    def delete() -> int:
        with acting_as(actor_of(request)):
            store = services.engine.store
            removed = list(removed_with(store, archive_id, collection)) if is_archive(archive_id) else []
        if not removed:
            raise NotFoundError(f"There is no archive {archive_id!r} in the collection {collection!r}: see the list.")
        services.metrics.wrote("delete", "deleted")
        return removed[-1][1]

    with services.metrics.refusals("delete"):
        version = await unless_disconnected(request, services.writing.enter().run(delete))
    return Deleted(id=archive_id, collection=collection, index_version=version)


async def _added(
    services: Services, actor: Actor | None, data: bytes, name: str, collection: str, readers: list[str] | None
) -> StoredArchive:
    archive, names = await services.parsing.enter().run(partial(_opened, data, name))
    documents, refused = [], []
    for each in names:
        try:
            source = await services.parsing.enter().run(partial(_source, services, archive, each, readers))
        except DocumentError as error:
            refused.append(RefusedFile(id=f"{name}/{each}", detail=error.public))
            continue
        add = partial(add_source, services, actor, "upload", source, collection)
        documents.append(await services.writing.enter().run(add))
    if not documents:
        raise DocumentError(f"{name} has no file that could be read; the first: {_short(refused[0].detail)}")
    kept = tuple(f"{name}/{each}" for each in names)

    def remove() -> list[tuple[str, int]]:
        with acting_as(actor):
            return list(removed_with(services.engine.store, name, collection, kept))

    removed = await services.writing.enter().run(remove)
    version = max([documents[-1].index_version, *(version for _, version in removed)])
    gone = [document_id for document_id, _ in removed]
    return StoredArchive(id=name, documents=documents, refused=refused, removed=gone, index_version=version)


def _opened(data: bytes, name: str) -> tuple[Archive, list[str]]:
    """The archive, and the names of the files in it that are read."""
    archive, names = Archive(data, name), []
    for each in archive.names():
        with suppress(MediaTypeError):
            format_of(each)
            names.append(each)
    if not names:
        raise DocumentError(f"{archive.name} has no file in it that Quoth reads: bring {READABLE}.")
    if len(names) > _MAX_FILES:
        raise TooLargeError(
            f"{archive.name} has {len(names):,} files to read, and {_MAX_FILES:,} are taken at once: split it, or "
            "index it where Quoth runs, with `quoth index`."
        )
    return archive, names


def _source(services: Services, archive: Archive, name: str, readers: list[str] | None) -> Source:
    data, said = archive.read(name), archive.said_of(name)
    document_id = f"{archive.name}/{name}"
    limits = services.engine.settings.parse_limits
    groups = readers if said.readers is None else said.readers
    document = parse(
        data,
        document_id,
        format_of(name).media_type,
        title=said.title,
        uri=said.uri,
        metadata=said.metadata,
        readers=groups,
        limits=limits,
    )
    return source_of(document, data, names_readers=groups is not None)


def _short(detail: str) -> str:
    """A refusal without the middle of a name that is pages long."""
    return detail if len(detail) <= _MAX_DETAIL else f"{detail[: _MAX_DETAIL // 2]} … {detail[-_MAX_DETAIL // 2 :]}"
