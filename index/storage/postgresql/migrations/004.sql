-- The groups that may read a document, none meaning everybody, and those whose documents a key may read

ALTER TABLE documents ADD COLUMN readers text[] COLLATE "C" NOT NULL DEFAULT '{}';
ALTER TABLE keys ADD COLUMN groups text[] NOT NULL DEFAULT '{}';
CREATE INDEX documents_for_some ON documents (collection) WHERE readers <> '{}';
