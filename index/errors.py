"""The errors Quoth raises, sorted by what the caller should do next.

    QuothError
    ├── QuestionError        change the question: blank, or too long for the reader
    ├── DocumentError        repair the document: empty, binary, wrongly encoded, encrypted, truncated
    │   ├── MediaTypeError   use another format
    │   ├── TooLargeError    use a smaller document
    │   └── NoTextError      nothing: a picture that shows no text
    ├── FeedbackError        change the feedback: a span outside of its document, or a verdict that contradicts itself
    ├── KeyNameError         choose another name for the key: taken, blank or not printable
    ├── NotFoundError        name something that exists: an unknown document, collection or data file
    ├── MismatchError        rebuild: the index was made with another embedder, chunking or schema
    ├── StorageError         repair the disk or file: read-only, full, or not a database
    ├── BusyError            try again: another process is writing, or the service is overloaded or stopping
    ├── ModelError           replace the model: missing, unreadable, or not the published files
    ├── SettingsError        correct the configuration: an unknown name, or a value out of range
    ├── ResultsError         evaluate again, or name another file: no results of an evaluation, or not comparable
    └── DatasetError         correct the dataset, or name its format: questions that can't be read

Every message names the input and the cure, and may be shown to the person at the machine. `public` may be shown to
anybody: it doesn't name files of the machine. `kind` is stable: over HTTP it is the last part of a problem's `type`,
and `qa.client` raises the error of that kind.
"""

from pathlib import Path


class QuothError(Exception):
    """Base of every error that Quoth raises on purpose.

    `file` is the data file, or the URL of a database, that the message names; `public` is the message without it.

    If a server sent the error, `status` is that of its response and `detail` that of its problem; else both are None.
    `retry_after` is the number of seconds to wait before trying again, None if unknown.
    """

    kind = "error"
    status: int | None = None
    detail: str | None = None
    retry_after: float | None = None

    def __init__(self, message: str = "", *, file: Path | str | None = None) -> None:
        super().__init__(message)
        self.public = message
        if file is not None:
            unnamed = message.replace(str(file), "the data file" if isinstance(file, Path) else "the database")
            self.public = unnamed[:1].upper() + unnamed[1:]


class QuestionError(QuothError):
    """A question that can't be asked."""

    kind = "invalid-question"


class DocumentError(QuothError):
    """A document that can't be read."""

    kind = "unreadable-document"


class MediaTypeError(DocumentError):
    """A document in a format that no parser reads."""

    kind = "unsupported-media-type"


class TooLargeError(DocumentError):
    """A document over the size limit."""

    kind = "too-large"


class NoTextError(DocumentError):
    """A picture in which no text is recognised. Most pictures are no documents, so in a folder that is no failure."""


class FeedbackError(QuothError):
    """Feedback that can't be kept as it is."""

    kind = "invalid-feedback"


class KeyNameError(QuothError):
    """A name that a key can't have."""

    kind = "invalid-key-name"


class NotFoundError(QuothError):
    """A name of something that doesn't exist."""

    kind = "not-found"


class MismatchError(QuothError):
    """An index made with other settings or by another version of Quoth."""

    kind = "index-mismatch"


class StorageError(QuothError):
    """An index that can't be opened, read or written."""

    kind = "storage"


class BusyError(QuothError):
    """An index that another process is writing, or a service that is overloaded or stopping."""

    kind = "busy"


class ModelError(QuothError):
    """Weights that can't be used."""

    kind = "model"


class SettingsError(QuothError):
    """A setting with an unknown name or an impossible value."""

    kind = "invalid-setting"


class ResultsError(QuothError):
    """A file of an evaluation's results that can't be read, written or compared."""

    kind = "invalid-results"


class DatasetError(QuothError):
    """A file of questions that can't be read, or has none."""

    kind = "invalid-dataset"
