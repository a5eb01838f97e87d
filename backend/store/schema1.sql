-- Version 1 of a case. docs/case-format.md explains it. Codes are dense; code 0 of every dictionary means "not recorded".
-- Times are nanoseconds since 1970-01-01 UTC. Ids that are canonical lower-case UUIDs are BLOBs of 16 bytes, others TEXT.

CREATE TABLE format (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE engagement (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  title       TEXT NOT NULL,
  reference   TEXT NOT NULL,
  prepared_by TEXT NOT NULL,
  first_day   TEXT NOT NULL,
  last_day    TEXT NOT NULL,
  zone        TEXT NOT NULL,
  made_up     INTEGER NOT NULL
) STRICT;

-- Dictionaries.
CREATE TABLE action          (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE resource_type   (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE target          (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE organization    (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE ip              (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE user_agent      (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE description     (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE build_reason    (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE deployment      (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE setting         (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE panel           (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE resource        (code INTEGER PRIMARY KEY, value ANY NOT NULL) STRICT;
CREATE TABLE organization_id (code INTEGER PRIMARY KEY, value ANY NOT NULL) STRICT;

-- A way in which records name somebody, as logged. The view person groups accounts.
CREATE TABLE account (
  code     INTEGER PRIMARY KEY,
  id       ANY NOT NULL,
  username TEXT NOT NULL,
  email    TEXT NOT NULL,
  name     TEXT NOT NULL
) STRICT;
CREATE INDEX account_by_id ON account (id);

-- Changed fields: field.value is the folded name under which two spellings are one field.
CREATE TABLE field    (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE spelling (code INTEGER PRIMARY KEY, value TEXT NOT NULL, field INTEGER NOT NULL REFERENCES field) STRICT;

-- Old and new values as JSON text, and words and notes. Short ones stand once.
CREATE TABLE value  (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE phrase (code INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE import_run (
  number  INTEGER PRIMARY KEY,
  started INTEGER NOT NULL,
  ended   INTEGER NOT NULL,
  head    BLOB NOT NULL
) STRICT;

-- head = SHA-256 (head before, then text). The head before the first link is 32 zero bytes. run is NULL of what no import wrote.
CREATE TABLE chain (
  number INTEGER PRIMARY KEY,
  run    INTEGER REFERENCES import_run,
  text   TEXT NOT NULL,
  head   BLOB NOT NULL
) STRICT;

CREATE TABLE source (
  number            INTEGER PRIMARY KEY,
  run               INTEGER NOT NULL REFERENCES import_run,
  path              TEXT NOT NULL,
  sha256            TEXT NOT NULL,
  bytes             INTEGER NOT NULL,
  unpacked          INTEGER NOT NULL,
  form              TEXT NOT NULL,
  shape             TEXT NOT NULL,
  deployment        INTEGER NOT NULL REFERENCES deployment,
  state             TEXT NOT NULL,
  lines             INTEGER NOT NULL,
  record_lines      INTEGER NOT NULL,
  records           INTEGER NOT NULL,
  events            INTEGER NOT NULL,
  matching          INTEGER NOT NULL,
  duplicates        INTEGER NOT NULL,
  other             INTEGER NOT NULL,
  unreadable        INTEGER NOT NULL,
  first             INTEGER,
  last              INTEGER,
  imported          INTEGER NOT NULL,
  note              TEXT NOT NULL,
  checkpoint_pieces INTEGER NOT NULL,
  checkpoint_line   INTEGER NOT NULL,
  checkpoint_offset INTEGER NOT NULL,
  receipt_from      TEXT NOT NULL DEFAULT '',
  receipt_received  TEXT NOT NULL DEFAULT '',
  receipt_request   TEXT NOT NULL DEFAULT '',
  receipt_method    TEXT NOT NULL DEFAULT '',
  receipt_sha256    TEXT NOT NULL DEFAULT '',
  receipt_count     INTEGER,
  receipt_replaces  INTEGER REFERENCES source,
  stated            INTEGER
) STRICT;

-- data is a zstd frame of size bytes unpacked, whose SHA-256 is sha256.
CREATE TABLE raw_block (
  number INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source,
  size   INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  data   BLOB NOT NULL
) STRICT;

-- The columns that scans read stand first, texts of any length last. form and rank are those of the record whose values
-- stand; first_form, source, line, byte_offset and the raw position are the first record's.
CREATE TABLE event (
  number          INTEGER PRIMARY KEY,
  time            INTEGER NOT NULL,
  ref             INTEGER NOT NULL,
  resource_type   INTEGER NOT NULL REFERENCES resource_type,
  action          INTEGER NOT NULL REFERENCES action,
  target          INTEGER NOT NULL REFERENCES target,
  account         INTEGER NOT NULL REFERENCES account,
  organization    INTEGER NOT NULL REFERENCES organization,
  ip              INTEGER NOT NULL REFERENCES ip,
  status          INTEGER,
  version         INTEGER NOT NULL,
  log             INTEGER NOT NULL,
  deployment      INTEGER NOT NULL REFERENCES deployment,
  source          INTEGER NOT NULL REFERENCES source,
  build_reason    INTEGER NOT NULL REFERENCES build_reason,
  resource        INTEGER NOT NULL REFERENCES resource,
  flags           INTEGER NOT NULL,
  digest          BLOB NOT NULL,
  rank            INTEGER NOT NULL,
  content         INTEGER NOT NULL,
  form            INTEGER NOT NULL,
  first_form      INTEGER NOT NULL,
  occurrence      INTEGER NOT NULL,
  line            INTEGER NOT NULL,
  byte_offset     INTEGER NOT NULL,
  block           INTEGER REFERENCES raw_block,
  block_offset    INTEGER NOT NULL,
  length          INTEGER NOT NULL,
  user_agent      INTEGER NOT NULL REFERENCES user_agent,
  organization_id INTEGER NOT NULL REFERENCES organization_id,
  description     INTEGER NOT NULL REFERENCES description,
  id              ANY,
  request_id      ANY,
  time_text       TEXT,
  additional      TEXT
) STRICT;

-- What a derived "before" is known for: one deployment, type (folded), resource id or else target (folded), and field.
CREATE TABLE derive_key (
  code          INTEGER PRIMARY KEY,
  deployment    INTEGER NOT NULL REFERENCES deployment,
  resource_type TEXT NOT NULL,
  by_id         INTEGER NOT NULL,
  subject       TEXT NOT NULL,
  field         INTEGER NOT NULL REFERENCES field
) STRICT;

-- Numbers are never given twice; they have gaps only where a merge left an event with fewer changes. ordinal is the order within the event.
CREATE TABLE change (
  number     INTEGER PRIMARY KEY,
  event      INTEGER NOT NULL REFERENCES event,
  ordinal    INTEGER NOT NULL,
  field      INTEGER NOT NULL REFERENCES field,
  spelling   INTEGER NOT NULL REFERENCES spelling,
  setting    INTEGER NOT NULL REFERENCES setting,
  panel      INTEGER NOT NULL REFERENCES panel,
  kind       INTEGER NOT NULL,
  basis      INTEGER NOT NULL,
  secret     INTEGER NOT NULL,
  secret_was INTEGER NOT NULL,
  secret_now INTEGER NOT NULL,
  old        INTEGER REFERENCES value,
  new        INTEGER REFERENCES value,
  words      INTEGER NOT NULL REFERENCES phrase,
  note       INTEGER NOT NULL REFERENCES phrase,
  derive_key INTEGER REFERENCES derive_key
) STRICT;
CREATE INDEX change_by_event ON change (event);
CREATE INDEX change_by_key ON change (derive_key) WHERE derive_key IS NOT NULL;

-- A value before that no record holds: the last one logged, by from_event.
CREATE TABLE derivation (
  change     INTEGER PRIMARY KEY REFERENCES change,
  from_event INTEGER REFERENCES event,
  old        INTEGER REFERENCES value,
  secret_was INTEGER NOT NULL,
  words      INTEGER NOT NULL REFERENCES phrase,
  note       INTEGER NOT NULL REFERENCES phrase
) STRICT;

-- Keys with changes that came after the last derivation.
CREATE TABLE underived (key INTEGER PRIMARY KEY REFERENCES derive_key, generation INTEGER NOT NULL) STRICT;

-- Further records of known events: matching records and duplicates.
CREATE TABLE matching (
  number       INTEGER PRIMARY KEY,
  event        INTEGER NOT NULL REFERENCES event,
  source       INTEGER NOT NULL REFERENCES source,
  form         INTEGER NOT NULL,
  rank         INTEGER NOT NULL,
  line         INTEGER NOT NULL,
  byte_offset  INTEGER NOT NULL,
  block        INTEGER REFERENCES raw_block,
  block_offset INTEGER NOT NULL,
  length       INTEGER NOT NULL,
  duplicate    INTEGER NOT NULL,
  differs      INTEGER NOT NULL
) STRICT;
CREATE INDEX matching_by_event ON matching (event, source);

CREATE TABLE unreadable (
  number       INTEGER PRIMARY KEY,
  source       INTEGER NOT NULL REFERENCES source,
  line         INTEGER NOT NULL,
  byte_offset  INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  excerpt      TEXT NOT NULL,
  block        INTEGER REFERENCES raw_block,
  block_offset INTEGER NOT NULL,
  length       INTEGER NOT NULL
) STRICT;

CREATE TABLE other_line (
  source  INTEGER NOT NULL REFERENCES source,
  pattern TEXT NOT NULL,
  count   INTEGER NOT NULL,
  line    INTEGER NOT NULL,
  example TEXT NOT NULL,
  PRIMARY KEY (source, pattern)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_day (
  source INTEGER NOT NULL REFERENCES source,
  day    TEXT NOT NULL,
  count  INTEGER NOT NULL,
  PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;

-- What an event's hash was before its row or its changes were replaced, and what it became. Events are never replaced else.
CREATE TABLE revision (
  number INTEGER PRIMARY KEY,
  event  INTEGER NOT NULL REFERENCES event,
  was    BLOB NOT NULL,
  now    BLOB NOT NULL
) STRICT;
CREATE INDEX revision_by_event ON revision (event);

-- The first four bytes of the hash of each event of one batch, as it was added: by them a damaged one is found.
CREATE TABLE event_mark (first INTEGER PRIMARY KEY REFERENCES event, marks BLOB NOT NULL) STRICT;

-- Each export that was made of the case while it could be written. head is that of the chain before it.
CREATE TABLE export_note (
  number INTEGER PRIMARY KEY,
  time   INTEGER NOT NULL,
  name   TEXT NOT NULL,
  query  TEXT NOT NULL,
  zone   TEXT NOT NULL,
  rows   INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  head   BLOB NOT NULL
) STRICT;

-- Each time that the very bytes of a record were shown.
CREATE TABLE reveal_note (number INTEGER PRIMARY KEY, time INTEGER NOT NULL, ref TEXT NOT NULL) STRICT;

-- What was computed from the rows above, to open faster. May be deleted at any time.
CREATE TABLE derived (
  name       TEXT PRIMARY KEY,
  generation INTEGER NOT NULL,
  digest     BLOB NOT NULL,
  data       BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Who an account is: the e-mail that any record gives for its id, else the id, else the username, else the name.
CREATE VIEW account_person AS
SELECT code AS account,
  CASE
    WHEN email <> '' THEN 'e:' || lower(email)
    WHEN id <> '' THEN coalesce(
      (SELECT 'e:' || min(lower(b.email)) FROM account b WHERE b.id = account.id AND b.email <> '' AND account.id <> ''),
      'i:' || CASE typeof(id) WHEN 'blob' THEN
        lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21))
        ELSE id END)
    WHEN username <> '' THEN 'u:' || username
    WHEN name <> '' THEN 'n:' || name
    ELSE ''
  END AS person
FROM account;

CREATE VIEW person AS
SELECT person AS key,
  CASE
    WHEN person LIKE 'e:%' THEN substr(person, 3)
    ELSE coalesce(min(nullif(username, '')), max(CASE typeof(id) WHEN 'blob' THEN
      lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21))
      ELSE id END), '')
  END AS label,
  count(*) AS accounts,
  count(DISTINCT nullif(id, '')) AS ids
FROM account JOIN account_person ON account = code
WHERE code <> 0
GROUP BY person;

CREATE VIEW event_view AS
SELECT e.number,
  substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 55 & 31) + 1, 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 50 & 31) + 1, 1) ||
  substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 45 & 31) + 1, 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 40 & 31) + 1, 1) || '-' ||
  substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 35 & 31) + 1, 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 30 & 31) + 1, 1) ||
  substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 25 & 31) + 1, 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 20 & 31) + 1, 1) || '-' ||
  substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 15 & 31) + 1, 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 10 & 31) + 1, 1) ||
  substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref >> 5 & 31) + 1, 1) || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (e.ref & 31) + 1, 1) AS ref,
  strftime('%Y-%m-%dT%H:%M:%S', (e.time - (e.time % 1000000000 + 1000000000) % 1000000000) / 1000000000, 'unixepoch') ||
    printf('.%09dZ', (e.time % 1000000000 + 1000000000) % 1000000000) AS time,
  e.time_text AS time_as_logged,
  CASE e.log WHEN 1 THEN 'audit' WHEN 2 THEN 'connection' END AS log,
  CASE e.version WHEN 1 THEN 'v1' WHEN 2 THEN 'v2' END AS version,
  deployment.value AS deployment,
  action.value AS action,
  resource_type.value AS resource_type,
  CASE typeof(resource.value) WHEN 'blob' THEN lower(substr(hex(resource.value), 1, 8) || '-' || substr(hex(resource.value), 9, 4) || '-' ||
    substr(hex(resource.value), 13, 4) || '-' || substr(hex(resource.value), 17, 4) || '-' || substr(hex(resource.value), 21)) ELSE resource.value END AS resource_id,
  target.value AS resource_target,
  coalesce(person.label, '') AS user,
  account.username, account.email, account.name,
  organization.value AS organization,
  ip.value AS ip,
  user_agent.value AS user_agent,
  e.status AS status_code,
  CASE WHEN e.status IS NULL THEN '' WHEN e.status < 400 THEN 'ok' WHEN e.status IN (401, 403) THEN 'denied' WHEN e.status < 500 THEN 'failed' ELSE 'unknown' END AS outcome,
  CASE typeof(e.id) WHEN 'blob' THEN lower(substr(hex(e.id), 1, 8) || '-' || substr(hex(e.id), 9, 4) || '-' ||
    substr(hex(e.id), 13, 4) || '-' || substr(hex(e.id), 17, 4) || '-' || substr(hex(e.id), 21)) ELSE e.id END AS id,
  CASE typeof(e.request_id) WHEN 'blob' THEN lower(substr(hex(e.request_id), 1, 8) || '-' || substr(hex(e.request_id), 9, 4) || '-' ||
    substr(hex(e.request_id), 13, 4) || '-' || substr(hex(e.request_id), 17, 4) || '-' || substr(hex(e.request_id), 21)) ELSE e.request_id END AS request_id,
  description.value AS description,
  build_reason.value AS build_reason,
  e.additional,
  e.flags & 1 AS has_changes, e.flags >> 1 & 1 AS has_secret, e.flags >> 2 & 1 AS unrecorded, e.flags >> 3 & 1 AS admin,
  e.flags >> 4 & 1 AS differs, e.flags >> 5 & 1 AS synthetic,
  source.path AS source, e.line, e.byte_offset, e.block, e.block_offset, e.length
