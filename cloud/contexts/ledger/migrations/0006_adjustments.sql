-- Transfers by hand: one person proposes, another one agrees or refuses. `approved`: agreed to, and not in the ledger yet.
create table ledger_adjustments (
  tenant_id text not null,
  key text not null,
  currency text not null,
  memo text not null,
  entries jsonb not null,
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'posted', 'rejected')),
  proposed_by text not null,
  proposed_at timestamptz not null,
  decided_by text check (decided_by <> proposed_by),
  decided_at timestamptz,
  primary key (tenant_id, key),
  check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
create index ledger_adjustments_newest on ledger_adjustments (tenant_id, proposed_at desc, key);
select nova_tenant_table('ledger_adjustments', 'select, insert, update');
