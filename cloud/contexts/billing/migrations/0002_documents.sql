-- Corrections: the old CDR stays, a credit takes it back, a new one may take its place (OCPI's way).
alter table cdrs drop constraint cdrs_tenant_id_session_id_key;
alter table cdrs drop constraint cdrs_total_minor_check;
alter table cdrs drop constraint cdrs_check;
alter table cdrs
  add column kind text not null default 'original' check (kind in ('original', 'credit', 'replacement')),
  add column credits uuid,
  add column replaces uuid,
  add column correction_id uuid,
  add column fleet_id text,
  add column country text,
  add column taxes jsonb not null default '[]',
  add column totals jsonb,
  add constraint cdrs_parts check (total_minor = electricity_minor + service_minor),
  add constraint cdrs_sign check (kind = 'credit' and total_minor <= 0 or kind <> 'credit' and total_minor >= 0),
  add constraint cdrs_about check ((kind = 'credit') = (credits is not null) and (kind = 'replacement') = (replaces is not null)),
  add foreign key (tenant_id, credits) references cdrs (tenant_id, id),
  add foreign key (tenant_id, replaces) references cdrs (tenant_id, id);
create unique index cdrs_one_a_session on cdrs (tenant_id, session_id) where kind = 'original';
create unique index cdrs_credited_once on cdrs (tenant_id, credits) where credits is not null;
create unique index cdrs_replaced_once on cdrs (tenant_id, replaces) where replaces is not null;
create index cdrs_session on cdrs (tenant_id, session_id);
create index cdrs_issued on cdrs (tenant_id, issued_at);

-- Every kind of invoice; `document` is what it says, whole.
alter table invoices drop constraint invoices_tenant_id_cdr_id_key;
alter table invoices alter column cdr_id drop not null, alter column session_id drop not null;
alter table invoices
  add column kind text not null default 'receipt' check (kind in ('receipt', 'credit-note', 'monthly')),
  add column scope text check (scope in ('driver', 'fleet', 'tenant')),
  add column customer text,
  add column run_id uuid,
  add column document jsonb,
  add column series text,
  add column year smallint,
  add column sequence integer,
  add check (kind = 'monthly' or cdr_id is not null and session_id is not null),
  add check ((kind = 'monthly') = (scope is not null and run_id is not null)),
  add unique (tenant_id, series, year, sequence);
create unique index invoices_one_a_cdr on invoices (tenant_id, cdr_id) where cdr_id is not null;

-- A series of its own for each kind, each without gaps within a year. `R` are the numbers given so far.
alter table invoice_numbers add column series text not null default 'R';
alter table invoice_numbers drop constraint invoice_numbers_pkey;
alter table invoice_numbers add primary key (tenant_id, series, year);

create table cdr_corrections (
  tenant_id text not null,
  id uuid not null,
  cdr_id uuid not null,
  session_id uuid not null,
  status text not null check (status in ('awaiting-approval', 'applied', 'rejected')),
  wanted jsonb not null,
  reason text not null,
  currency text not null,
  difference_minor bigint not null,
  large boolean not null,
  requested_by text not null,
  requested_at timestamptz(3) not null default now(),
  decided_by text,
  decided_at timestamptz(3),
  credit_cdr_id uuid,
  new_cdr_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, cdr_id) references cdrs (tenant_id, id),
  check (status = 'awaiting-approval' or decided_by is not null),
  check (not large or status <> 'applied' or decided_by <> requested_by),
  check ((status = 'applied') = (credit_cdr_id is not null))
);
create unique index cdr_corrections_open on cdr_corrections (tenant_id, cdr_id) where status <> 'rejected';
create index cdr_corrections_newest on cdr_corrections (tenant_id, requested_at desc, id);
select nova_tenant_table('cdr_corrections', 'select, insert, update');

-- Who sells, where a site lies for the tax office, who buys. An invoice carries its own copy.
create table billing_sellers (
  tenant_id text primary key,
  body jsonb not null,
  changed_at timestamptz(3) not null default now()
);
select nova_tenant_table('billing_sellers', 'select, insert, update');

create table billing_places (
  tenant_id text not null,
  site_id text not null,
  country text not null,
  region text,
  primary key (tenant_id, site_id)
);
select nova_tenant_table('billing_places', 'select, insert, update');

create table billing_customers (
  tenant_id text not null,
  kind text not null check (kind in ('driver', 'fleet')),
  id text not null,
  body jsonb not null,
  changed_at timestamptz(3) not null default now(),
  primary key (tenant_id, kind, id)
);
select nova_tenant_table('billing_customers', 'select, insert, update');

-- What payments say was taken for a session, and what of it an invoice has already shown as paid.
create table billing_paid (
  tenant_id text not null,
  session_id uuid not null,
  currency text not null,
  amount_minor bigint not null,
  primary key (tenant_id, session_id, currency)
);
select nova_tenant_table('billing_paid', 'select, insert, update');

create table invoice_runs (
  tenant_id text not null,
  id uuid not null,
  month text not null check (month ~ '^\d{4}-\d\d$'),
  scope text not null check (scope in ('driver', 'fleet', 'tenant')),
  status text not null check (status in ('open', 'done')),
  invoices integer not null default 0,
  asked_by text not null,
  asked_at timestamptz(3) not null default now(),
  done_at timestamptz(3),
  next_at timestamptz(3) default now(),
  primary key (tenant_id, id),
  unique (tenant_id, month, scope)
);
create index invoice_runs_due on invoice_runs (next_at) where next_at is not null;
select nova_tenant_table('invoice_runs', 'select, insert, update');

-- A CDR stands on one collective invoice of each scope.
create table invoice_cdrs (
  tenant_id text not null,
  scope text not null,
  cdr_id uuid not null,
  invoice_id uuid not null,
  session_id uuid not null,
  currency text not null,
  paid_minor bigint not null,
  primary key (tenant_id, scope, cdr_id),
  foreign key (tenant_id, cdr_id) references cdrs (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
);
create index invoice_cdrs_session on invoice_cdrs (tenant_id, session_id, scope);
select nova_tenant_table('invoice_cdrs', 'select, insert');
create trigger never_changed before update or delete on invoice_cdrs for each row execute function billing_refuse();

-- Rates of exchange as somebody published them, and what was exchanged by them.
create table fx_rates (
  tenant_id text not null,
  id uuid not null,
  base text not null,
  quote text not null,
  rate text not null,
  source text not null,
  valid_at timestamptz(3) not null,
  entered_by text not null,
  entered_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, base, quote, source, valid_at)
);
create index fx_rates_latest on fx_rates (tenant_id, base, quote, valid_at desc);
select nova_tenant_table('fx_rates', 'select, insert');

create table fx_conversions (
  tenant_id text not null,
  id uuid not null,
  reference text not null,
  rate_id uuid not null,
  body jsonb not null,
  made_by text not null,
  made_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, reference),
  foreign key (tenant_id, rate_id) references fx_rates (tenant_id, id)
);
select nova_tenant_table('fx_conversions', 'select, insert');
create trigger never_changed before update or delete on fx_rates for each row execute function billing_refuse();
create trigger never_changed before update or delete on fx_conversions for each row execute function billing_refuse();
