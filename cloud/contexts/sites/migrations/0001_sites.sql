create table sites (
  tenant_id text not null,
  id text not null,
  name text not null,
  address text not null default '',
  time_zone text not null,
  currency text not null,
  latitude double precision not null,
  longitude double precision not null,
  grid jsonb not null,
  circuits jsonb not null,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
-- A site's id is a word in NATS subjects, which know no tenants.
create unique index sites_id on sites (id);
select nova_tenant_table('sites');

create table site_limits (
  tenant_id text not null,
  site_id text not null,
  source text not null,
  body jsonb not null,
  set_by text not null,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, site_id, source)
);
select nova_tenant_table('site_limits');

-- What each site should know, whole sections with a version; the edge takes the newest.
create table desired_sections (
  tenant_id text not null,
  site_id text not null,
  section text not null,
  version bigint not null,
  digest text not null,
  body text not null,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, site_id, section)
);
select nova_tenant_table('desired_sections');

create table site_credentials (
  tenant_id text not null,
  site_id text not null,
  user_key text not null,
  issued_by text not null,
  issued_at timestamptz not null default now(),
  primary key (tenant_id, site_id, user_key)
);
select nova_tenant_table('site_credentials', 'select, insert');
