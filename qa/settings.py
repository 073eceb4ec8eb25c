"""The settings, from `QUOTH_*` environment variables; unknown names and values out of range are refused."""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.arithmetic import Precision
from index.context import ChunkContext
from index.embedding import DEFAULT_EMBEDDER
from index.errors import SettingsError
from index.indexing import DEFAULT_CHUNK_CONTEXT, DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_TOKENS
from index.language.registry import DEFAULT_LANGUAGE, KNOWN_LANGUAGES, language_of
from index.parsing.limits import DEFAULT_LIMITS, Limits, Recognition
from index.retrieval.stages import DEFAULT_RETRIEVAL, stages_of
from index.stores import check_url, url_of_folder, without_password
from qa.origins import checked_origin
from qa.sign_in_settings import check_sign_in, checked_access, checked_https, split_access

PREFIX = "QUOTH_"
_RECOGNITION = Recognition()


class Settings(BaseSettings):
    """All settings. The environment variable of each is `QUOTH_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Field(Path(".quoth"), description="folder of the data file")
    store: str | None = Field(
        None,
        min_length=1,
        description="URL of the store, as sqlite:///FILE or postgresql://…; unset, the data file in the data folder",
    )
    store_read: str | None = Field(
        None, min_length=1, description="URL of a read replica of the store, from which questions are read"
    )
    embedder: str = Field(DEFAULT_EMBEDDER, min_length=1, description="packaged model, local folder or hub name")
    reader: str | None = Field(None, min_length=1, description="local folder or hub name; unset, the shipped reader")
    precision: Precision = Field(
        "auto", description="what models multiply in: float32, bfloat16, int8, or auto for the fastest here"
    )
    chunk_tokens: int = Field(DEFAULT_CHUNK_TOKENS, ge=16, le=8192, description="most tokens of a chunk")
    chunk_overlap: int = Field(
        DEFAULT_CHUNK_OVERLAP, ge=0, le=4096, description="tokens that a chunk shares with the last"
    )
    chunk_context: ChunkContext = Field(
        DEFAULT_CHUNK_CONTEXT, description="embedded in front of a chunk: none, title, or section (title and heading)"
    )
    language: str = Field(DEFAULT_LANGUAGE.code, description=f"language of documents and questions: {KNOWN_LANGUAGES}")
    collection_languages: Annotated[dict[str, str], NoDecode] = Field(
        {}, description="languages of the collections where it is another, such as handbuch=de, or as a JSON object"
    )
    parse_seconds: int = Field(
        DEFAULT_LIMITS.seconds, ge=1, le=3600, description="longest that parsing one document may take"
    )
    parse_memory_mb: int = Field(
        DEFAULT_LIMITS.memory_mb, ge=128, le=65_536, description="memory that parsing one document may take, in MiB"
    )
    ocr: bool = Field(True, description="recognise text in scanned pages and pictures, where Tesseract is installed")
    ocr_languages: str = Field(
        _RECOGNITION.languages, description="languages of that text, as Tesseract names them: eng, or eng+deu"
    )
    ocr_pages: int = Field(
        _RECOGNITION.pages, ge=1, le=100_000, description="most scanned pages of one document whose text is recognised"
    )
    ocr_seconds: int = Field(
        _RECOGNITION.seconds, ge=1, le=86_400, description="longest that recognising one document's text may take"
    )
    retrieval: str = Field(
        DEFAULT_RETRIEVAL, description="hybrid, dense or bm25; or the stages of retrieval, with commas between them"
    )
    top_k: int = Field(
        10,
        ge=1,
        le=100,
        description="passages retrieved; those far behind the first aren't read, unless a question names `top_k`",
    )
    min_confidence: float | None = Field(
        None, ge=0, le=1, description="if the best answer is below it, there is none; unset, as the calibration has it"
    )
    host: str = Field("127.0.0.1", min_length=1, description="address to serve on")
    port: int = Field(8000, ge=0, le=65535, description="port to serve on; 0 takes a free one")
    workers: int = Field(1, ge=1, le=64, description="processes that read, and so questions at once")
    allow_anonymous: bool = Field(False, description="serve everybody where there are no keys, from wherever they come")
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="origins of other sites' pages that may ask, as a JSON list or with commas between them"
    )
    rate_limit: str | None = Field(None, description="requests of one address, key or token, such as 60/minute")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="addresses or networks of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    max_body_mb: int = Field(50, ge=1, le=1024, description="largest request body taken, in MiB")
    max_waiting: int = Field(32, ge=1, le=10_000, description="most questions that wait or are being read")
    max_writes: int = Field(16, ge=1, le=10_000, description="most changes of the index that wait or are being made")
    deadline_seconds: int = Field(30, ge=1, le=86_400, description="seconds after which a request is given up")
    max_batch: int = Field(100, ge=1, le=10_000, description="most questions in one batch")
    shutdown_seconds: int = Field(
        30, ge=1, le=3600, description="seconds after which a server that is being stopped ends, finished or not"
    )
    log_format: Literal["text", "json"] = Field("text", description="lines to read, or a JSON object a line")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level that is logged")
    log_questions: bool = Field(False, description="log the questions that are asked")
    keep_questions: int | None = Field(
        None,
        ge=1,
        le=3650,
        description="days that figures of the questions asked are kept for `/insights`; unset, none",
    )
    keep_question_text: int | None = Field(
        None, ge=1, le=3650, description="days that the words of these questions are kept as well; unset, never"
    )
    suggest_questions: int | None = Field(
        None,
        ge=3,
        le=10_000,
        description="times that a question must have been asked and answered to be suggested to others; unset, none is",
    )
    audit_days: int | None = Field(
        None, ge=1, le=36_500, description="days that the log of who changed what is kept; unset, none is written"
    )
    audit_addresses: bool = Field(False, description="write the address that a change came from into that log")
    public_url: str | None = Field(None, description="origin that people open, such as https://quoth.example.org")
    oidc_issuer: str | None = Field(None, description="address of the OpenID Connect provider that people sign in with")
    oidc_client_id: str | None = Field(None, min_length=1, description="what that provider calls Quoth")
    oidc_client_secret: str | None = Field(None, repr=False, description="the secret that it gave Quoth")
    oidc_scopes: str = Field("openid profile", description="what it is asked for, besides who somebody is")
    oidc_groups_claim: str = Field("groups", min_length=1, description="claim that names somebody's groups")
    oidc_access: Annotated[Mapping[str, tuple[str, ...]], NoDecode] = Field(
        {}, description="what groups may do, as admins=admin, editors=ask+write, or as a JSON object"
    )
    oidc_anybody_asks: bool = Field(False, description="let whoever signs in ask, in whatever groups they are")
    oidc_session_hours: int = Field(8, ge=1, le=720, description="hours after which people sign in again")
    api_key: str | None = Field(None, min_length=1, repr=False, description="key that is sent to the server at --url")

    @property
    def store_url(self) -> str:
        """The URL of the store: `store`, else that of the data folder."""
        return url_of_folder(self.data) if self.store is None else self.store

    def over_folder(self, folder: Path) -> "Settings":
        """These settings over the data file in a folder, whatever store they name."""
        return self.model_copy(update={"data": folder, "store": None, "store_read": None})

    @property
    def parse_limits(self) -> Limits:
        """The limits on parsing one document."""
        recognition = Recognition(self.ocr_languages, self.ocr_pages, self.ocr_seconds) if self.ocr else None
        return Limits(self.parse_seconds, self.parse_memory_mb, recognition)

    @field_validator("store", "store_read")
    @classmethod
    def _known_store(cls, value: str | None) -> str | None:
        try:
            return value and check_url(value)
        except SettingsError as error:
            raise ValueError(str(error)) from None

    @field_validator("store_read")
    @classmethod
    def _of_a_store(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("store", "") is None:
            raise ValueError("there is nothing that it could be a replica of: set QUOTH_STORE too")
        return value

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        try:
            return language_of(value).code
        except SettingsError as error:
            raise ValueError(str(error)) from None

    @field_validator("collection_languages", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:  # noqa: ANN401  # any value
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("{"):
            with suppress(json.JSONDecodeError):
                return json.loads(value)
        pairs = [part.rpartition("=") for part in value.split(",") if part.strip()]
        if all(name.strip() and code.strip() for name, _, code in pairs):
            return {name.strip(): code.strip() for name, _, code in pairs}
        raise ValueError("write COLLECTION=LANGUAGE, with commas between several, or a JSON object")

    @field_validator("collection_languages")
    @classmethod
    def _known_languages(cls, value: dict[str, str]) -> dict[str, str]:
        return {collection: cls._known_language(code) for collection, code in value.items()}

    @field_validator("ocr_languages")
    @classmethod
    def _tesseracts_languages(cls, value: str) -> str:
        names = [name.strip() for name in re.split(r"[+,]", value)]
        if not all(re.fullmatch(r"[A-Za-z]\w*(?:/\w+)?", name) for name in names):
            raise ValueError("write names of languages as Tesseract has them, such as eng, or eng+deu for two")
        return "+".join(names)

    @field_validator("keep_question_text")
    @classmethod
    def _no_longer_than_figures(cls, value: int | None, info: ValidationInfo) -> int | None:
        days = info.data.get("keep_questions")
        if value is not None and days is None and "keep_questions" in info.data:
            raise ValueError("there is nothing that words could be kept with: set QUOTH_KEEP_QUESTIONS too")
        if value is not None and days is not None and value > days:
            raise ValueError(f"that is longer than QUOTH_KEEP_QUESTIONS, which is {days}: name as many days or fewer")
        return value

    @field_validator("suggest_questions")
    @classmethod
    def _of_words_that_are_kept(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("keep_question_text", "refused") is None:
            raise ValueError("no words are kept that could be suggested: set QUOTH_KEEP_QUESTION_TEXT too")
        return value

    @field_validator("origins", "trusted_proxies", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:  # noqa: ANN401  # any value
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            return json.loads(value)
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("origins")
    @classmethod
    def _as_browsers_write_them(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(checked_origin, value))

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            try:
                ip_network(each)
            except ValueError:
                how = "write an address such as 127.0.0.1, or a network such as 172.16.0.0/12"
                raise ValueError(f"{each!r} is neither an address nor a network: {how}") from None
        return value

    @field_validator("public_url")
    @classmethod
    def _origin_that_nobody_listens_to(cls, value: str | None) -> str | None:
        return None if value is None else checked_https(checked_origin(value))

    @field_validator("oidc_issuer")
    @classmethod
    def _provider(cls, value: str | None) -> str | None:
        return None if value is None else checked_https(value)

    @field_validator("oidc_scopes")
    @classmethod
    def _of_openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("without openid the provider doesn't say who signs in: write openid profile groups")
        return " ".join(value.split())

    @field_validator("oidc_access", mode="before")
    @classmethod
    def _split_access(cls, value: Any) -> Any:  # noqa: ANN401  # any value
        return split_access(value)

    @field_validator("oidc_access")
    @classmethod
    def _known_scopes(cls, value: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        return checked_access(value)

    @model_validator(mode="after")
    def _sign_in(self) -> "Settings":
        check_sign_in(
            self.oidc_issuer,
            self.oidc_client_id,
            self.oidc_client_secret,
            people=bool(self.oidc_access) or self.oidc_anybody_asks,
            allow_anonymous=self.allow_anonymous,
        )
        return self

    @field_validator("retrieval")
    @classmethod
    def _known_stages(cls, value: str) -> str:
        stages_of(value)
        return value

    @field_validator("rate_limit")
    @classmethod
    def _limit(cls, value: str | None) -> str | None:
        if value is not None:
            from limits import parse_many  # only imported if there is a limit

            try:
                limits = parse_many(value)
            except ValueError:
                limits = []
            if not limits or any(limit.amount < 1 for limit in limits):
                how = "write one such as 60/minute, or several as 5/second; 1000/hour"
                raise ValueError(f"{value!r} is no limit: {how}")
        return value


def load_settings(**overrides: Any) -> Settings:  # noqa: ANN401  # pydantic checks them
    """The settings of the environment, replaced by those of `overrides` that aren't None.

    Raises SettingsError naming each setting that is unknown or out of range.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known:
            close = get_close_matches(name, known, n=1)
            meant = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}."
            raise SettingsError(f"There is no setting {name}: {meant}")
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        raise SettingsError("; ".join(_complaint(problem) for problem in error.errors())) from None


def _complaint(problem: Any) -> str:  # noqa: ANN401  # pydantic's ErrorDetails
    name = str(problem["loc"][0]) if problem["loc"] else "settings"
    field = Settings.model_fields.get(name)
    value = without_password(repr(problem["input"])) if field is None or field.repr else "a secret"
    # pydantic puts "Value error, " in front of what a validator raised
    message = str(problem.get("ctx", {}).get("error", problem["msg"])).removesuffix(".")
    return f"{PREFIX}{name.upper()} is {value}: {message[:1].lower()}{message[1:]}."
