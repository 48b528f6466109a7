create table tenants (
  id text primary key,
  name text not null,
  created_at timestamptz not null default now()
);
select nova_platform_table('tenants', 'select, insert, update');

create table users (
  tenant_id text not null,
  id uuid not null,
  email text not null,
  name text not null,
  password_hash text not null,
  roles text[] not null,
  permissions text[] not null default '{*}',
  driver_id text,
  active boolean not null default true,
  totp_secret text,
  totp_confirmed boolean not null default false,
  totp_step bigint not null default 0,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
-- One address is one person on the whole platform: the sign-in names no tenant.
create unique index users_email on users (lower(email));
select nova_tenant_table('users');

create table refresh_tokens (
  tenant_id text not null,
  token_hash text not null,
  family uuid not null,
  user_id uuid not null,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, token_hash)
);
create unique index refresh_tokens_hash on refresh_tokens (token_hash);
create index refresh_tokens_family on refresh_tokens (tenant_id, family);
create index refresh_tokens_age on refresh_tokens (expires_at);
select nova_tenant_table('refresh_tokens');

create table api_keys (
  tenant_id text not null,
  id uuid not null,
  name text not null,
  prefix text not null,
  key_hash text not null,
  roles text[] not null,
  permissions text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id)
);
create unique index api_keys_hash on api_keys (key_hash);
select nova_tenant_table('api_keys', 'select, insert, update');

-- Failed sign-ins by who tries and for whom: slows down, never locks the honest out.
create table login_failures (
  subject text primary key,
  failures integer not null,
  last_at timestamptz not null default now()
);
select nova_platform_table('login_failures');

create table audit_heads (
  tenant_id text primary key,
  sequence bigint not null,
  hash text not null
);
select nova_tenant_table('audit_heads', 'select, insert, update');

create table audit_entries (
  tenant_id text not null,
  sequence bigint not null,
  at timestamptz not null,
  actor text not null,
  act text not null,
  subject text not null,
  detail text not null,
  before text not null,
  hash text not null,
  primary key (tenant_id, sequence)
);
select nova_tenant_table('audit_entries', 'select, insert');
