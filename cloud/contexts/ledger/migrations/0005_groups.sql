-- Transfers of several tenants in one commit, and the same checks with fewer look-ups.

-- 64 of these digits and nothing else, as before; a regular expression cost more than all other checks of the row.
alter table ledger_transfers drop constraint ledger_transfers_hash_check;
alter table ledger_transfers add constraint ledger_transfers_hash_check
  check (length(hash) = 64 and btrim(hash, '0123456789abcdef') = '');

-- The closed lists move from constraints to the check of the statement: what PostgreSQL reads anew for each statement is
-- most of what a single transfer costs.
alter table ledger_transfers drop constraint ledger_transfers_kind_check, drop constraint ledger_transfers_phase_check;

-- What only few statements need is asked by functions, so that the others do not pay for planning it into theirs.
create function ledger_exceeds_hold(whose text, place bigint, held text) returns boolean language plpgsql stable as $$
begin
  return (select coalesce(sum(greatest(e.amount_minor, 0)), 0) from ledger_entries e
      where e.tenant_id = whose and e.sequence = place)
    > coalesce((select sum(greatest(e.amount_minor, 0))
        from ledger_transfers h join ledger_entries e on e.tenant_id = h.tenant_id and e.sequence = h.sequence
       where h.tenant_id = whose and h.key = held and h.phase = 'pending'), -1);
end $$;
create function ledger_mixes_currencies(whose text, low bigint, high bigint) returns boolean language plpgsql stable as $$
begin
  return exists (select from ledger_entries e where e.tenant_id = whose and e.sequence between low and high
    and (select t.currency from ledger_transfers t where t.tenant_id = e.tenant_id and t.sequence = e.sequence)
      is distinct from
      (select a.currency from ledger_accounts a where a.tenant_id = e.tenant_id and a.id = e.account_id));
end $$;

create or replace function ledger_check_transfers() returns trigger language plpgsql as $$
declare
  bad record;
begin
  select t.key, t.phase, x.* into bad
    from added t
    cross join lateral (
      select count(*) as lines, coalesce(sum(e.amount_minor), 0) as total, max(e.line) as last
        from ledger_entries e where e.tenant_id = t.tenant_id and e.sequence = t.sequence) x
   where x.total <> 0 or x.last <> x.lines - 1
      or t.kind <> all ('{hold,capture,release,charge,refund,adjustment,top-up,chargeback,settlement,payout,hold-back,fee,tax,rounding,fx,contract}')
      or t.phase <> all ('{posted,pending,post,void,note}')
      or case when t.phase in ('void', 'note') then x.lines > 0 else x.lines < 2 end
      or (t.resolves is not null and ledger_exceeds_hold(t.tenant_id, t.sequence, t.resolves))
   limit 1;
  if found then
    raise exception 'ledger transfer % (%) is off by %, has % entries, is of no known kind, or exceeds its hold',
      bad.key, bad.phase, bad.total, bad.lines using errcode = 'check_violation';
  end if;
  return null;
end $$;
alter function ledger_check_transfers() reset all;

create or replace function ledger_check_entries() returns trigger language plpgsql as $$
declare
  bad record;
begin
  select s.* into bad
    from (select min(a.tenant_id) as whose, max(a.tenant_id) as other, min(a.sequence) as low, max(a.sequence) as high,
        count(*) as lines, count(distinct a.sequence) as transfers from added a) s
    cross join lateral (
      select min(t.currency) as currency, max(t.currency) as another,
        count(*) filter (where t.phase not in ('void', 'note')) as transfers
      from ledger_transfers t where t.tenant_id = s.whose and t.sequence between s.low and s.high) t
   where s.whose <> s.other or s.transfers <> t.transfers
      or s.low <= coalesce((select h.sequence from ledger_heads h where h.tenant_id = s.whose), 0)
      or s.lines <> (select count(*) from ledger_entries e
        where e.tenant_id = s.whose and e.sequence between s.low and s.high)
      or case when t.currency = t.another
        then exists (select from (select distinct a.account_id from added a) e where t.currency is distinct from (
          select a.currency from ledger_accounts a where a.tenant_id = s.whose and a.id = e.account_id))
        else ledger_mixes_currencies(s.whose, s.low, s.high) end;
  if found then
    raise exception 'ledger entries of transfers % to % without them, or of another currency: the first is off by %',
      bad.low, bad.high, (select coalesce(sum(e.amount_minor), 0) from added e where e.sequence = bad.low)
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
alter function ledger_check_entries() reset all;

