-- A word's places by the hundred chunks in a row, in place of a row for each, which took seven times the bytes; see `postings.py`

ALTER TABLE postings RENAME TO lone_postings;
ALTER TABLE lone_postings RENAME CONSTRAINT postings_pkey TO lone_postings_pkey;

CREATE TABLE postings (
    first bigint NOT NULL,  -- the key of the first chunk; no two rows of a word overlap
    collection integer NOT NULL,
    chunks integer NOT NULL,  -- how many have the word
    word text COLLATE "C" NOT NULL,  -- a very long one by its digest: an index holds no more
    records bytea NOT NULL,  -- 10 bytes a chunk: its key from `first` on, its words, how often the word is in each part
    places bytea NOT NULL,  -- 2 bytes for each time that it stands there: the chunk's own, then those in the context
    PRIMARY KEY (collection, word, first)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.1);

INSERT INTO postings (first, collection, chunks, word, records, places)
SELECT min(chunk), collection, count(*), word,
    string_agg(int4send((chunk - low)::int) || substr(int4send(least(words, 65535)), 3)
        || substr(int4send(least(coalesce(cardinality(own), 0), 65535)), 3)
        || substr(int4send(least(coalesce(cardinality(context), 0), 65535)), 3), '' ORDER BY chunk),
    string_agg(CASE WHEN cardinality(own) = 1 AND context IS NULL THEN substr(int4send(least(own[1], 65535)), 3)
        ELSE (SELECT string_agg(substr(int4send(least(place, 65535)), 3), '' ORDER BY number)
            FROM unnest(own[:65535] || context[:65535]) WITH ORDINALITY AS each (place, number)) END, ''
        ORDER BY chunk)
FROM (SELECT *, min(chunk) OVER (PARTITION BY collection, word, run) AS low FROM (
    SELECT chunk, collection, words, own, context,
        CASE WHEN octet_length(word) > 1000 THEN '#' || encode(sha256(convert_to(word, 'UTF8')), 'hex') ELSE word END
            AS word,
        (row_number() OVER (PARTITION BY collection, word ORDER BY chunk) - 1) / 100 AS run
    FROM lone_postings) AS numbered) AS based
GROUP BY collection, word, run;

DROP TABLE lone_postings;

-- Which documents a filter admits, without a look at each
CREATE INDEX documents_by_metadata ON documents USING gin ((metadata::jsonb) jsonb_path_ops);
