-- How a driver pays. `reference` is the provider's own token: no card number ever comes here.
create table payment_methods (
  tenant_id text not null,
  id text not null,
  driver_id text not null,
  provider text not null,
  reference text not null,
  label text not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index payment_methods_driver on payment_methods (tenant_id, driver_id);
select nova_tenant_table('payment_methods');

-- One payment a session and attempt. `want` is what it shall become, `status` what it is known to be.
create table payments (
  tenant_id text not null,
  id uuid not null,
  session_id uuid not null,
  driver_id text not null,
  method_id text not null,
  provider text not null,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  status text not null check (status in
    ('created', 'authorising', 'authorised', 'capturing', 'captured', 'voiding', 'voided', 'failed', 'unknown')),
  want text not null check (want in ('hold', 'capture', 'void')),
  capture_minor bigint check (capture_minor > 0),
  captured_minor bigint not null default 0,
  refunded_minor bigint not null default 0 check (refunded_minor <= captured_minor),
  provider_reference text,
  held boolean not null default false, -- The hold has been told to the ledger.
  hold_expires_at timestamptz,
  ask boolean not null default false, -- A webhook hints that the provider knows more than we do.
  last_error text,
  tries integer not null default 0,
  next_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  check (captured_minor <= amount_minor)
);
create index payments_session on payments (tenant_id, session_id);
create index payments_due on payments (next_at) where next_at is not null;
select nova_tenant_table('payments', 'select, insert, update');

create table payment_refunds (
  tenant_id text not null,
  id uuid not null,
  payment_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  reason text not null,
  asked_by text not null,
  status text not null check (status in ('asked', 'done', 'failed')),
  last_error text,
  tries integer not null default 0,
  next_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id)
);
create index payment_refunds_due on payment_refunds (next_at) where next_at is not null;
select nova_tenant_table('payment_refunds', 'select, insert, update');

-- What a bill still asks of the driver when its hold did not cover it.
create table payment_debts (
  tenant_id text not null,
  session_id uuid not null,
  driver_id text not null,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  detail text not null,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, session_id)
);
create index payment_debts_open on payment_debts (tenant_id, driver_id) where settled_at is null;
select nova_tenant_table('payment_debts', 'select, insert, update');

-- Webhooks as they came, once each.
create table payment_events (
  tenant_id text not null,
  provider text not null,
  event_id text not null,
  payment_id uuid not null,
  raw text not null,
  received_at timestamptz not null default now(),
  primary key (tenant_id, provider, event_id)
);
select nova_tenant_table('payment_events', 'select, insert');