FROM event e
JOIN deployment ON deployment.code = e.deployment
JOIN action ON action.code = e.action
JOIN resource_type ON resource_type.code = e.resource_type
JOIN resource ON resource.code = e.resource
JOIN target ON target.code = e.target
JOIN account ON account.code = e.account
LEFT JOIN account_person ap ON ap.account = e.account
LEFT JOIN person ON person.key = ap.person AND e.account <> 0
JOIN organization ON organization.code = e.organization
JOIN ip ON ip.code = e.ip
JOIN user_agent ON user_agent.code = e.user_agent
JOIN description ON description.code = e.description
JOIN build_reason ON build_reason.code = e.build_reason
JOIN source ON source.number = e.source;

CREATE VIEW change_view AS
SELECT c.number, c.event, c.ordinal, spelling.value AS field, setting.value AS setting, panel.value AS panel,
  CASE c.kind WHEN 0 THEN 'unknown' WHEN 1 THEN 'boolean' WHEN 2 THEN 'choice' WHEN 3 THEN 'secret' WHEN 4 THEN 'colour' WHEN 5 THEN 'hash' WHEN 6 THEN 'text'
    WHEN 7 THEN 'list' WHEN 8 THEN 'object' WHEN 9 THEN 'number' WHEN 10 THEN 'duration' WHEN 11 THEN 'time' WHEN 12 THEN 'unrecorded' END AS kind,
  CASE WHEN d.change IS NOT NULL THEN 'derived' WHEN c.basis = 0 THEN 'logged' WHEN c.basis = 1 THEN 'derived' ELSE 'not recorded' END AS basis,
  c.secret,
  CASE WHEN d.change IS NOT NULL THEN derived_old.value ELSE old.value END AS old,
  new.value AS new,
  CASE WHEN d.change IS NOT NULL THEN derived_words.value ELSE words.value END AS words,
  CASE WHEN d.change IS NOT NULL THEN derived_note.value ELSE note.value END AS note,
  d.from_event
