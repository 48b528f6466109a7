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

create function ledger_check_transfers() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  bad record;
begin
  select t.key, count(e.sequence) as lines, coalesce(sum(e.amount_minor), 0) as total, t.phase,
      count(e.sequence) filter (where a.currency is distinct from t.currency) as foreign_lines
    into bad
    from added t
    left join ledger_entries e on e.tenant_id = t.tenant_id and e.sequence = t.sequence
    left join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
   group by t.tenant_id, t.sequence, t.key, t.phase
  having coalesce(sum(e.amount_minor), 0) <> 0
      or count(e.sequence) filter (where a.currency is distinct from t.currency) > 0
      or (t.phase in ('void', 'note') and count(e.sequence) > 0)
      or (t.phase not in ('void', 'note') and count(e.sequence) < 2)
      or (count(e.sequence) > 0 and max(e.line) <> count(e.sequence) - 1)
   limit 1;
  if found then
    raise exception 'ledger transfer % is off by % in % entries (%), % of another currency or no account',
      bad.key, bad.total, bad.lines, bad.phase, bad.foreign_lines using errcode = 'check_violation';
  end if;
  select t.key into bad from added t
   where t.resolves is not null
     and coalesce((select sum(greatest(e.amount_minor, 0)) from ledger_entries e
                    where e.tenant_id = t.tenant_id and e.sequence = t.sequence), 0)
       > coalesce((select sum(greatest(e.amount_minor, 0))
                     from ledger_transfers h join ledger_entries e on e.tenant_id = h.tenant_id and e.sequence = h.sequence
                    where h.tenant_id = t.tenant_id and h.key = t.resolves and h.phase = 'pending'), -1)
   limit 1;
  if found then
    raise exception 'ledger transfer % posts more than is held', bad.key using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger balanced after insert on ledger_transfers
  referencing new table as added for each statement execute function ledger_check_transfers();

create function ledger_check_entries() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  bad record;
begin
  select e.sequence, sum(e.amount_minor) as total into bad
    from (select distinct tenant_id, sequence from added) n
    join ledger_entries e on e.tenant_id = n.tenant_id and e.sequence = n.sequence
   group by e.tenant_id, e.sequence having sum(e.amount_minor) <> 0 limit 1;
  if found then
    raise exception 'ledger transfer number % is off by %', bad.sequence, bad.total using errcode = 'check_violation';
  end if;
  select n.sequence into bad from added n
    left join ledger_heads h on h.tenant_id = n.tenant_id
   where h.sequence is null or n.sequence <= h.sequence limit 1;
  if found then
    raise exception 'ledger transfer number % is closed', bad.sequence using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger balanced after insert on ledger_entries
  referencing new table as added for each statement execute function ledger_check_entries();

-- Locks the end of the tenant's chain, which orders its transfers, and then looks at what the batch leans on. The plans
-- of a function stay with the connection; made while the tables were small they would read them whole: so none may.
create function ledger_look(wanted_keys text[], wanted_holds text[], currencies text[], parties text[], purposes text[])
  returns table (head_sequence bigint, head_hash text, known json, holds json, accounts json)
  language plpgsql set enable_seqscan = off as $$
begin
  select h.sequence, h.hash into head_sequence, head_hash from ledger_heads h for update;
  if not found then
    insert into ledger_heads (tenant_id, sequence, hash) values (nova_tenant(), 0, repeat('0', 64)) on conflict do nothing;
    select h.sequence, h.hash into head_sequence, head_hash from ledger_heads h for update;
  end if;
  select json_agg(json_build_array(t.key, t.digest)) into known from ledger_transfers t where t.key = any(wanted_keys);
  if cardinality(wanted_holds) > 0 then
    select json_agg(json_build_object('key', t.key, 'currency', t.currency,
        'resolved', exists (select from ledger_transfers r where r.resolves = t.key and r.tenant_id = t.tenant_id),
        'entries', (select json_agg(json_build_object('party', a.party, 'purpose', a.purpose, 'amountMinor', e.amount_minor,
            'accountId', a.id, 'balance', g.balance_minor, 'pending', g.pending_minor) order by e.line)
          from ledger_entries e
          join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
          left join ledger_guarded g on g.tenant_id = e.tenant_id and g.account_id = e.account_id
          where e.tenant_id = t.tenant_id and e.sequence = t.sequence)))
      into holds from ledger_transfers t where t.key = any(wanted_holds) and t.phase = 'pending';
  end if;
  if cardinality(currencies) > 0 then
    select json_agg(json_build_array(a.currency, a.party, a.purpose, a.id, g.balance_minor, g.pending_minor))
      into accounts
      from unnest(currencies, parties, purposes) as w (currency, party, purpose)
      join ledger_accounts a on a.currency = w.currency and a.party = w.party and a.purpose = w.purpose
      left join ledger_guarded g on g.tenant_id = a.tenant_id and g.account_id = a.id;
  end if;
  return next;
end $$;

-- Appends what has been decided under the lock of `ledger_look`, in the order of the arrays.
create function ledger_append(after bigint, keys text[], digests text[], kinds text[], phases text[], resolved text[],
    currencies text[], sessions uuid[], memos text[], instants timestamptz[], hashes text[],
    places bigint[], lines smallint[], accounts bigint[], amounts bigint[],
    guarded bigint[], changes bigint[], pendings bigint[])
  returns void language plpgsql set enable_seqscan = off as $$
begin
  with transfers as (
    insert into ledger_transfers
      (tenant_id, sequence, key, digest, kind, phase, resolves, currency, session_id, memo, at, hash)
    select nova_tenant(), after + t.place, t.key, t.digest, t.kind, t.phase, t.resolves, t.currency, t.session, t.memo,
        t.at, t.hash
      from unnest(keys, digests, kinds, phases, resolved, currencies, sessions, memos, instants, hashes) with ordinality
        as t (key, digest, kind, phase, resolves, currency, session, memo, at, hash, place)
  )
  insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
  select nova_tenant(), e.place, e.line, e.account, e.amount
    from unnest(places, lines, accounts, amounts) as e (place, line, account, amount);
  if cardinality(guarded) > 0 then
    insert into ledger_guarded (tenant_id, account_id) select nova_tenant(), unnest(guarded) on conflict do nothing;
    update ledger_guarded g
       set balance_minor = g.balance_minor + c.change, pending_minor = g.pending_minor + c.pending
      from unnest(guarded, changes, pendings) as c (account, change, pending) where g.account_id = c.account;
  end if;
  update ledger_heads set sequence = after + cardinality(keys), hash = hashes[cardinality(hashes)];
end $$;
