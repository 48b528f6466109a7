-- Collective invoices of fleets, as billing told them, and what has been paid of each.
create table fleet_invoices (
  tenant_id text not null,
  id uuid not null,
  fleet text not null,
  number text not null,
  currency text not null,
  payable_minor bigint not null,
  paid_minor bigint not null default 0 check (paid_minor >= 0),
  primary key (tenant_id, id),
  unique (tenant_id, number)
);
create index fleet_invoices_fleet on fleet_invoices (tenant_id, fleet);
select nova_tenant_table('fleet_invoices');

-- What came in from fleets: noted by a person and agreed to by a second one, or read from a line of a bank statement.
create table fleet_receipts (
  tenant_id text not null,
  id uuid not null,
  account text not null,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  invoice_number text,
  reference text not null, -- Of the bank: it is taken once.
  booked_on date not null,
  source text not null check (source in ('person', 'statement')),
  status text not null check (status in ('proposed', 'posted', 'rejected')),
  noted_by text not null,
  decided_by text,
  noted_at timestamptz not null default now(),
  decided_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, reference),
  check (decided_by is distinct from noted_by),
  foreign key (tenant_id, account) references fleet_accounts (tenant_id, id)
);
create index fleet_receipts_account on fleet_receipts (tenant_id, account, noted_at);
select nova_tenant_table('fleet_receipts');
