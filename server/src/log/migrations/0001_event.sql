-- One row an event. Header columns are for ever; a body may become NULL (erased).
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    format INTEGER NOT NULL,
    festival TEXT NOT NULL,
    stream TEXT NOT NULL,
    stream_version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    kind_version INTEGER NOT NULL,
    at_wall_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    key BLOB,
    request BLOB,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    body_digest BLOB NOT NULL,
    body BLOB,
    UNIQUE (festival, stream, stream_version)
) STRICT;

CREATE UNIQUE INDEX event_key ON event (key) WHERE key IS NOT NULL;

-- Not a defence against whoever owns the file (the chain is), but against our own slips.
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;

CREATE TRIGGER event_changes_only_by_erasure BEFORE UPDATE ON event
WHEN NEW.body IS NOT NULL
    OR (NEW.seq, NEW.format, NEW.festival, NEW.stream, NEW.stream_version, NEW.kind,
        NEW.kind_version, NEW.at_wall_ms, NEW.actor, NEW.key, NEW.request, NEW.previous,
        NEW.hash, NEW.body_digest)
    IS NOT (OLD.seq, OLD.format, OLD.festival, OLD.stream, OLD.stream_version, OLD.kind,
        OLD.kind_version, OLD.at_wall_ms, OLD.actor, OLD.key, OLD.request, OLD.previous,
        OLD.hash, OLD.body_digest)
BEGIN
    SELECT RAISE(ABORT, 'only the body of an event can change, and only to nothing');
END;
