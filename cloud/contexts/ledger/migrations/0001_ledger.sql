-- One account a tenant, currency, party and purpose. Made when first used.
create table ledger_accounts (
  tenant_id text not null,
  id bigint generated always as identity,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  party text not null,
  purpose text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, currency, party, purpose)
);
select nova_tenant_table('ledger_accounts', 'select, insert');

-- Transfers in the order of the tenant's chain. `post` and `void` resolve a `pending` one, at most once.
create table ledger_transfers (
  tenant_id text not null,
  sequence bigint not null check (sequence > 0),
  key text not null,
  digest text not null,
  kind text not null check (kind in ('hold', 'capture', 'release', 'charge', 'refund', 'adjustment')),
  phase text not null check (phase in ('posted', 'pending', 'post', 'void')),
  resolves text,
  currency text not null,
  session_id uuid,
  memo text not null,
  at timestamptz(3) not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  primary key (tenant_id, sequence),
  unique (tenant_id, key),
  unique (tenant_id, resolves),
  check ((phase in ('post', 'void')) = (resolves is not null))
);
create index ledger_transfers_session on ledger_transfers (tenant_id, session_id);
select nova_tenant_table('ledger_transfers', 'select, insert');

create table ledger_entries (
  tenant_id text not null,
  sequence bigint not null,
  line smallint not null check (line >= 0),
  account_id bigint not null,
  amount_minor bigint not null check (amount_minor <> 0),
  primary key (tenant_id, sequence, line),
  foreign key (tenant_id, sequence) references ledger_transfers (tenant_id, sequence),
  foreign key (tenant_id, account_id) references ledger_accounts (tenant_id, id)
);
create index ledger_entries_account on ledger_entries (tenant_id, account_id, sequence);
select nova_tenant_table('ledger_entries', 'select, insert');

-- Running balances only where a guard needs one: clearing and payable accounts are touched by every sale and
-- would become hot; theirs are summed when somebody looks.
create table ledger_guarded (
  tenant_id text not null,
  account_id bigint not null,
  balance_minor bigint not null default 0 check (balance_minor >= 0),
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references ledger_accounts (tenant_id, id)
);
select nova_tenant_table('ledger_guarded', 'select, insert, update');

-- End of each tenant's chain; locking this row orders the tenant's transfers.
create table ledger_heads (
  tenant_id text primary key,
  sequence bigint not null,
  hash text not null
);
select nova_tenant_table('ledger_heads', 'select, insert, update');

-- Who gets what part of a charge, by site and date. `site_id` null: every site without its own.
create table ledger_contracts (
  tenant_id text not null,
  id uuid not null,
  site_id text,
  valid_from timestamptz not null,
  shares jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique nulls not distinct (tenant_id, site_id, valid_from)
);
select nova_tenant_table('ledger_contracts', 'select, insert');

create function ledger_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name
    using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on ledger_transfers for each row execute function ledger_refuse();
create trigger append_only before update or delete on ledger_entries for each row execute function ledger_refuse();
create trigger append_only before update or delete on ledger_accounts for each row execute function ledger_refuse();
create trigger append_only before update or delete on ledger_contracts for each row execute function ledger_refuse();
create trigger no_truncate before truncate on ledger_transfers for each statement execute function ledger_refuse();
create trigger no_truncate before truncate on ledger_entries for each statement execute function ledger_refuse();
create trigger no_truncate before truncate on ledger_accounts for each statement execute function ledger_refuse();

-- At commit: entries sum to zero, lie in accounts of the transfer's currency, and a post stays within its hold.
-- From PostgreSQL 18 on a deferred trigger runs as the role that wrote the row, but with the settings of the commit:
-- a listener's transaction has left the tenant by then. So the check looks at the row's own tenant, and only there.
create function ledger_check() returns trigger language plpgsql as $$
declare
  lines integer;
  total numeric;
  credits numeric;
  foreign_lines integer;
  held numeric;
  scope text := coalesce(current_setting('nova.tenant', true), '');
begin
  perform set_config('nova.tenant', new.tenant_id, true);
  select count(*), coalesce(sum(e.amount_minor), 0), coalesce(sum(greatest(e.amount_minor, 0)), 0),
         count(*) filter (where a.currency <> new.currency)
    into lines, total, credits, foreign_lines
    from ledger_entries e
    join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
   where e.tenant_id = new.tenant_id and e.sequence = new.sequence;
  if total <> 0 then
    raise exception 'ledger transfer % is off by %', new.key, total using errcode = 'check_violation';
  end if;
  if foreign_lines > 0 then
    raise exception 'ledger transfer % mixes currencies', new.key using errcode = 'check_violation';
  end if;
  if (new.phase = 'void' and lines <> 0) or (new.phase <> 'void' and lines < 2) then
    raise exception 'ledger transfer % has % entries', new.key, lines using errcode = 'check_violation';
  end if;
  if new.resolves is not null then
    select coalesce(sum(greatest(e.amount_minor, 0)), -1) into held
      from ledger_transfers t
      join ledger_entries e on e.tenant_id = t.tenant_id and e.sequence = t.sequence
     where t.tenant_id = new.tenant_id and t.key = new.resolves and t.phase = 'pending';
    if held < credits then
      raise exception 'ledger transfer % posts % of % held', new.key, credits, held using errcode = 'check_violation';
    end if;
  end if;
  perform set_config('nova.tenant', scope, true);
  return null;
end $$;
create constraint trigger balanced after insert on ledger_transfers
  deferrable initially deferred for each row execute function ledger_check();

-- An entry added later to a transfer that has been checked would escape the check above.
create function ledger_check_entry() returns trigger language plpgsql as $$
declare
  total numeric;
  scope text := coalesce(current_setting('nova.tenant', true), '');
begin
  perform set_config('nova.tenant', new.tenant_id, true);
  select coalesce(sum(amount_minor), 0) into total from ledger_entries
   where tenant_id = new.tenant_id and sequence = new.sequence;
  if total <> 0 then
    raise exception 'ledger transfer number % is off by %', new.sequence, total using errcode = 'check_violation';
  end if;
  perform set_config('nova.tenant', scope, true);
  return null;
end $$;
create constraint trigger balanced after insert on ledger_entries
  deferrable initially deferred for each row execute function ledger_check_entry();