drop function ledger_post_plain(text, text[], text[], text[], text[], uuid[], text[], text[], bigint[], smallint[], text[],
  text[], bigint[]);

-- One plain transfer between two accounts without a guard, which most calls are: scalars instead of sets. Part of
-- `ledger_post_group`, which see: behind the head's lock, with its next place and last hash. Entries count from line 0.
create function ledger_post_one(scope text, new_place bigint, last text, new_key text, new_digest text, new_kind text,
    new_currency text, session uuid, new_memo text, instant text, parties text[], purposes text[], amount bigint)
  returns text language plpgsql as $$
declare
  known text;
  new_hash text;
  giver bigint;
  taker bigint;
begin
  select t.digest into known from ledger_transfers t where t.key = new_key and t.tenant_id = scope;
  if found then return case when known = new_digest then 'exists' else 'same-key-other-content' end; end if;
  select a.id, b.id into giver, taker from ledger_accounts a, ledger_accounts b
   where a.currency = new_currency and a.party = parties[1] and a.purpose = purposes[1] and a.tenant_id = scope
     and b.currency = new_currency and b.party = parties[2] and b.purpose = purposes[2] and b.tenant_id = scope;
  if not found then return null; end if;
  new_hash := encode(sha256(convert_to(last || E'\n["' || scope || '",' || new_place || ',"' || instant || '","'
    || new_digest || '"]', 'UTF8')), 'hex');
  with transfers as (
    insert into ledger_transfers
      (tenant_id, sequence, key, digest, kind, phase, resolves, currency, session_id, memo, at, hash)
    values (scope, new_place, new_key, new_digest, new_kind, 'posted', null, new_currency, session, new_memo,
      instant::timestamptz, new_hash)
  )
  insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
  values (scope, new_place, 0, giver, amount), (scope, new_place, 1, taker, 0 - amount);
  update ledger_heads h set sequence = new_place, hash = new_hash where h.tenant_id = scope;
  return 'posted';
end $$;

-- Most transfers are plain: posted at once, nothing held or resolved, nothing taken from a guarded account. They need no
-- decision that leans on other rows but their keys, so that the database does it all alone. Each transfer is a list of its
-- own; `entry_accounts` and `entry_transfers` count from 1 in the names and transfers of this tenant.
-- Returns one outcome each, or null when it cannot decide alone (an account or the chain is not there yet, or the head is
-- locked and it shall not wait): then nothing was written. Repeating it is harmless.
create function ledger_post_group(whose text, patient boolean, keys text[], digests text[], kinds text[], currencies text[],
    sessions uuid[], memos text[], instants text[], name_currencies text[], name_parties text[], name_purposes text[],
    entry_transfers integer[], entry_lines smallint[], entry_accounts integer[], amounts bigint[])
  returns text[] language plpgsql as $$
declare
  scope text := set_config('nova.tenant', whose, true); -- From here on row security shows this tenant alone.
  place bigint;
  last text;
  ids bigint[];
  known text[];
  places bigint[] := array[]::bigint[];
  hashes text[] := array[]::text[];
  fresh integer := 0;
  one text;
