-- One row a sample. With TimescaleDB a hypertable, else native partitions by month; everything reads the same
-- tables and views. Row-level security rules out TimescaleDB's own aggregates, so the roll-up job serves both.
-- Where its files are installed and its library is not in shared_preload_libraries, `create extension` ends the
-- connection, which nothing can catch: so it is asked first. Once loaded it declares settings that everybody sees
-- (shared_preload_libraries itself is shown to superusers only); a line in postgresql.conf alone does not show there.
do $$
declare
  shape constant text := '
    tenant_id text not null,
    site_id text not null,
    source text not null,
    at timestamptz not null,
    session_id uuid,
    register_wh bigint,
    power_w integer,
    current_ma integer[],
    voltage_v real[],
    offered_ma integer,
    limit_ma integer,
    limit_w integer,
    soc real,
    temperature_c real';
  usable boolean := exists (select from pg_available_extensions where name = 'timescaledb')
    and exists (select from pg_settings where name like 'timescaledb.%');
begin
  if usable then
    begin
      create extension if not exists timescaledb;
    exception when insufficient_privilege then
      usable := false; -- A login that may not make extensions keeps its samples in native partitions.
    end;
  end if;
  if usable then
    execute format('create table samples (%s)', shape);
    perform create_hypertable('samples', 'at', chunk_time_interval => interval '7 days');
  else
    execute format('create table samples (%s) partition by range (at)', shape);
    -- Stations with a wrong clock; never lost, never in the way.
    create table samples_stray partition of samples default;
    alter table samples_stray enable row level security;
    alter table samples_stray force row level security;
  end if;
end $$;
create index samples_site on samples (tenant_id, site_id, at);
create index samples_session on samples (tenant_id, session_id, at) where session_id is not null;
select nova_tenant_table('samples', 'select, insert');

-- Makes the partition of a month when it is missing; does nothing for a hypertable.
create function samples_month(month date) returns boolean
  language plpgsql security definer set search_path = public as $$
declare
  name text := 'samples_' || to_char(month, 'YYYY_MM');
  first date := date_trunc('month', month);
begin
  if (select relkind from pg_class where oid = 'samples'::regclass) <> 'p' or to_regclass(name) is not null then
    return false;
  end if;
  execute format('create table %I partition of samples for values from (%L) to (%L)', name, first, first + interval '1 month');
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  return true;
end $$;
revoke all on function samples_month(date) from public;
grant execute on function samples_month(date) to nova_platform;
select samples_month((date_trunc('month', now()) + make_interval(months => m))::date) from generate_series(-2, 3) as m;

-- Hours of a site with samples that are not rolled up yet.
create table samples_dirty (
  tenant_id text not null,
  site_id text not null,
  hour timestamptz not null,
  primary key (tenant_id, site_id, hour)
);
select nova_tenant_table('samples_dirty');

-- Averages in steps of 60, 900 and 3600 seconds.
create table rollups (
  tenant_id text not null,
  site_id text not null,
  source text not null,
  step integer not null,
  at timestamptz not null,
  samples integer not null,
  power_w integer,
  lowest_w integer,
  highest_w integer,
  limit_w integer,
  first_wh bigint,
  last_wh bigint,
  primary key (tenant_id, site_id, step, at, source)
);
select nova_tenant_table('rollups');

create view power_1m as select * from rollups where step = 60;
create view power_15m as select * from rollups where step = 900;
create view power_1h as select * from rollups where step = 3600;
select nova_tenant_view('power_1m'), nova_tenant_view('power_15m'), nova_tenant_view('power_1h');

-- The site's limit over time, each step with everything that was valid then.
create table limit_steps (
  tenant_id text not null,
  site_id text not null,
  at timestamptz not null,
  limit_w integer not null,
  limit_ma integer[] not null,
  reason text not null,
  valid jsonb not null,
  primary key (tenant_id, site_id, at)
);
select nova_tenant_table('limit_steps', 'select, insert, update');
