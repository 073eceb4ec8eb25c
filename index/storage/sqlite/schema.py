"""The data file's tables, of three kinds: documents (DOCUMENTS), derived data (DERIVED), and other data (KEPT).

A file with a newer VERSION is refused. One from ADDED_TO on can be read as it is. When it is opened for writing, it
gets the tables of KEPT that it lacks, and full-text indexes for each collection, and for each part of a large one,
instead of one for all. The derived tables of a still older file must be made anew by `rebuild`.
"""

APPLICATION_ID = 0x51756F74  # "Quot" in SQLite's file header marks a file of Quoth
# 1 had no context, 2 only documents and derived data, 3 one full-text index for all collections, 4 no questions that
# were asked, 5 no remarks beside a verdict, 6 no readers of documents nor groups of keys,
# 7 no audit log, 8 no runs of sync, 9 one full-text index for all of a collection, no compressed vectors and no list of
# removals, 10 no posting lists, and documents not by their metadata
VERSION = 11
OWN_WORDS_SINCE = 4  # from this version on, each collection has a full-text index of its own
PARTS_SINCE = 10  # from this version on, a large collection has several
REMOVALS_SINCE = COMPRESSED_SINCE = 10
POSTINGS_SINCE = 11
ADDED_TO = 2  # from this version on, missing tables are added

