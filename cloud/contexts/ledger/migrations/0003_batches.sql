-- One look and one append a batch, however long, instead of a check a row: the same rules, asked of sets.

alter table ledger_transfers drop constraint ledger_transfers_kind_check;
alter table ledger_transfers add constraint ledger_transfers_kind_check check (kind in (
  'hold', 'capture', 'release', 'charge', 'refund', 'adjustment', 'top-up', 'chargeback', 'settlement', 'payout',
  'hold-back', 'fee', 'tax', 'rounding', 'fx', 'contract'));
-- `note`: a fact without money, such as a contract, that takes its place in the chain.
alter table ledger_transfers drop constraint ledger_transfers_phase_check;
alter table ledger_transfers add constraint ledger_transfers_phase_check
  check (phase in ('posted', 'pending', 'post', 'void', 'note'));

-- Most transfers resolve nothing and many have no session: those need no place in these indexes.
alter table ledger_transfers drop constraint ledger_transfers_resolves;
create unique index ledger_transfers_resolves on ledger_transfers (resolves, tenant_id) where resolves is not null;
drop index ledger_transfers_session;
create index ledger_transfers_session on ledger_transfers (session_id, tenant_id) where session_id is not null;

-- What pending transfers have set aside of a guarded account.
alter table ledger_guarded add column pending_minor bigint not null default 0 check (pending_minor >= 0);
alter table ledger_guarded add constraint ledger_guarded_available check (balance_minor >= pending_minor);

-- Accounts and contracts are no part of a transfer's content as a whole; each row carries a hash of itself.
alter table ledger_accounts add column seal text;
alter table ledger_contracts add column seal text;
create function ledger_account_seal(a ledger_accounts) returns text language sql stable as $$
  select encode(sha256(convert_to(jsonb_build_array(a.tenant_id, a.id, a.currency, a.party, a.purpose,
    extract(epoch from a.created_at))::text, 'UTF8')), 'hex') $$;
create function ledger_contract_seal(c ledger_contracts) returns text language sql stable as $$
  select encode(sha256(convert_to(jsonb_build_array(c.tenant_id, c.id, c.site_id, extract(epoch from c.valid_from),
    c.shares, extract(epoch from c.created_at))::text, 'UTF8')), 'hex') $$;
create function ledger_seal_account() returns trigger language plpgsql as $$
begin new.seal := ledger_account_seal(new); return new; end $$;
create function ledger_seal_contract() returns trigger language plpgsql as $$
begin new.seal := ledger_contract_seal(new); return new; end $$;
create trigger seal before insert on ledger_accounts for each row execute function ledger_seal_account();
create trigger seal before insert on ledger_contracts for each row execute function ledger_seal_contract();
alter table ledger_accounts no force row level security, disable trigger append_only;
alter table ledger_contracts no force row level security, disable trigger append_only;
update ledger_accounts a set seal = ledger_account_seal(a);
update ledger_contracts c set seal = ledger_contract_seal(c);
alter table ledger_accounts force row level security, enable trigger append_only;
alter table ledger_contracts force row level security, enable trigger append_only;
alter table ledger_accounts alter column seal set not null;
alter table ledger_contracts alter column seal set not null;
create trigger no_truncate before truncate on ledger_contracts for each statement execute function ledger_refuse();

-- The checks of each row and its foreign keys give way to one check a statement: transfers and their entries are
-- written in one statement, and behind the head nothing is added. Parents cannot go away: their triggers refuse.
drop trigger balanced on ledger_transfers;
drop trigger balanced on ledger_entries;
drop function ledger_check();
drop function ledger_check_entry();
alter table ledger_entries drop constraint ledger_entries_tenant_id_sequence_fkey,
  drop constraint ledger_entries_tenant_id_account_id_fkey;

-- Plans of functions stay with the connection. Each row is looked up by itself through an index that names it fully, so
-- that a plan made while the tables were small, or without statistics, is the right one for any size.
create function ledger_check_transfers() returns trigger language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  bad record;
begin
  select t.key, t.phase, x.* into bad
    from added t
    cross join lateral (
      select count(*) as lines, coalesce(sum(e.amount_minor), 0) as total, max(e.line) as last,
          coalesce(sum(greatest(e.amount_minor, 0)), 0) as credits,
          count(*) filter (where t.currency is distinct from (
            select a.currency from ledger_accounts a where a.tenant_id = e.tenant_id and a.id = e.account_id)) as strange
        from ledger_entries e where e.tenant_id = t.tenant_id and e.sequence = t.sequence) x
   where x.total <> 0 or x.strange > 0 or x.last <> x.lines - 1
      or case when t.phase in ('void', 'note') then x.lines > 0 else x.lines < 2 end
      or (t.resolves is not null and x.credits > coalesce((
        select sum(greatest(e.amount_minor, 0))
          from ledger_transfers h join ledger_entries e on e.tenant_id = h.tenant_id and e.sequence = h.sequence
         where h.tenant_id = t.tenant_id and h.key = t.resolves and h.phase = 'pending'), -1))
   limit 1;
  if found then
    raise exception 'ledger transfer % (%) is off by %, has % entries, % of another currency, or exceeds its hold',
      bad.key, bad.phase, bad.total, bad.lines, bad.strange using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger balanced after insert on ledger_transfers
  referencing new table as added for each statement execute function ledger_check_transfers();

