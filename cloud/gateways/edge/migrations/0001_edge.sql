-- Which edge process acts for a site now, and which did before (decision 2: an epoch is a boot).
create table edge_sites (
  tenant_id text not null,
  site_id text not null,
  epoch integer not null,
  instance uuid not null,
  boot uuid not null,
  version text not null,
  seen_at timestamptz not null default now(),
  primary key (tenant_id, site_id)
);
select nova_tenant_table('edge_sites');

create table edge_boots (
  tenant_id text not null,
  site_id text not null,
  epoch integer not null,
  instance uuid not null,
  boot uuid not null,
  version text not null,
  granted_at timestamptz not null default now(),
  primary key (tenant_id, site_id, epoch)
);
create index edge_boots_boot on edge_boots (tenant_id, site_id, boot);
select nova_tenant_table('edge_boots', 'select, insert');

-- How far each lane of each edge database is held here, and the chain's value there (decision 1).
create table edge_lanes (
  tenant_id text not null,
  site_id text not null,
  instance uuid not null,
  lane text not null check (lane in ('facts', 'history')),
  durable bigint not null default 0,
  hash text not null,
  moved_at timestamptz not null default now(),
  primary key (tenant_id, site_id, instance, lane)
);
select nova_tenant_table('edge_lanes', 'select, insert, update');

-- Facts as they came, every sequence once, with the chain's value after each: the copy an edge can be rebuilt from.
create table edge_events (
  tenant_id text not null,
  site_id text not null,
  instance uuid not null,
  sequence bigint not null,
  epoch integer not null,
  key text not null,
  body text not null,
  hash bytea not null,
  duplicate boolean not null default false,
  at timestamptz not null default now(),
  primary key (tenant_id, site_id, instance, sequence)
);
-- A business key counts once, whatever database it came from.
create unique index edge_events_key on edge_events (tenant_id, site_id, key) where not duplicate;
select nova_tenant_table('edge_events', 'select, insert');

-- History is kept as samples; here only that every sequence came, in one row a batch.
create table edge_history (
  tenant_id text not null,
  site_id text not null,
  instance uuid not null,
  first bigint not null,
  last bigint not null,
  epoch integer not null,
  hash text not null,
  at timestamptz not null default now(),
  primary key (tenant_id, site_id, instance, first)
);
select nova_tenant_table('edge_history', 'select, insert');

-- What was refused, with its bytes, for people to look at.
create table edge_quarantine (
  tenant_id text not null,
  site_id text not null,
  digest text not null,
  reason text not null,
  detail text not null,
  lane text,
  first bigint,
  last bigint,
  bytes bytea not null,
  times integer not null default 1,
  at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (tenant_id, site_id, digest)
);
select nova_tenant_table('edge_quarantine', 'select, insert, update');
