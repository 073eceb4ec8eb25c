-- Which index this is, for a replica to be known by; and what the rate limits have counted, for all servers together

INSERT INTO manifest (name, value) VALUES ('identity', gen_random_uuid()::text);

CREATE UNLOGGED TABLE rate_limits (  -- no count waits for a disk, and none is left after a crash
    key bytea PRIMARY KEY,  -- a digest of what is limited and of whom: no address stands here
    hits double precision[] NOT NULL,  -- when each was, in seconds since 1970, oldest first
    ends double precision NOT NULL  -- when none of them counts any more
);
ALTER TABLE rate_limits ALTER COLUMN hits SET STORAGE EXTERNAL;  -- packing them takes longer than it saves
CREATE INDEX rate_limits_by_end ON rate_limits (ends);
