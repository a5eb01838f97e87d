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
