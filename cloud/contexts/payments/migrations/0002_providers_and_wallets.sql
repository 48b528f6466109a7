-- What a payment is for, what its payer still has to do, and whether a large one was confirmed.
alter table payments
  add column purpose text not null default 'session' check (purpose in ('session', 'debt', 'top-up')),
  add column action jsonb,
  add column confirmation text not null default 'none' check (confirmation in ('none', 'wanted', 'given')),
  add column raise_to_minor bigint check (raise_to_minor > amount_minor),
  add column raise_refused boolean not null default false,
  add column stop_sent boolean not null default false,
  drop constraint payments_status_check,
  add constraint payments_status_check check (status in ('created', 'pending', 'authorising', 'authorised',
    'capturing', 'captured', 'voiding', 'voided', 'failed', 'unknown'));
update payments set purpose = 'debt' where id <> session_id;

-- A raise is a hold of its own in the books, beside the first one.
create table payment_raises (
  tenant_id text not null,
  payment_id uuid not null,
  id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  created_at timestamptz not null default now(),
  primary key (tenant_id, payment_id, id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id)
);
select nova_tenant_table('payment_raises', 'select, insert');

-- Large refunds wait for a second person.
alter table payment_refunds
  add column approved_by text,
  drop constraint payment_refunds_status_check,
  add constraint payment_refunds_status_check check (status in ('proposed', 'asked', 'done', 'failed')),
  add check (approved_by is distinct from asked_by);

-- One row a tenant; without it nothing is confirmed twice and every provider of the program is offered.
create table payment_settings (
  tenant_id text not null,
  providers text[],
  confirm_above_minor bigint check (confirm_above_minor >= 0),
  two_people_above_minor bigint check (two_people_above_minor >= 0),
  margin_percent integer not null default 5 check (margin_percent between 0 and 90),
  primary key (tenant_id)
);
select nova_tenant_table('payment_settings');

-- Genuine events, or answers, whose amounts are not those of the order.
create table payment_mismatches (
  tenant_id text not null,
  id text not null,
  payment_id uuid not null,
  currency text not null,
  expected_minor bigint not null,
  told_currency text not null,
  told_minor bigint not null,
  source text not null,
  at timestamptz not null default now(),
  primary key (tenant_id, id)
);
select nova_tenant_table('payment_mismatches', 'select, insert');

-- Holds that we keep ourselves: of wallets and of accounts that pay by invoice.
create table desk_holds (
  tenant_id text not null,
  payment_id uuid not null,
  provider text not null,
  account text not null,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  captured_minor bigint not null default 0 check (captured_minor between 0 and amount_minor),
  refunded_minor bigint not null default 0 check (refunded_minor between 0 and captured_minor),
  status text not null check (status in ('authorised', 'captured', 'voided')),
  created_at timestamptz not null default now(),
  primary key (tenant_id, payment_id)
);
create index desk_holds_account on desk_holds (tenant_id, provider, account, currency);
select nova_tenant_table('desk_holds', 'select, insert, update');

create table desk_refunds (
  tenant_id text not null,
  id uuid not null,
  payment_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, payment_id) references desk_holds (tenant_id, payment_id)
);
select nova_tenant_table('desk_refunds', 'select, insert');

-- What moved a wallet, as its owner reads it. `available_minor`: what could be spent afterwards.
create table wallet_movements (
  tenant_id text not null,
  id bigint generated always as identity,
  driver_id text not null,
  currency text not null,
  kind text not null check (kind in ('top-up', 'hold', 'capture', 'release', 'refund')),
  amount_minor bigint not null,
  available_minor bigint not null check (available_minor >= 0),
  payment_id uuid not null,
  at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index wallet_movements_driver on wallet_movements (tenant_id, driver_id, id);
select nova_tenant_table('wallet_movements', 'select, insert');

-- Fleets that pay by invoice, up to a limit, and who drives for them.
create table fleet_accounts (
  tenant_id text not null,
  id text not null,
  name text not null,
  currency text not null,
  limit_minor bigint not null check (limit_minor >= 0),
  active boolean not null default true,
  primary key (tenant_id, id)
);
select nova_tenant_table('fleet_accounts');

-- What fleets have paid of their invoices: frees their limit.
create table fleet_payments (
  tenant_id text not null,
  id text not null,
  account text not null,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, account) references fleet_accounts (tenant_id, id)
);
select nova_tenant_table('fleet_payments', 'select, insert');
