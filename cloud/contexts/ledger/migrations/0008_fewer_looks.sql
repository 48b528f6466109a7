-- The same rules asked with less work: most of what a lone transfer costs is PostgreSQL's start of each statement, and its
-- reading of each check constraint anew.

-- These move to the two checks below; what a program with the application's rights writes is held to them as before.
alter table ledger_transfers drop constraint ledger_transfers_sequence_check, drop constraint ledger_transfers_check,
  drop constraint ledger_transfers_hash_check;
alter table ledger_entries drop constraint ledger_entries_line_check, drop constraint ledger_entries_amount_minor_check;

-- Of a transfer: kind, phase, place, hash, and that it has entries or none. What these are is asked of them below.
-- Lists of up to eight are compared as they stand; for longer ones PostgreSQL makes a table each time.
create or replace function ledger_check_transfers() returns trigger language plpgsql as $$
declare
  bad_key text;
  bad_phase text;
begin
  select t.key, t.phase into bad_key, bad_phase
    from added t
   where t.kind <> all ('{charge,hold,capture,release,refund,adjustment,top-up,chargeback}')
         and t.kind <> all ('{settlement,payout,hold-back,fee,tax,rounding,fx,contract}')
      or t.phase <> all ('{posted,pending,post,void,note}')
      or t.sequence < 1 or length(t.hash) <> 64 or btrim(t.hash, '0123456789abcdef') <> ''
      or (select e.line from ledger_entries e where e.tenant_id = t.tenant_id and e.sequence = t.sequence and e.line = 0)
        is distinct from case when t.phase not in ('void', 'note') then 0 end
      or (t.resolves is null) = (t.phase in ('post', 'void'))
      or (t.resolves is not null and ledger_exceeds_hold(t.tenant_id, t.sequence, t.resolves))
   limit 1;
  if found then
    raise exception 'ledger transfer % (%) has 0 entries or should have none, is of no known kind, has no true hash or place, or exceeds its hold',
      bad_key, bad_phase using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- Entries come with their line 0, which a transfer has only once: so all of a transfer come in one statement, and what is
-- added here are all that it has. Those of one transfer are asked about in one small statement; of several, as sets: where
-- no others lie between them and there are as many transfers as there should be, each has its own.
create or replace function ledger_check_entries() returns trigger language plpgsql as $$
declare
  low bigint;
  high bigint;
  sound boolean;
  bad record;
begin
  select min(a.sequence), max(a.sequence), case when min(a.sequence) = max(a.sequence) then
      min(a.tenant_id) = max(a.tenant_id) and sum(a.amount_minor) = 0 and bool_and(a.amount_minor <> 0)
        and count(*) > 1 and min(a.line) = 0 and max(a.line) = count(*) - 1
        and not exists (select from added e where (
            select c.currency from ledger_accounts c where c.tenant_id = e.tenant_id and c.id = e.account_id)
          is distinct from (
            select t.currency from ledger_transfers t
             where t.tenant_id = e.tenant_id and t.sequence = e.sequence and t.phase not in ('void', 'note')))
      end
    into low, high, sound
    from added a;
  if low < high then
    select g.whose = g.other and g.sound and g.transfers = t.transfers
        and g.lines = (select count(*) from ledger_entries e
          where e.tenant_id = g.whose and e.sequence between low and high)
        and case when t.currency = t.another
          then not exists (select from (select distinct a.account_id from added a) e where t.currency is distinct from (
            select c.currency from ledger_accounts c where c.tenant_id = g.whose and c.id = e.account_id))
          else not ledger_mixes_currencies(g.whose, low, high) end
      into sound
      from (select min(e.whose) as whose, max(e.other) as other, count(*) as transfers, sum(e.lines) as lines,
          bool_and(e.total = 0 and e.moves and e.lines > 1 and e.first = 0 and e.last = e.lines - 1) as sound
        from (select min(a.tenant_id) as whose, max(a.tenant_id) as other, count(*) as lines, min(a.line) as first,
            max(a.line) as last, sum(a.amount_minor) as total, bool_and(a.amount_minor <> 0) as moves
          from added a group by a.sequence) e) g
      cross join lateral (
        select min(t.currency) as currency, max(t.currency) as another,
          count(*) filter (where t.phase not in ('void', 'note')) as transfers
        from ledger_transfers t where t.tenant_id = g.whose and t.sequence between low and high) t;
  end if;
  if low is not null and sound is not true then
    select a.sequence, sum(a.amount_minor) as total, count(*) as lines, min(a.line) as first, max(a.line) as last into bad
      from added a group by a.sequence
     order by sum(a.amount_minor) = 0, min(a.line) = 0 and max(a.line) = count(*) - 1, a.sequence limit 1;
    raise exception 'ledger transfer number % is off by %, has % entries of lines % to %, or there are entries without them, of nothing or of another currency',
      bad.sequence, bad.total, bad.lines, bad.first, bad.last using errcode = 'check_violation';
  end if;
  return null;
end $$;

drop function ledger_post_one(text, bigint, text, text, text, text, text, uuid, text, text, text[], text[], bigint);

-- One plain transfer between two accounts without a guard, which most calls are: scalars instead of sets, and two statements.
-- Null when it cannot decide alone, or when somebody else holds the head. The key is looked up as of the moment before the
-- lock: should somebody write it in between, the table's unique key refuses it here.
create function ledger_post_one(scope text, new_key text, new_digest text, new_kind text, new_currency text, session uuid,
    new_memo text, instant text, from_party text, from_purpose text, to_party text, to_purpose text, amount bigint)
  returns text language plpgsql as $$
