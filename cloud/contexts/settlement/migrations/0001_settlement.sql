-- A run over a period of the tenant's calendar. `open`: computed; `closed`: posted to the ledger; `paid`: the payout file is made.
create table settlements (
  tenant_id text not null,
  id uuid not null,
  period text not null check (period in ('day', 'week', 'month')),
  first_date date not null,
  last_date date not null,
  time_zone text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  hold_back_percent text not null,
  floor_sequence bigint not null, -- Every entry of a party up to this one of the ledger stands in a statement.
  state text not null check (state in ('open', 'closed', 'paid')),
  made_by text not null,
  made_at timestamptz not null,
  closed_at timestamptz,
  paid_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, first_date, last_date, time_zone)
);
select nova_tenant_table('settlements', 'select, insert, update');

-- What one party gets in one currency: charges and refunds of the period, and what is kept back of it.
create table settlement_statements (
  tenant_id text not null,
  id uuid not null,
  settlement_id uuid not null,
  party text not null,
  purpose text not null,
  currency text not null,
  charges_minor bigint not null,
  refunds_minor bigint not null,
  other_minor bigint not null,
  net_minor bigint not null check (net_minor = charges_minor + refunds_minor + other_minor),
  held_minor bigint not null check (held_minor >= 0),
  payable_minor bigint not null check (payable_minor = net_minor - held_minor),
  released_minor bigint not null default 0 check (released_minor between 0 and held_minor), -- Of what was kept back.
  entries integer not null,
  primary key (tenant_id, id),
  unique (tenant_id, settlement_id, party, purpose, currency),
  foreign key (tenant_id, settlement_id) references settlements (tenant_id, id)
);
select nova_tenant_table('settlement_statements', 'select, insert, update');

-- Each ledger entry of a party stands in one statement at most: what comes late stands in the next one.
create table settlement_entries (
  tenant_id text not null,
  sequence bigint not null,
  line smallint not null,
  statement_id uuid not null,
  kind text not null,
  session_id uuid,
  amount_minor bigint not null,
  memo text not null,
  at timestamptz not null,
  primary key (tenant_id, sequence, line),
  foreign key (tenant_id, statement_id) references settlement_statements (tenant_id, id)
);
create index settlement_entries_statement on settlement_entries (statement_id, tenant_id);
select nova_tenant_table('settlement_entries', 'select, insert');

-- A party, or the operator about it, disagrees with a part of a statement: that part is kept back until it is decided.
create table settlement_disputes (
  tenant_id text not null,
  id uuid not null,
  statement_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  reason text not null,
  state text not null check (state in ('open', 'upheld', 'rejected')),
  opened_by text not null,
  opened_at timestamptz not null,
  decided_by text check (decided_by <> opened_by),
  decided_at timestamptz,
  note text,
  primary key (tenant_id, id),
  foreign key (tenant_id, statement_id) references settlement_statements (tenant_id, id)
);
create index settlement_disputes_statement on settlement_disputes (statement_id, tenant_id);
select nova_tenant_table('settlement_disputes', 'select, insert, update');

-- Where a party's money goes. The party `operator` is who pays.
create table settlement_payees (
  tenant_id text not null,
  party text not null,
  name text not null,
  account text not null,
  bank text not null,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, party)
);
select nova_tenant_table('settlement_payees', 'select, insert, update');

create table settlement_payouts (
  tenant_id text not null,
  settlement_id uuid not null,
  party text not null,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  reference text not null,
  name text not null,
  account text not null,
  bank text not null,
  primary key (tenant_id, settlement_id, party, currency),
  foreign key (tenant_id, settlement_id) references settlements (tenant_id, id)
);
select nova_tenant_table('settlement_payouts', 'select, insert');

-- What reconciliation last said of each day.
create table settlement_days (
  tenant_id text not null,
  date date not null,
  is_clean boolean not null,
  open_breaks integer not null,
  primary key (tenant_id, date)
);
select nova_tenant_table('settlement_days', 'select, insert, update');