DOCUMENTS = (
    "CREATE TABLE manifest (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    """CREATE TABLE documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused
    collection TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, uri TEXT, media_type TEXT NOT NULL,
    text TEXT NOT NULL, metadata TEXT NOT NULL, pages TEXT NOT NULL, headings TEXT NOT NULL,
    sha256 TEXT NOT NULL, added TEXT NOT NULL,
    UNIQUE (collection, id)
)""",
)
# Number 1 means that words_1 is the full-text index of the collection's chunks with keys from `first` to `last`
WORD_INDEXES = """CREATE TABLE word_indexes (
    number INTEGER PRIMARY KEY, collection TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    UNIQUE (collection, first)
)"""
# Derived from the documents, so that `rebuild` can make it anew. Dropping `chunks` drops its index too
DROP_DERIVED = ("DROP TABLE vectors", "DROP TABLE chunks")
DERIVED = (
    """CREATE TABLE chunks (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
        start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL,
        context TEXT NOT NULL,  -- title and headings, see index/context.py
        CHECK (0 <= start AND start < end)
    )""",
    "CREATE INDEX chunks_by_document ON chunks (document)",
    """CREATE TABLE vectors (
        chunk INTEGER PRIMARY KEY REFERENCES chunks (key) ON DELETE CASCADE,
        vector BLOB NOT NULL  -- little-endian float32
    )""",
    WORD_INDEXES,
)
# A full-text index. FTS5 stores no text of its own: it reads it from the view
_WORDS = (
    """CREATE VIEW chunks_of_words_{number} AS SELECT chunks.key, chunks.text, chunks.context
        FROM word_indexes JOIN chunks ON chunks.key BETWEEN first AND last
        JOIN documents ON documents.key = chunks.document AND documents.collection = word_indexes.collection
        WHERE word_indexes.number = {number}""",
    """CREATE VIRTUAL TABLE words_{number} USING fts5 (
        text, context, content = 'chunks_of_words_{number}', content_rowid = 'key', tokenize = '{tokenizer}'
    )""",
)
TOKENIZERS = {None: "unicode61", "porter": "porter unicode61"}  # by a language's stemmer
SHARED_WORDS = "chunk_words"  # the full-text index of all collections in a file before schema 4
DROP_WORDS = (
    "DROP TRIGGER IF EXISTS chunk_added",  # wrote to SHARED_WORDS
    "DROP TRIGGER IF EXISTS chunk_removed",
    "DROP TABLE IF EXISTS word_indexes",
)
# The list of full-text indexes, and what one reads, in a file of schema 4 to 9
WHOLE_WORD_INDEXES = "CREATE TABLE word_indexes (number INTEGER PRIMARY KEY, collection TEXT NOT NULL UNIQUE)"
_WHOLE = (
    """CREATE VIEW chunks_of_words_{number} AS SELECT chunks.key, chunks.text, chunks.context
        FROM chunks JOIN documents ON documents.key = chunks.document
        WHERE documents.collection = (SELECT collection FROM word_indexes WHERE number = {number})""",
    _WORDS[1],
)
# The full-text index of a file before schema 4, which triggers wrote
SHARED = (
    """CREATE VIRTUAL TABLE chunk_words USING fts5 (
        text, context, content = 'chunks', content_rowid = 'key', tokenize = '{tokenizer}'
    )""",
    """CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
        INSERT INTO chunk_words (rowid, text, context) VALUES (new.key, new.text, new.context);
    END""",
    """CREATE TRIGGER chunk_removed AFTER DELETE ON chunks BEGIN
        INSERT INTO chunk_words (chunk_words, rowid, text, context)
        VALUES ('delete', old.key, old.text, old.context);
    END""",
)


def words(number: int, tokenizer: str, *, whole: bool = False) -> list[str]:
    """The statements that create the full-text index with this number; `whole`: as before PARTS_SINCE."""
    return [statement.format(number=number, tokenizer=tokenizer) for statement in (_WHOLE if whole else _WORDS)]


# Data that can't be derived again, so `rebuild` keeps it
_KEPT_SINCE_3 = (
    """CREATE TABLE IF NOT EXISTS originals (  -- files of the documents whose text isn't the whole file
        document INTEGER PRIMARY KEY REFERENCES documents (key) ON DELETE CASCADE,
        sha256 TEXT NOT NULL, bytes BLOB NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS feedback (  -- names documents by collection and id, since they may be replaced
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        collection TEXT NOT NULL, answer_id TEXT NOT NULL, question TEXT NOT NULL, verdict TEXT NOT NULL,
        answer TEXT, correction TEXT,  -- JSON of the classes in index/feedback.py
        sha256 TEXT NOT NULL UNIQUE,  -- of the whole feedback, so that the same is stored once
        given TEXT NOT NULL,
        CHECK (verdict IN ('right', 'wrong'))
    )""",
    "CREATE INDEX IF NOT EXISTS feedback_by_answer ON feedback (collection, answer_id)",
    """CREATE TABLE IF NOT EXISTS keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused, so a revoked key's tokens never become valid again
        name TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL, added TEXT NOT NULL,
        sha256 TEXT NOT NULL UNIQUE, secret BLOB NOT NULL  -- the key's digest; the secret that signs its tokens
    )""",
)
_KEPT_SINCE_5 = (
    """CREATE TABLE IF NOT EXISTS questions (  -- that were asked, without who asked them
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        asked TEXT NOT NULL, collection TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT, confidence REAL,
        index_version INTEGER NOT NULL, milliseconds INTEGER NOT NULL, answer_id TEXT NOT NULL,
        cited INTEGER NOT NULL  -- how many documents the first answer cites, also if some are gone by now
    )""",
    # In the order and with all the columns that figures are added up from, so that no row is looked up
    """CREATE INDEX IF NOT EXISTS questions_by_day
        ON questions (substr(asked, 1, 10), collection, outcome, reason, milliseconds)""",
    """CREATE TABLE IF NOT EXISTS question_documents (  -- that the first answer cites
        collection TEXT NOT NULL, document_id TEXT NOT NULL, day TEXT NOT NULL,
        question INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
        PRIMARY KEY (collection, document_id, day, question)
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS question_documents_by_question ON question_documents (question)",
    """CREATE TABLE IF NOT EXISTS question_texts (  -- only while the settings allow to keep words
        question INTEGER PRIMARY KEY REFERENCES questions (id) ON DELETE CASCADE,
        text TEXT NOT NULL, vector BLOB  -- little-endian float16, of the index's embedder
    )""",
)
_KEPT_SINCE_6 = (
    """CREATE TABLE IF NOT EXISTS feedback_remarks (  -- if there are any
        feedback INTEGER PRIMARY KEY REFERENCES feedback (id) ON DELETE CASCADE,
        reason TEXT, comment TEXT,
        CHECK (reason IN ('incomplete', 'outdated'))
    )""",
)
_KEPT_SINCE_7 = (
    """CREATE TABLE IF NOT EXISTS document_readers (  -- none: everybody
        document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE, reader TEXT NOT NULL,
        PRIMARY KEY (document, reader)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS key_groups (
        key INTEGER NOT NULL REFERENCES keys (id) ON DELETE CASCADE, name TEXT NOT NULL,
        PRIMARY KEY (key, name)
    ) WITHOUT ROWID""",
)
_KEPT_SINCE_8 = (
    """CREATE TABLE IF NOT EXISTS audit (  -- if the settings keep it
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL, actor TEXT NOT NULL, address TEXT, action TEXT NOT NULL, collection TEXT, subject TEXT
    )""",
    "CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at)",
)
_KEPT_SINCE_9 = (
    """CREATE TABLE IF NOT EXISTS sync_runs (  -- the last one on each source
        collection TEXT NOT NULL, source TEXT NOT NULL, run TEXT NOT NULL,  -- JSON of the class in index/sync_runs.py
        PRIMARY KEY (collection, source)
    ) WITHOUT ROWID""",
)
# Compressed vectors of a part, which has the number of its full-text index; see compressed.py
COMPRESSED = """CREATE TABLE IF NOT EXISTS compressed (
    part INTEGER PRIMARY KEY, keys BLOB NOT NULL, signs BLOB NOT NULL, numbers BLOB NOT NULL, scales BLOB NOT NULL
)"""
# For vectors in memory: chunks that were removed, see removals.py. Both are derived, but older files lack them
_KEPT_SINCE_10 = (
    COMPRESSED,
    """CREATE TABLE IF NOT EXISTS removals (
        version INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (version, first)
    ) WITHOUT ROWID""",
)
# The chunks of a part that have each of its words; see postings.py
POSTINGS = (
    """CREATE TABLE IF NOT EXISTS lexicons (
    part INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, chunks INTEGER NOT NULL, words INTEGER NOT NULL,
    first INTEGER NOT NULL, hashes BLOB NOT NULL, rows BLOB NOT NULL, lengths BLOB NOT NULL
)""",
    "CREATE TABLE IF NOT EXISTS posting_lists (number INTEGER PRIMARY KEY, list BLOB NOT NULL)",
)
# With all columns that a filter looks at, since a document's metadata lies behind its text
METADATA_INDEX = """CREATE INDEX IF NOT EXISTS documents_by_metadata
    ON documents (collection, metadata, id)"""
_KEPT_SINCE_11 = (*POSTINGS, METADATA_INDEX)
# Version → the tables that it added. A new table needs a new VERSION
KEPT_SINCE = {
    3: _KEPT_SINCE_3, 5: _KEPT_SINCE_5, 6: _KEPT_SINCE_6, 7: _KEPT_SINCE_7, 8: _KEPT_SINCE_8, 9: _KEPT_SINCE_9,
    10: _KEPT_SINCE_10, 11: _KEPT_SINCE_11,
}  # fmt: skip
KEPT = tuple(statement for statements in KEPT_SINCE.values() for statement in statements)


def lacking(version: int) -> tuple[str, ...]:
    """The statements for the tables of KEPT that a file of this schema version doesn't have yet."""
    return tuple(one for since, statements in KEPT_SINCE.items() if version < since for one in statements)