declare
  place bigint;
  last text;
  known text;
  giver bigint;
  taker bigint;
begin
  select h.sequence + 1, h.hash, a.id, b.id,
      (select t.digest from ledger_transfers t where t.key = new_key and t.tenant_id = scope)
    into place, last, giver, taker, known
    from ledger_heads h, ledger_accounts a, ledger_accounts b
   where h.tenant_id = scope
     and a.currency = new_currency and a.party = from_party and a.purpose = from_purpose and a.tenant_id = scope
     and b.currency = new_currency and b.party = to_party and b.purpose = to_purpose and b.tenant_id = scope
     for update of h skip locked;
  if not found then return null; end if;
  if known is not null then return case when known = new_digest then 'exists' else 'same-key-other-content' end; end if;
  last := encode(sha256(convert_to(last || E'\n["' || scope || '",' || place || ',"' || instant || '","'
    || new_digest || '"]', 'UTF8')), 'hex');
  with transfers as (
    insert into ledger_transfers
      (tenant_id, sequence, key, digest, kind, phase, resolves, currency, session_id, memo, at, hash)
    values (scope, place, new_key, new_digest, new_kind, 'posted', null, new_currency, session, new_memo,
      instant::timestamptz, last)
  ), head as (
    update ledger_heads h set sequence = place, hash = last where h.tenant_id = scope
  )
  insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
  values (scope, place, 0, giver, amount), (scope, place, 1, taker, 0 - amount);
  return 'posted';
end $$;

create or replace function ledger_post_group(whose text, patient boolean, keys text[], digests text[], kinds text[],
    currencies text[], sessions uuid[], memos text[], instants text[], name_currencies text[], name_parties text[],
    name_purposes text[], entry_transfers integer[], entry_lines smallint[], entry_accounts integer[], amounts bigint[])
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
begin
  if patient then
    select h.sequence, h.hash into place, last from ledger_heads h where h.tenant_id = scope for update;
  else
    select h.sequence, h.hash into place, last from ledger_heads h where h.tenant_id = scope for update skip locked;
  end if;
  if not found then return null; end if;
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
    ), head as (
      update ledger_heads h set sequence = place, hash = last where h.tenant_id = scope
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
  end if;
  if fresh = cardinality(keys) then return array_fill('posted'::text, array[fresh]); end if;
  return (select array_agg(case when k.known is null then 'posted' when k.known = k.digest then 'exists'
      else 'same-key-other-content' end order by k.nth)
    from unnest(known, digests) with ordinality as k (known, digest, nth));
end $$;

-- As before; a lone plain transfer goes its short way without arrays.
create or replace function ledger_post_groups(tenants text[], patient boolean, sizes integer[], name_sizes integer[],
    entry_sizes integer[], keys text[], digests text[], kinds text[], currencies text[], sessions uuid[], memos text[],
    instants text[], name_currencies text[], name_parties text[], name_purposes text[],
    entry_transfers integer[], entry_lines smallint[], entry_accounts integer[], amounts bigint[])
  returns text[] language plpgsql
  set role = nova_app set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  outcomes text[] := array[]::text[];
  these text[];
  t integer := 0;
  n integer := 0;
  e integer := 0;
begin
  if cardinality(tenants) = 1 and sizes[1] > 1 then
    return coalesce(ledger_post_group(tenants[1], patient, keys, digests, kinds, currencies, sessions, memos, instants,
      name_currencies, name_parties, name_purposes, entry_transfers, entry_lines, entry_accounts, amounts),
      array_fill(null::text, array[sizes[1]]));
  end if;
  for g in 1 .. cardinality(tenants) loop
    if sizes[g] = 1 and entry_sizes[g] = 2 and name_sizes[g] = 2 and not patient
      and name_purposes[n + 1] not in ('wallet', 'hold') and name_purposes[n + 2] not in ('wallet', 'hold') then
      outcomes[t + 1] := ledger_post_one(set_config('nova.tenant', tenants[g], true), keys[t + 1], digests[t + 1],
        kinds[t + 1], currencies[t + 1], sessions[t + 1], memos[t + 1], instants[t + 1], name_parties[n + 1],
        name_purposes[n + 1], name_parties[n + 2], name_purposes[n + 2], amounts[e + 1]);
    else
      these := ledger_post_group(tenants[g], patient, keys[t + 1 : t + sizes[g]],
        digests[t + 1 : t + sizes[g]], kinds[t + 1 : t + sizes[g]], currencies[t + 1 : t + sizes[g]],
        sessions[t + 1 : t + sizes[g]], memos[t + 1 : t + sizes[g]], instants[t + 1 : t + sizes[g]],
        name_currencies[n + 1 : n + name_sizes[g]], name_parties[n + 1 : n + name_sizes[g]],
        name_purposes[n + 1 : n + name_sizes[g]], entry_transfers[e + 1 : e + entry_sizes[g]],
        entry_lines[e + 1 : e + entry_sizes[g]], entry_accounts[e + 1 : e + entry_sizes[g]],
        amounts[e + 1 : e + entry_sizes[g]]);
      outcomes := outcomes || coalesce(these, array_fill(null::text, array[sizes[g]]));
    end if;
    t := t + sizes[g];
    n := n + name_sizes[g];
    e := e + entry_sizes[g];
  end loop;
  return outcomes;
end $$;
