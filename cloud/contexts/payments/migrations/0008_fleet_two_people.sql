-- Bank statements that a person uploaded: a file proves nothing of where it came from, so that a second person confirms
-- what it would post. Kept as it came.
create table fleet_statements (
  tenant_id text not null,
  id uuid not null,
  digest text not null, -- SHA-256 of the file, hexadecimal: the same file is the same statement.
  file text not null,
  status text not null check (status in ('proposed', 'confirmed', 'rejected')),
  uploaded_by text not null,
  uploaded_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, digest),
  check (decided_by is distinct from uploaded_by)
);
select nova_tenant_table('fleet_statements');

-- A reference of the bank is taken once; what was rejected or taken back has not taken it.
alter table fleet_receipts
  add column statement_id uuid,
  add column replaces uuid, -- The receipt that was taken back and that this one stands for.
  drop constraint fleet_receipts_tenant_id_reference_key,
  drop constraint fleet_receipts_status_check,
  add constraint fleet_receipts_status_check check (status in ('proposed', 'posted', 'rejected', 'reversed')),
  add foreign key (tenant_id, statement_id) references fleet_statements (tenant_id, id),
  add foreign key (tenant_id, replaces) references fleet_receipts (tenant_id, id);
create unique index fleet_receipts_reference on fleet_receipts (tenant_id, reference) where status in ('proposed', 'posted');
create index fleet_receipts_statement on fleet_receipts (tenant_id, statement_id) where statement_id is not null;

-- What a reversal takes back stands beside what it takes back, below zero.
alter table fleet_payments
  drop constraint fleet_payments_amount_minor_check,
  add constraint fleet_payments_amount_minor_check check (amount_minor <> 0);

-- A receipt that was posted wrongly: one person asks, another one decides. With a replacement both are posted together.
create table fleet_reversals (
  tenant_id text not null,
  id uuid not null,
  receipt_id uuid not null,
  reason text not null,
  new_account text,
  new_amount_minor bigint check (new_amount_minor > 0),
  new_invoice_number text,
  status text not null check (status in ('proposed', 'posted', 'rejected')),
  asked_by text not null,
  asked_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  primary key (tenant_id, id),
  check (decided_by is distinct from asked_by),
  check ((new_account is null) = (new_amount_minor is null)),
  foreign key (tenant_id, receipt_id) references fleet_receipts (tenant_id, id),
  foreign key (tenant_id, new_account) references fleet_accounts (tenant_id, id)
);
create unique index fleet_reversals_open on fleet_reversals (tenant_id, receipt_id) where status in ('proposed', 'posted');
select nova_tenant_table('fleet_reversals');
