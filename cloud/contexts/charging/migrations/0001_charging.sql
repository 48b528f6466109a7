-- What physically happened, as the edges tell it, and what it cost.
create table sessions (
  tenant_id text not null,
  id uuid not null,
  site_id text not null,
  charger_id text not null,
  connector_id text not null,
  driver_id text,
  token_uid text,
  transaction_id text,
  status text not null check (status in ('pending', 'started', 'suspended', 'ended', 'failed', 'review')),
  offline boolean not null default false,
  started_at timestamptz,
  ended_at timestamptz,
  meter_start_wh bigint,
  meter_stop_wh bigint,
  energy_wh bigint,
  stop_reason text,
  tariff_id text,
  tariff_version integer,
  cdr_id uuid,
  currency text,
  cost_minor bigint,
  waived boolean not null default false,
  failure_code text,
  failure_detail text,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id)
);
create index sessions_newest on sessions (tenant_id, created_at desc, id);
create index sessions_driver on sessions (tenant_id, driver_id, created_at desc) where driver_id is not null;
create index sessions_site on sessions (tenant_id, site_id, created_at desc);
select nova_tenant_table('sessions', 'select, insert, update');

create table session_readings (
  tenant_id text not null,
  session_id uuid not null,
  at timestamptz(3) not null,
  register_wh bigint not null,
  trust text not null,
  primary key (tenant_id, session_id, at, register_wh)
);
select nova_tenant_table('session_readings', 'select, insert');

-- A driver's start on its way. One at a time on a connector.
create table orders (
  tenant_id text not null,
  session_id uuid not null,
  driver_id text not null,
  site_id text not null,
  charger_id text not null,
  connector_id text not null,
  token_uid text not null,
  tariff_id text not null,
  max_energy_wh bigint not null,
  command_id uuid not null,
  status text not null check (status in ('holding', 'starting', 'waiting', 'started', 'abandoned')),
  deadline timestamptz not null,
  next_at timestamptz,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, session_id),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
create unique index orders_one_a_connector on orders (tenant_id, connector_id)
  where status in ('holding', 'starting', 'waiting');
create unique index orders_command on orders (tenant_id, command_id);
create index orders_due on orders (next_at) where next_at is not null;
select nova_tenant_table('orders', 'select, insert, update');

-- What a person has to look at before it is billed.
create table reviews (
  tenant_id text not null,
  id uuid not null,
  session_id uuid,
  site_id text not null,
  charger_id text,
  reason text not null,
  detail text not null,
  raw text,
  raised_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by text,
  verdict text check (verdict in ('energy', 'waived', 'closed')),
  energy_wh bigint check (energy_wh >= 0),
  note text,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  check ((resolved_at is null) = (verdict is null))
);
create index reviews_open on reviews (tenant_id, created_at, id) where resolved_at is null;
create index reviews_session on reviews (tenant_id, session_id);
select nova_tenant_table('reviews', 'select, insert, update');
