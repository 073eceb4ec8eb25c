-- Who changed which document or key, if the settings keep it

CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at text COLLATE "C" NOT NULL, actor text NOT NULL, address text, action text NOT NULL,
    collection text, subject text
);
CREATE INDEX audit_by_time ON audit (at);
