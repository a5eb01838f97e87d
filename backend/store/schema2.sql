-- Version 2 of a case: what it has beyond version 1.

-- The deployments under audit, a JSON array of their names; empty for all.
ALTER TABLE engagement ADD COLUMN deployments TEXT NOT NULL DEFAULT '[]';

-- Unreadable records that a later version of the program understood. The row in unreadable stays, as what it was.
CREATE TABLE recovered (
  number     INTEGER PRIMARY KEY,
  unreadable INTEGER NOT NULL REFERENCES unreadable,
  time       INTEGER NOT NULL,
  version    TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX recovered_once ON recovered (unreadable);

-- How far the file of a source that is still read was read, as it lies there, and the SHA-256 of that: by it an interrupted import
-- knows its file again. 0 and empty once the source's own SHA-256 is known.
ALTER TABLE source ADD COLUMN checkpoint_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN checkpoint_sha256 TEXT NOT NULL DEFAULT '';

-- Whether an event has a matching record is asked of every event.
DROP INDEX matching_by_event;
CREATE INDEX matching_by_event ON matching (event, source, duplicate);

-- The column indexes that version 1 kept know nothing of matching records.
DELETE FROM derived;
