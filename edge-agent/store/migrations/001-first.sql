-- Two chained lanes. The sequence is given by us, gap-free, so no autoincrement. The key's own text is indexed
-- (not its hash): keys of one session stand side by side, and a batch touches few pages.
create table facts (
  sequence integer primary key,
  key text not null unique,
  body text not null,
  at integer not null,
  hash blob not null
) strict;

create table history (
  sequence integer primary key,
  key text not null,
  body text not null,
  at integer not null,
  hash blob not null
) strict;

-- `base` is the event before the oldest one still held: the chain goes on from there after a clean-up.
create table lanes (
  lane text primary key,
  durable integer not null,
  base_sequence integer not null,
  base_hash blob not null
) strict, without rowid;
insert into lanes values ('facts', 0, 0, zeroblob(32)), ('history', 0, 0, zeroblob(32));

create table meta (name text primary key, value text not null) strict, without rowid;

create table commands (
  id text primary key,
  counter integer unique,
  issuer text not null,
  charger_id text not null,
  action text not null,
  payload text not null,
  issued_at text not null,
  expires_at text not null,
  received_at text not null,
  status text not null,
  result text,
  error text,
  history text not null
) strict;
create index commands_open on commands (received_at) where status in ('queued', 'sent');

create table desired (section text primary key, version integer not null, body text not null) strict;
create table limits (source text primary key, body text not null) strict;
create table tokens (uid text primary key collate nocase, body text not null) strict;
create table alarms (alarm_id text primary key, body text not null) strict;

create table reservations (
  charger_id text not null,
  reservation_id integer not null,
  body text not null,
  primary key (charger_id, reservation_id)
) strict;

create table sessions (
  session_id text primary key,
  charger_id text not null,
  evse_id integer not null,
  connector_id integer not null,
  transaction_id text not null,
  start_key text not null unique,
  token_uid text not null collate nocase,
  status text not null,
  started_at text not null,
  body text not null,
  unique (charger_id, transaction_id)
) strict;
create index sessions_open on sessions (charger_id) where status <> 'ended';
create index sessions_by_start on sessions (started_at);

create table shelf (
  shelf text not null,
  id text not null,
  body text not null,
  primary key (shelf, id)
) strict;

create table shadows (
  device_id text not null,
  field text not null,
  owner text not null,
  version integer not null,
  value text,
  at text not null,
  expires_at text,
  primary key (device_id, field)
) strict, without rowid;
