-- Dynamic prices of one local day as they came. A day may come again with other prices until it begins; the
-- highest revision holds, and what was there before stays to be seen.
create table price_days (
  tenant_id text not null,
  series text not null,
  day date not null,
  revision integer not null check (revision > 0),
  time_zone text not null,
  currency text not null,
  minutes integer not null check (minutes in (15, 30, 60)),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  prices text[] not null check (cardinality(prices) between 1 and 100),
  source text not null default '',
  made_by text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, series, day, revision),
  check (ends_at = starts_at + make_interval(mins => minutes * cardinality(prices)))
);
create index price_days_by_time on price_days (tenant_id, series, starts_at);
select nova_tenant_table('price_days', 'select, insert');

-- Memberships and fleets by which a tariff may differ; a row is never changed but for its end.
create table driver_groups (
  tenant_id text not null,
  driver_id text not null,
  name text not null,
  set_by text not null,
  since timestamptz not null default now(),
  until timestamptz,
  primary key (tenant_id, driver_id, name, since)
);
select nova_tenant_table('driver_groups', 'select, insert, update');
