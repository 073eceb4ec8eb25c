"""The errors Quoth raises, sorted by what the caller should do next.

    QuothError
    ├── QuestionError        ask differently: blank, or too long for the reader
    ├── DocumentError        mend the document: empty, binary, wrongly encoded, encrypted, cut short
    │   ├── MediaTypeError   bring another format
    │   └── TooLargeError    bring a smaller one
    ├── NotFoundError        name something that exists: an unknown document, collection or data file
    ├── MismatchError        rebuild: the data file was made by another embedder, chunking or schema
    ├── StorageError         mend the disk: read-only, full, or not a database at all
    ├── BusyError            try again: another process is writing
    ├── ModelError           mend the weights: missing, unreadable, or not the ones they claim to be
    ├── SettingsError        mend the configuration: unknown name or value out of range
    └── ResultsError         evaluate again, or name another file: not an evaluation's results, or not comparable ones

Every message names the input and the cure, and is fit to be shown to the person who asked. `kind` is stable: it is the
last part of a problem's `type` over HTTP.
"""


class QuothError(Exception):
    """Base of every error that Quoth raises on purpose."""

    kind = "error"


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
    """A data file that another process is writing just now."""

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
