create table chargers (
  tenant_id text not null,
  id text not null,
  site_id text not null,
  protocol text not null,
  identity text not null,
  security_profile smallint not null,
  password_sealed text,
  circuit text,
  phase_rotation text not null,
  fallback_a double precision not null,
  registration text not null,
  managed boolean not null,
  evses jsonb not null,
  vendor text,
  model text,
  serial text,
  firmware text,
  booted_at timestamptz,
  online boolean,
  online_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index chargers_identity on chargers (tenant_id, site_id, identity);
select nova_tenant_table('chargers');

-- What may start a session; uid compares without regard to case (OCPP CiString20).
create table tokens (
  tenant_id text not null,
  uid_key text not null,
  uid text not null,
  type text not null,
  status text not null,
  driver_id text,
  group_id text,
  expires_at timestamptz,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, uid_key)
);
create index tokens_driver on tokens (tenant_id, driver_id);
select nova_tenant_table('tokens');

-- Mirror of what the edges said last; the edge is the truth.
create table connectors (
  tenant_id text not null,
  site_id text not null,
  charger_id text not null,
  evse_id smallint not null,
  connector_id smallint not null,
  body jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant_id, charger_id, evse_id, connector_id)
);
select nova_tenant_table('connectors');

create table edges (
  tenant_id text not null,
  site_id text not null,
  counter bigint not null default 0,
  epoch integer not null default 0,
  seen_at timestamptz,
  state jsonb,
  power jsonb,
  primary key (tenant_id, site_id)
);
select nova_tenant_table('edges');

create table alarms (
  tenant_id text not null,
  alarm_id uuid not null,
  site_id text not null,
  code text not null,
  severity text not null,
  subject text not null,
  detail text not null,
  advice text not null,
  raised_at timestamptz not null,
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  primary key (tenant_id, alarm_id)
);
create index alarms_open on alarms (tenant_id, raised_at desc) where cleared_at is null;
select nova_tenant_table('alarms');

create table unclaimed_chargers (
  tenant_id text not null,
  site_id text not null,
  identity text not null,
  protocol text not null,
  address text not null,
  says jsonb,
  first_at timestamptz not null,
  last_at timestamptz not null,
  claimed_as text,
  primary key (tenant_id, site_id, identity)
);
select nova_tenant_table('unclaimed_chargers');

create table commands (
  tenant_id text not null,
  id uuid not null,
  site_id text not null,
  charger_id text not null,
  action text not null,
  payload jsonb not null,
  issuer text not null,
  status text not null,
  result jsonb,
  error text,
  history jsonb not null,
  attempts integer not null default 0,
  attempted_at timestamptz,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id)
);
create index commands_open on commands (site_id, issued_at) where status = 'queued';
create index commands_charger on commands (tenant_id, charger_id, issued_at desc);
select nova_tenant_table('commands');
