"""The data file's tables, of three kinds: the documents, what is derived of them, and what else is kept.

A file of a newer `VERSION` is refused. One from `ADDED_TO` on is read as it is; when it is opened for writing, it is
given the tables of what else is kept that it lacks, and a full-text index for each collection in place of one for all.
An older one's derived tables are made anew by `rebuild`.
"""

APPLICATION_ID = 0x51756F74  # "Quot", in SQLite's file header: this file is ours
VERSION = 4  # 1 had no context, 2 nothing but documents and what is derived, 3 one full-text index for all collections
ADDED_TO = 2
KEPT_SINCE = 3  # whose files have all that is in KEPT

DOCUMENTS = (
    "CREATE TABLE manifest (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    """CREATE TABLE documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice, so what it stands for never changes
    collection TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, uri TEXT, media_type TEXT NOT NULL,
    text TEXT NOT NULL, metadata TEXT NOT NULL, pages TEXT NOT NULL, headings TEXT NOT NULL,
    sha256 TEXT NOT NULL, added TEXT NOT NULL,
    UNIQUE (collection, id)
)""",
)
# Which table has a collection's words: words_1 for number 1
WORD_INDEXES = "CREATE TABLE word_indexes (number INTEGER PRIMARY KEY, collection TEXT NOT NULL UNIQUE)"
# Made of the documents, from which `rebuild` can make it anew. With `chunks` goes its index
DROP_DERIVED = ("DROP TABLE vectors", "DROP TABLE chunks")
DERIVED = (
    """CREATE TABLE chunks (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
        start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL,
        context TEXT NOT NULL,  -- title and headings, as index/context.py has them
        CHECK (0 <= start AND start < end)
    )""",
    "CREATE INDEX chunks_by_document ON chunks (document)",
    """CREATE TABLE vectors (
        chunk INTEGER PRIMARY KEY REFERENCES chunks (key) ON DELETE CASCADE,
        vector BLOB NOT NULL  -- little-endian float32
    )""",
    WORD_INDEXES,
)
# A collection's chunks, and their words. FTS5 keeps no text of its own: it is checked against the view, and made of it
_WORDS = (
    """CREATE VIEW chunks_of_words_{number} AS SELECT chunks.key, chunks.text, chunks.context
        FROM chunks JOIN documents ON documents.key = chunks.document
        WHERE documents.collection = (SELECT collection FROM word_indexes WHERE number = {number})""",
    """CREATE VIRTUAL TABLE words_{number} USING fts5 (
        text, context, content = 'chunks_of_words_{number}', content_rowid = 'key', tokenize = '{tokenizer}'
    )""",
)
SEEN_WORDS = """CREATE VIRTUAL TABLE temp.{table} USING fts5 (
    text, context, content = '', tokenize = '{tokenizer}'
)"""
TOKENIZERS = {None: "unicode61", "porter": "porter unicode61"}  # by a language's stemmer
SHARED_WORDS = "chunk_words"  # the one full-text index of a file before schema 4
DROP_WORDS = (
    "DROP TRIGGER IF EXISTS chunk_added",  # which wrote it
    "DROP TRIGGER IF EXISTS chunk_removed",
    "DROP TABLE IF EXISTS word_indexes",
)
# The one full-text index of a file before schema 4, which triggers wrote
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


def words(number: int, tokenizer: str) -> list[str]:
    """The statements that make a collection's full-text index."""
    return [statement.format(number=number, tokenizer=tokenizer) for statement in _WORDS]


# What can't be made anew, and so is left alone by `rebuild`. A new table here takes a new VERSION and KEPT_SINCE.
KEPT = (
    """CREATE TABLE IF NOT EXISTS originals (  -- the files of those documents whose text is not the file itself
        document INTEGER PRIMARY KEY REFERENCES documents (key) ON DELETE CASCADE,
        sha256 TEXT NOT NULL, bytes BLOB NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS feedback (  -- which names documents by collection and id: they may be replaced
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        collection TEXT NOT NULL, answer_id TEXT NOT NULL, question TEXT NOT NULL, verdict TEXT NOT NULL,
        answer TEXT, correction TEXT,  -- JSON, as index/feedback.py has them
        sha256 TEXT NOT NULL UNIQUE,  -- of all that was told: the same is kept once
        given TEXT NOT NULL,
        CHECK (verdict IN ('right', 'wrong'))
    )""",
    "CREATE INDEX IF NOT EXISTS feedback_by_answer ON feedback (collection, answer_id)",
    """CREATE TABLE IF NOT EXISTS keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice, so a revoked key's tokens never hold again
        name TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL, added TEXT NOT NULL,
        sha256 TEXT NOT NULL UNIQUE, secret BLOB NOT NULL  -- of the key, and what signs its tokens
    )""",
)
