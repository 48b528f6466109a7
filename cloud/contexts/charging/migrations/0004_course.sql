-- What prices ask for beside the registers. A bill waits while the vehicle still stands there and that costs, until
-- `standing_until` at the longest.
alter table sessions add column standing boolean not null default false;
alter table sessions add column standing_until timestamptz;
alter table sessions add column left_at timestamptz;
create index sessions_standing on sessions (standing_until) where standing_until is not null;

-- By whom energy was held back from then on; null: it may flow again. Station time.
create table session_suspensions (
  tenant_id text not null,
  session_id uuid not null,
  at timestamptz(3) not null,
  held_by text check (held_by in ('ev', 'evse', 'unknown')),
  number bigint not null, -- Its place in the event log: two of one instant stay in order.
  primary key (tenant_id, session_id, at, number)
);
select nova_tenant_table('session_suspensions', 'select, insert');

-- Values as the edge noted them.
create table site_signals (
  tenant_id text not null,
  site_id text not null,
  name text not null,
  at timestamptz(3) not null,
  value text not null,
  primary key (tenant_id, site_id, name, at)
);
select nova_tenant_table('site_signals', 'select, insert');

-- A connector kept free for somebody. `number` is what the charger knows it by.
create table reservations (
  tenant_id text not null,
  id uuid not null,
  site_id text not null,
  charger_id text not null,
  connector_id text not null,
  number integer not null check (number > 0),
  driver_id text,
  token_uid text not null,
  command_id uuid,
  status text not null check (status in ('asked', 'active', 'used', 'cancelled', 'expired', 'refused')),
  made_at timestamptz(3),
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  session_id uuid, -- That used it, or the bill of one that nobody came for.
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, charger_id, number, expires_at)
);
create index reservations_driver on reservations (tenant_id, driver_id, created_at desc) where driver_id is not null;
create index reservations_newest on reservations (tenant_id, created_at desc, id);
create index reservations_session on reservations (tenant_id, session_id) where session_id is not null;
create unique index reservations_command on reservations (tenant_id, command_id) where command_id is not null;
select nova_tenant_table('reservations', 'select, insert, update');
