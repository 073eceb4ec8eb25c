-- The last run of sync on each folder and site

CREATE TABLE sync_runs (
    collection text COLLATE "C" NOT NULL, source text COLLATE "C" NOT NULL,
    run text NOT NULL,  -- JSON of the class in index/sync_runs.py
    PRIMARY KEY (collection, source)
);