-- Entries come with their transfers, in one statement, behind the head; so the check above has seen them all.
create function ledger_check_entries() returns trigger language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  whose text;
  low bigint;
  high bigint;
  lines bigint;
  transfers bigint;
  bad record;
begin
  select min(tenant_id), min(sequence), max(sequence), count(*), count(distinct sequence)
    into whose, low, high, lines, transfers from added;
  if lines = 0 then return null; end if;
  if exists (select from added where tenant_id <> whose) then
    raise exception 'ledger entries of two tenants in one statement' using errcode = 'check_violation';
  end if;
  if low <= coalesce((select h.sequence from ledger_heads h where h.tenant_id = whose), 0)
    or lines <> (select count(*) from ledger_entries e where e.tenant_id = whose and e.sequence between low and high)
    or transfers <> (select count(*) from ledger_transfers t
      where t.tenant_id = whose and t.sequence between low and high and t.phase not in ('void', 'note'))
  then
    select e.sequence, sum(e.amount_minor) as total into bad from ledger_entries e
     where e.tenant_id = whose and e.sequence between low and high
     group by e.sequence order by sum(e.amount_minor) = 0 limit 1;
    raise exception 'ledger entries without their transfers: number % is off by %', bad.sequence, bad.total
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger balanced after insert on ledger_entries
  referencing new table as added for each statement execute function ledger_check_entries();

-- Locks the end of the tenant's chain, which orders its transfers, and then looks at what the batch leans on.
create function ledger_look(wanted_keys text[], wanted_holds text[], currencies text[], parties text[], purposes text[])
  returns table (head_sequence bigint, head_hash text, known json, holds json, accounts json)
  language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  whose text := nova_tenant();
begin
  select h.sequence, h.hash into head_sequence, head_hash from ledger_heads h where h.tenant_id = whose for update;
  if not found then
    insert into ledger_heads (tenant_id, sequence, hash) values (whose, 0, repeat('0', 64)) on conflict do nothing;
    select h.sequence, h.hash into head_sequence, head_hash from ledger_heads h where h.tenant_id = whose for update;
  end if;
  select json_agg(json_build_array(k.key, t.digest)) into known
    from unnest(wanted_keys) as k (key)
    cross join lateral (
      select t.digest from ledger_transfers t where t.key = k.key and t.tenant_id = whose limit 1) t;
  if cardinality(wanted_holds) > 0 then
    select json_agg(json_build_object('key', h.key, 'currency', t.currency,
        'resolved', exists (select from ledger_transfers r where r.resolves = h.key and r.tenant_id = whose),
        'entries', (select json_agg(json_build_object('party', a.party, 'purpose', a.purpose, 'amountMinor', e.amount_minor,
            'accountId', a.id, 'balance', g.balance_minor, 'pending', g.pending_minor) order by e.line)
          from ledger_entries e
          join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
          left join ledger_guarded g on g.tenant_id = e.tenant_id and g.account_id = e.account_id
          where e.tenant_id = whose and e.sequence = t.sequence)))
      into holds
      from (select distinct unnest(wanted_holds) as key) h
      cross join lateral (
        select t.sequence, t.currency from ledger_transfers t
         where t.key = h.key and t.tenant_id = whose and t.phase = 'pending' limit 1) t;
  end if;
  if cardinality(currencies) > 0 then
    select json_agg(json_build_array(w.currency, w.party, w.purpose, a.id, a.balance_minor, a.pending_minor))
      into accounts
      from unnest(currencies, parties, purposes) as w (currency, party, purpose)
      cross join lateral (
        select a.id, g.balance_minor, g.pending_minor from ledger_accounts a
          left join ledger_guarded g on g.tenant_id = whose and g.account_id = a.id
         where a.currency = w.currency and a.party = w.party and a.purpose = w.purpose and a.tenant_id = whose
         limit 1) a;
  end if;
  return next;
end $$;

-- Appends what has been decided under the lock of `ledger_look`, in the order of the arrays.
create function ledger_append(after bigint, keys text[], digests text[], kinds text[], phases text[], resolved text[],
    currencies text[], sessions uuid[], memos text[], instants timestamptz[], hashes text[],
    places bigint[], lines smallint[], accounts bigint[], amounts bigint[],
    guarded bigint[], changes bigint[], pendings bigint[])
  returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  whose text := nova_tenant();
begin
  with transfers as (
    insert into ledger_transfers
      (tenant_id, sequence, key, digest, kind, phase, resolves, currency, session_id, memo, at, hash)
    select whose, after + t.place, t.key, t.digest, t.kind, t.phase, t.resolves, t.currency, t.session, t.memo, t.at, t.hash
      from unnest(keys, digests, kinds, phases, resolved, currencies, sessions, memos, instants, hashes) with ordinality
        as t (key, digest, kind, phase, resolves, currency, session, memo, at, hash, place)
  )
  insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
  select whose, e.place, e.line, e.account, e.amount
    from unnest(places, lines, accounts, amounts) as e (place, line, account, amount);
  if cardinality(guarded) > 0 then
    insert into ledger_guarded (tenant_id, account_id) select whose, unnest(guarded) on conflict do nothing;
    update ledger_guarded g
       set balance_minor = g.balance_minor + c.change, pending_minor = g.pending_minor + c.pending
      from unnest(guarded, changes, pendings) as c (account, change, pending)
     where g.tenant_id = whose and g.account_id = c.account;
  end if;
  update ledger_heads set sequence = after + cardinality(keys), hash = hashes[cardinality(hashes)] where tenant_id = whose;
end $$;
