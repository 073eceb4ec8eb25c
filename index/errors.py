"""The errors Quoth raises, sorted by what the caller should do next.

    QuothError
    ├── QuestionError        ask differently: blank, or too long for the reader
    ├── DocumentError        mend the document: empty, binary, wrongly encoded, encrypted, cut short
    │   ├── MediaTypeError   bring another format
    │   └── TooLargeError    bring a smaller one
    ├── FeedbackError        say it differently: a span outside of its document, or a verdict that contradicts itself
    ├── KeyNameError         name the key otherwise: taken, blank or not printable
    ├── NotFoundError        name something that exists: an unknown document, collection or data file
    ├── MismatchError        rebuild: the data file was made by another embedder, chunking or schema
    ├── StorageError         mend the disk: read-only, full, or not a database at all
    ├── BusyError            try again: another process is writing, or the service has too much to do, or is stopping
    ├── ModelError           mend the weights: missing, unreadable, or not the ones they claim to be
    ├── SettingsError        mend the configuration: unknown name or value out of range
    ├── ResultsError         evaluate again, or name another file: not an evaluation's results, or not comparable ones
    └── DatasetError         mend the dataset, or name its format: questions that can't be read

Every message names the input and the cure, and is fit to be shown to the person who asked; where it names a file of the
machine's, `public` is fit to be shown to others. `kind` is stable: it is the
last part of a problem's `type` over HTTP, and a server's problem is raised by `qa.client` as the error of its kind.
"""

from pathlib import Path


class QuothError(Exception):
    """Base of every error that Quoth raises on purpose.

    If its message names the data `file`, or the URL of a database in its place, its `public` one doesn't.

    If a server answered with it: the `status` of its response, the `detail` of its problem, and the seconds after which
    to try again, if it named any. None otherwise, but where those seconds are known before.
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


class FeedbackError(QuothError):
    """Feedback that can't be kept as it is."""

    kind = "invalid-feedback"


class KeyNameError(QuothError):
    """A name that no key can be given."""

    kind = "invalid-key-name"


class NotFoundError(QuothError):
    """A name that nothing goes by."""

    kind = "not-found"


class MismatchError(QuothError):
    """A data file that other settings, or another Quoth, made."""

    kind = "index-mismatch"


class StorageError(QuothError):
    """A data file that can't be opened, read or written."""

    kind = "storage"


class BusyError(QuothError):
    """A data file that another process is writing just now, or a service that has too much to do or is stopping."""

    kind = "busy"


class ModelError(QuothError):
    """Weights that can't be used."""

    kind = "model"


class SettingsError(QuothError):
    """A setting that can't be honoured."""

    kind = "invalid-setting"


class ResultsError(QuothError):
    """A file of an evaluation's results that can't be read, written or compared."""

    kind = "invalid-results"


class DatasetError(QuothError):
    """A file of questions that can't be read, or has none."""

    kind = "invalid-dataset"