FROM change c
JOIN spelling ON spelling.code = c.spelling
JOIN setting ON setting.code = c.setting
JOIN panel ON panel.code = c.panel
JOIN phrase words ON words.code = c.words
JOIN phrase note ON note.code = c.note
LEFT JOIN value old ON old.code = c.old
LEFT JOIN value new ON new.code = c.new
LEFT JOIN derivation d ON d.change = c.number
LEFT JOIN value derived_old ON derived_old.code = d.old
LEFT JOIN phrase derived_words ON derived_words.code = d.words
LEFT JOIN phrase derived_note ON derived_note.code = d.note;

CREATE VIEW source_view AS
SELECT s.number, s.path, s.state, deployment.value AS deployment, s.form, s.shape, s.sha256, s.bytes, s.unpacked, s.lines, s.record_lines, s.records,
  s.events, s.matching, s.duplicates, s.other, s.unreadable,
  strftime('%Y-%m-%dT%H:%M:%SZ', (s.first - (s.first % 1000000000 + 1000000000) % 1000000000) / 1000000000, 'unixepoch') AS first,
  strftime('%Y-%m-%dT%H:%M:%SZ', (s.last - (s.last % 1000000000 + 1000000000) % 1000000000) / 1000000000, 'unixepoch') AS last,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.imported / 1000000000, 'unixepoch') AS imported, s.note
FROM source s JOIN deployment ON deployment.code = s.deployment;
