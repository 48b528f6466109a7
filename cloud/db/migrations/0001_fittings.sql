-- Roles belong to the server, not to the database, so that another database may have made them already.
do $$
begin
  if not exists (select from pg_roles where rolname = 'nova_app') then
    begin
      create role nova_app nologin nosuperuser nobypassrls noinherit;
    exception when duplicate_object or unique_violation then null; -- Another database was faster.
    end;
  end if;
  if not exists (select from pg_roles where rolname = 'nova_platform') then
    begin
      create role nova_platform nologin nosuperuser nobypassrls noinherit;
    exception when duplicate_object or unique_violation then null;
    end;
  end if;
  if not pg_has_role(session_user, 'nova_app', 'member') then
    execute format('grant nova_app to %I', session_user);
  end if;
  if not pg_has_role(session_user, 'nova_platform', 'member') then
    execute format('grant nova_platform to %I', session_user);
  end if;
end $$;

grant usage on schema public to nova_app, nova_platform;
revoke create on schema public from public;

-- The tenant of this transaction. PostgreSQL leaves an empty text behind after a local setting, so that empty
-- must count as "none", and none equals no tenant at all.
create function nova_tenant() returns text
  language sql stable parallel safe
  as $$ select nullif(current_setting('nova.tenant', true), '') $$;

-- Every table with a tenant_id goes through here in the migration that makes it:
--   select nova_tenant_table('sites');                             all four privileges
--   select nova_tenant_table('ledger_entries', 'select, insert');  append-only
create function nova_tenant_table(name text, privileges text default 'select, insert, update, delete')
  returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format(
    'create policy tenant on %I to nova_app using (tenant_id = (select nova_tenant())) '
    'with check (tenant_id = (select nova_tenant()))', name);
  execute format('create policy platform on %I to nova_platform using (true) with check (true)', name);
  execute format('grant %s on %I to nova_app, nova_platform', privileges, name);
end $$;

-- Tables of the platform itself, without a tenant: invisible to tenant transactions.
create function nova_platform_table(name text, privileges text default 'select, insert, update, delete')
  returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy platform on %I to nova_platform using (true) with check (true)', name);
  execute format('grant %s on %I to nova_platform', privileges, name);
end $$;

-- Views run with the rights of who asks.
create function nova_tenant_view(name text) returns void language plpgsql as $$
begin
  execute format('alter view %I set (security_invoker = true)', name);
  execute format('grant select on %I to nova_app, nova_platform', name);
end $$;

-- The event log. Order is (xid, id): only events below the oldest running transaction are read, so that the
-- set behind a cursor never grows.
create table events (
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  tenant_id text,
  partition smallint not null,
  kind text not null,
  key text not null,
  body jsonb not null,
  at timestamptz not null default now(),
  primary key (partition, xid, id)
);
select nova_tenant_table('events', 'select, insert');
grant delete on events to nova_platform;

create table event_cursors (
  listener text not null,
  partition smallint not null,
  xid xid8 not null default '0',
  event_id bigint not null default 0,
  failed_event bigint,
  failures smallint not null default 0,
  last_error text,
  moved_at timestamptz not null default now(),
  primary key (listener, partition)
);
select nova_platform_table('event_cursors');

create table dead_letters (
  id bigint generated always as identity primary key,
  tenant_id text,
  source text not null,
  event_id bigint,
  kind text not null,
  key text not null,
  body text not null,
  error text not null,
  failures integer not null,
  at timestamptz not null default now(),
  settled_at timestamptz,
  settled_how text
);
create index dead_letters_open on dead_letters (tenant_id, id) where settled_at is null;
select nova_tenant_table('dead_letters', 'select, insert, update');

-- First answers of POSTs that move money or hardware.
create table idempotency_keys (
  tenant_id text not null,
  caller text not null,
  key text not null,
  request_hash text not null,
  status smallint,
  content_type text,
  body text,
  begun_at timestamptz not null default now(),
  primary key (tenant_id, caller, key)
);
create index idempotency_keys_age on idempotency_keys (begun_at);
select nova_tenant_table('idempotency_keys');

-- Who crossed tenants, why, how often: one line a purpose and minute.
create table platform_uses (
  id bigint generated always as identity primary key,
  purpose text not null,
  uses integer not null,
  since timestamptz not null,
  at timestamptz not null default now()
);
select nova_platform_table('platform_uses', 'select, insert');
