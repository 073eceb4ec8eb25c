-- Questions that were asked, without who asked them, if the settings keep them

CREATE TABLE questions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked text COLLATE "C" NOT NULL, collection text COLLATE "C" NOT NULL, outcome text NOT NULL, reason text,
    confidence double precision, index_version bigint NOT NULL, milliseconds integer NOT NULL,
    answer_id text NOT NULL,
    cited integer NOT NULL  -- how many documents the first answer cites, also if some are gone by now
);
CREATE INDEX questions_by_time ON questions (asked);

CREATE TABLE question_documents (  -- that the first answer cites
    question bigint NOT NULL REFERENCES questions ON DELETE CASCADE, document_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (question, document_id)
);
CREATE INDEX question_documents_by_document ON question_documents (document_id);

CREATE TABLE question_texts (  -- only while the settings allow to keep words
    question bigint PRIMARY KEY REFERENCES questions ON DELETE CASCADE,
    text text NOT NULL, vector bytea  -- little-endian float16, of the index's embedder
);
