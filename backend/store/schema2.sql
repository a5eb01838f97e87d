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

-- Each way in which events name an organization: a name that is no more than the id is none.
CREATE VIEW organization_way AS
SELECT w.deployment, w.organization_id, w.organization, i.id, iif(lower(n.value) = lower(i.id), '', n.value) AS name
FROM (SELECT DISTINCT deployment, organization_id, organization FROM event WHERE organization_id > 0 OR organization > 0) w
JOIN organization n ON n.code = w.organization
JOIN (SELECT code, CASE typeof(value) WHEN 'blob' THEN
    lower(substr(hex(value), 1, 8) || '-' || substr(hex(value), 9, 4) || '-' || substr(hex(value), 13, 4) || '-' || substr(hex(value), 17, 4) || '-' || substr(hex(value), 21))
    ELSE value END AS id FROM organization_id) i ON i.code = w.organization_id;

-- Which organization each way means: that of the id; of a name alone, the one id that the name is with in its deployment; else the name.
CREATE VIEW organization_key AS
WITH way AS MATERIALIZED (SELECT * FROM organization_way)
SELECT w.deployment, w.organization_id, w.organization, w.id, w.name,
  CASE
    WHEN w.id <> '' THEN 'i:' || lower(w.id)
    ELSE coalesce(
      (SELECT 'i:' || lower(b.id) FROM way b WHERE b.id <> '' AND lower(b.id) = lower(w.name)),
      (SELECT 'i:' || min(lower(b.id)) FROM way b WHERE b.deployment = w.deployment AND b.id <> '' AND lower(b.name) = lower(w.name)
        HAVING count(DISTINCT lower(b.id)) = 1),
      'n:' || lower(w.name))
  END AS key
FROM way w;

-- What an organization is called: a name that no other one goes by, else a name with the id behind it, else the id.
CREATE VIEW organization_view AS
WITH way AS MATERIALIZED (SELECT *, name <> '' AND 'i:' || lower(name) <> key AS called FROM organization_key)
SELECT k.key,
  coalesce(
    (SELECT min(n.name) FROM way n WHERE n.key = k.key AND n.called
      AND NOT EXISTS (SELECT 1 FROM way o WHERE o.key <> k.key AND (lower(o.name) = lower(n.name) OR lower(o.id) = lower(n.name)))),
    (SELECT min(n.name) FROM way n WHERE n.key = k.key AND n.called) || ' (' || coalesce(min(nullif(k.id, '')), 'id not recorded') || ')',
    min(nullif(k.id, ''))) AS label,
  coalesce(min(nullif(k.id, '')), '') AS id
FROM way k
GROUP BY k.key;

-- Whether the value before that a change logs is the one that the change before it left. Of Coder v2 every change of a setting has a
-- row (key is the event's resource << 32 | the field: where its neighbours are looked for), of v1 those that log a value before or
-- have a neighbour that does. previous is the change that left the value compared with; next the one that logs another value before
-- than this one left.
CREATE TABLE continuity (
  change   INTEGER PRIMARY KEY REFERENCES change,
  key      INTEGER,
  state    INTEGER NOT NULL,
  previous INTEGER,
  next     INTEGER
) STRICT;
CREATE INDEX continuity_by_key ON continuity (key) WHERE key IS NOT NULL;

-- Changes of settings of Coder v2 that came after the last comparison, and keys that a change left: JSON arrays, a row a batch.
CREATE TABLE uncompared (number INTEGER PRIMARY KEY, changes TEXT NOT NULL, keys TEXT NOT NULL) STRICT;

INSERT INTO uncompared
SELECT 1, json_group_array(c.number), '[]'
FROM event e
CROSS JOIN change c ON c.event = e.number
CROSS JOIN field ON field.code = c.field
CROSS JOIN resource_type ON resource_type.code = e.resource_type
WHERE e.version = 2 AND e.log = 1 AND e.flags & 8 AND c.field <> 0 AND follows_v2(resource_type.value, field.value)
HAVING count(*) > 0;

CREATE VIEW continuity_view AS
SELECT k.change, c.event, spelling.value AS field,
  CASE k.state WHEN 0 THEN '' WHEN 1 THEN 'follows' WHEN 2 THEN 'break before' WHEN 3 THEN 'first logged' WHEN 4 THEN 'not applied' WHEN 5 THEN 'effect unknown'
    WHEN 6 THEN 'value unknown' WHEN 7 THEN 'secret' END AS continuity,
  before.event AS previous_event, left_value.value AS value_then, old.value AS old_logged, after.event AS next_event
FROM continuity k
JOIN change c ON c.number = k.change
JOIN spelling ON spelling.code = c.spelling
LEFT JOIN value old ON old.code = c.old
LEFT JOIN change before ON before.number = k.previous
LEFT JOIN value left_value ON left_value.code = before.new
LEFT JOIN change after ON after.number = k.next;

-- Settings of Coder v1 some of whose changes log a value before.
INSERT OR IGNORE INTO underived SELECT DISTINCT derive_key, 0 FROM change WHERE derive_key IS NOT NULL AND (old IS NOT NULL OR secret_was <> 0);
