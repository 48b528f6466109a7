-- What our payments say of money that moved; the instant is that of the event.
create table reconciliation_movements (
  tenant_id text not null,
  id uuid not null,
  kind text not null check (kind in ('capture', 'refund')),
  payment_id uuid not null,
  session_id uuid,
  provider text not null,
  currency text not null,
  amount_minor bigint not null,
  state text not null check (state in ('moved', 'open', 'ended')),
  at timestamptz(3) not null,
  primary key (tenant_id, id, kind)
);
create index reconciliation_movements_at on reconciliation_movements (tenant_id, at);
create index reconciliation_movements_session on reconciliation_movements (tenant_id, session_id) where session_id is not null;
select nova_tenant_table('reconciliation_movements', 'select, insert, update');

-- What the bill says of a session, and what the edge says of the registers: two books in one row, each with its writer.
create table reconciliation_sessions (
  tenant_id text not null,
  session_id uuid not null,
  site_id text not null,
  connector_id text,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  register_start_wh bigint,
  register_stop_wh bigint,
  is_stated boolean not null default false,
  cdr_id uuid,
  billed_wh text,
  currency text,
  total_minor bigint,
  billed_at timestamptz(3),
  primary key (tenant_id, session_id)
);
create index reconciliation_sessions_billed on reconciliation_sessions (tenant_id, billed_at) where billed_at is not null;
select nova_tenant_table('reconciliation_sessions', 'select, insert, update');

-- A tenant's own lines of a statement as it was downloaded; `digest` is that of the whole file.
create table reconciliation_statements (
  tenant_id text not null,
  provider text not null,
  date date not null,
  digest text not null,
  lines jsonb not null,
  fetched_at timestamptz(3) not null default now(),
  primary key (tenant_id, provider, date, digest)
);
select nova_tenant_table('reconciliation_statements', 'select, insert');

create table reconciliation_runs (
  tenant_id text not null,
  id uuid not null,
  date date not null,
  asked_by text not null,
  is_complete boolean not null,
  matched integer not null,
  sessions integer not null,
  totals jsonb not null,
  missing jsonb not null,
  at timestamptz(3) not null default now(),
  primary key (tenant_id, id)
);
create index reconciliation_runs_newest on reconciliation_runs (tenant_id, date, at desc);
select nova_tenant_table('reconciliation_runs', 'select, insert');

create table reconciliation_breaks (
  tenant_id text not null,
  id uuid not null,
  date date not null,
  key text not null,
  class text not null,
  status text not null check (status in ('open', 'proposed', 'repaired', 'accepted', 'gone')),
  provider text,
  reference text,
  payment_id uuid,
  session_id uuid,
  site_id text,
  currency text,
  difference_minor bigint not null,
  detail text not null,
  evidence jsonb not null,
  remedy text,
  repaired_by text,
  first_run uuid not null,
  last_run uuid not null,
  found_at timestamptz(3) not null default now(),
  settled_at timestamptz(3),
  primary key (tenant_id, id),
  unique (tenant_id, date, key)
);
select nova_tenant_table('reconciliation_breaks', 'select, insert, update');

-- Who said what about a break; never changed.
create table reconciliation_decisions (
  tenant_id text not null,
  id bigint generated always as identity,
  break_id uuid not null,
  remedy text, -- None: a proposal was rejected.
  user_id text not null,
  by text not null,
  note text not null,
  at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, break_id) references reconciliation_breaks (tenant_id, id)
);
create index reconciliation_decisions_break on reconciliation_decisions (tenant_id, break_id, id);
select nova_tenant_table('reconciliation_decisions', 'select, insert');