begin
  if patient then
    select h.sequence, h.hash into place, last from ledger_heads h where h.tenant_id = scope for update;
  else
    select h.sequence, h.hash into place, last from ledger_heads h where h.tenant_id = scope for update skip locked;
  end if;
  if not found then return null; end if;
  if cardinality(keys) = 1 and cardinality(amounts) = 2 and entry_accounts = array[1, 2]
    and not name_purposes && array['wallet', 'hold'] then
    one := ledger_post_one(scope, place + 1, last, keys[1], digests[1], kinds[1], currencies[1], sessions[1], memos[1],
      instants[1], name_parties, name_purposes, amounts[1]);
    return case when one is not null then array[one] end;
  end if;
  select
    (select array_agg((select a.id from ledger_accounts a
        where a.currency = n.currency and a.party = n.party and a.purpose = n.purpose and a.tenant_id = scope) order by n.nth)
      from unnest(name_currencies, name_parties, name_purposes) with ordinality as n (currency, party, purpose, nth)),
    (select array_agg((select t.digest from ledger_transfers t where t.key = k.key and t.tenant_id = scope) order by k.nth)
      from unnest(keys) with ordinality as k (key, nth))
    into ids, known;
  if array_position(ids, null) is not null then return null; end if;
  for nth in 1 .. cardinality(keys) loop
    if known[nth] is null then
      place := place + 1;
      last := encode(sha256(convert_to(last || E'\n["' || scope || '",' || place || ',"' || instants[nth] || '","'
        || digests[nth] || '"]', 'UTF8')), 'hex');
      places[nth] := place;
      hashes[nth] := last;
      fresh := fresh + 1;
    else
      places[nth] := null;
      hashes[nth] := null;
    end if;
  end loop;
  if fresh > 0 then
    with transfers as (
      insert into ledger_transfers
        (tenant_id, sequence, key, digest, kind, phase, resolves, currency, session_id, memo, at, hash)
      select scope, t.place, t.key, t.digest, t.kind, 'posted', null, t.currency, t.session, t.memo, t.at::timestamptz, t.hash
        from unnest(places, keys, digests, kinds, currencies, sessions, memos, instants, hashes)
          as t (place, key, digest, kind, currency, session, memo, at, hash)
       where t.place is not null
    )
    insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
    select scope, places[e.owner], e.line, ids[e.account], e.amount
      from unnest(entry_transfers, entry_lines, entry_accounts, amounts) as e (owner, line, account, amount)
     where places[e.owner] is not null;
    if 'wallet' = any(name_purposes) or 'hold' = any(name_purposes) then
      insert into ledger_guarded as g (tenant_id, account_id, balance_minor)
      select scope, ids[e.account], sum(e.amount)
        from unnest(entry_transfers, entry_accounts, amounts) as e (owner, account, amount)
       where places[e.owner] is not null and name_purposes[e.account] in ('wallet', 'hold')
       group by ids[e.account] order by ids[e.account]
      on conflict (tenant_id, account_id) do update set balance_minor = g.balance_minor + excluded.balance_minor;
    end if;
    update ledger_heads h set sequence = place, hash = last where h.tenant_id = scope;
  end if;
  if fresh = cardinality(keys) then return array_fill('posted'::text, array[fresh]); end if;
  return (select array_agg(case when k.known is null then 'posted' when k.known = k.digest then 'exists'
      else 'same-key-other-content' end order by k.nth)
    from unnest(known, digests) with ordinality as k (known, digest, nth));
end $$;

-- One round trip and one commit for the plain transfers of several tenants, each tenant's statements under row security as
-- itself. `sizes` and so on say how many elements of the arrays are each tenant's. Unless it is patient, it waits for no head
-- that somebody else holds, so that tenants do not hold each other up: such a tenant is answered with nulls, as is one that
-- cannot be decided here.
create function ledger_post_groups(tenants text[], patient boolean, sizes integer[], name_sizes integer[], entry_sizes integer[],
    keys text[], digests text[], kinds text[], currencies text[], sessions uuid[], memos text[], instants text[],
    name_currencies text[], name_parties text[], name_purposes text[],
    entry_transfers integer[], entry_lines smallint[], entry_accounts integer[], amounts bigint[])
  returns text[] language plpgsql
  set role = nova_app set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  outcomes text[] := array[]::text[];
  t integer := 0;
  n integer := 0;
  e integer := 0;
begin
  if cardinality(tenants) = 1 then
    return coalesce(ledger_post_group(tenants[1], patient, keys, digests, kinds, currencies, sessions, memos, instants,
      name_currencies, name_parties, name_purposes, entry_transfers, entry_lines, entry_accounts, amounts),
      array_fill(null::text, array[sizes[1]]));
  end if;
  for g in 1 .. cardinality(tenants) loop
    outcomes := outcomes || coalesce(ledger_post_group(tenants[g], patient, keys[t + 1 : t + sizes[g]],
      digests[t + 1 : t + sizes[g]], kinds[t + 1 : t + sizes[g]], currencies[t + 1 : t + sizes[g]],
      sessions[t + 1 : t + sizes[g]], memos[t + 1 : t + sizes[g]], instants[t + 1 : t + sizes[g]],
      name_currencies[n + 1 : n + name_sizes[g]], name_parties[n + 1 : n + name_sizes[g]],
      name_purposes[n + 1 : n + name_sizes[g]], entry_transfers[e + 1 : e + entry_sizes[g]],
      entry_lines[e + 1 : e + entry_sizes[g]], entry_accounts[e + 1 : e + entry_sizes[g]],
      amounts[e + 1 : e + entry_sizes[g]]), array_fill(null::text, array[sizes[g]]));
    t := t + sizes[g];
    n := n + name_sizes[g];
    e := e + entry_sizes[g];
  end loop;
  return outcomes;
end $$;
