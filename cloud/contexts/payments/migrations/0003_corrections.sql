-- What a session's bill is after its corrections; sessions that were never corrected have no row.
create table payment_bills (
  tenant_id text not null,
  session_id uuid not null,
  currency text not null,
  total_minor bigint not null check (total_minor >= 0),
  correction_id uuid not null, -- The last one.
  primary key (tenant_id, session_id)
);
select nova_tenant_table('payment_bills');

-- Corrections as billing told them, each once.
create table payment_corrections (
  tenant_id text not null,
  id uuid not null,
  session_id uuid not null,
  driver_id text,
  currency text not null,
  before_minor bigint not null,
  after_minor bigint not null,
  requested_by text not null,
  approved_by text not null,
  at timestamptz not null,
  primary key (tenant_id, id)
);
create index payment_corrections_session on payment_corrections (tenant_id, session_id, at);
select nova_tenant_table('payment_corrections', 'select, insert');

-- `correction_id`: the refund was made by a correction. `counted_minor`: what a person had given back before a
-- correction gave the same back, and so stands for a part of it.
alter table payment_refunds
  add column correction_id uuid,
  add column sent integer not null default 1, -- How often a person has sent it; each is a request of its own.
  add column counted_minor bigint not null default 0,
  add check (counted_minor between 0 and amount_minor),
  add check (correction_id is null or counted_minor = 0);

-- Whether a driver lets us take a difference later without asking, and whether the tenant does so at all.
alter table payment_methods add column later_charges_since timestamptz;
alter table payment_settings add column later_charges text not null default 'never'
  check (later_charges in ('never', 'with-consent'));
