create table tariffs (
  tenant_id text not null,
  id text not null,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
select nova_tenant_table('tariffs', 'select, insert');

-- Append-only: a price once shown stays what it was. `prices` is the plan without its identity.
create table tariff_versions (
  tenant_id text not null,
  tariff_id text not null,
  version integer not null check (version > 0),
  name text not null,
  priority integer not null,
  valid_from timestamptz,
  valid_until timestamptz,
  prices jsonb not null,
  made_by text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, tariff_id, version),
  foreign key (tenant_id, tariff_id) references tariffs (tenant_id, id),
  check (valid_until is null or valid_from is null or valid_from < valid_until)
);
select nova_tenant_table('tariff_versions', 'select, insert');

-- Where a tariff applies: a connector, or the whole site when `connector` is empty; `fallback`: the last resort.
create table tariff_assignments (
  tenant_id text not null,
  site_id text not null,
  tariff_id text not null,
  connector text not null default '',
  fallback boolean not null default false,
  primary key (tenant_id, site_id, tariff_id, connector),
  foreign key (tenant_id, tariff_id) references tariffs (tenant_id, id)
);
select nova_tenant_table('tariff_assignments');
