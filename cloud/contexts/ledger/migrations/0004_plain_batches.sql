-- Most transfers are plain: posted at once, nothing held or resolved, nothing taken from a guarded account. A batch of such
-- needs no decision that leans on other rows but its keys, so that one statement does it all: a single round trip, in a
-- transaction of its own. It takes the tenant as its argument and sets tenant and role for itself; row security holds as
-- everywhere. Each transfer is a list of its own. Returns one outcome each, or null when it cannot decide alone (an
-- account or the chain is not there yet): then nothing was written. Repeating it is harmless.
create function ledger_post_plain(whose text, keys text[], digests text[], kinds text[], currencies text[],
    sessions uuid[], memos text[], instants text[], owners bigint[], lines smallint[], parties text[], purposes text[],
    amounts bigint[])
  returns text[] language plpgsql
  set role = nova_app set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  place bigint;
  last text;
  ids bigint[];
  outcomes text[];
  places bigint[] := array[]::bigint[];
  hashes text[] := array[]::text[];
begin
  perform set_config('nova.tenant', whose, true);
  select h.sequence, h.hash into place, last from ledger_heads h where h.tenant_id = whose for update;
  if not found then return null; end if;
  select array_agg((
      select a.id from ledger_accounts a
       where a.currency = currencies[w.owner] and a.party = w.party and a.purpose = w.purpose and a.tenant_id = whose)
      order by w.nth) into ids
    from unnest(owners, parties, purposes) with ordinality as w (owner, party, purpose, nth);
  if array_position(ids, null) is not null then return null; end if;
  select array_agg(coalesce((
      select case when t.digest = k.digest then 'exists' else 'same-key-other-content' end
        from ledger_transfers t where t.key = k.key and t.tenant_id = whose), 'posted') order by k.nth) into outcomes
    from unnest(keys, digests) with ordinality as k (key, digest, nth);
  for nth in 1 .. cardinality(keys) loop
    if outcomes[nth] = 'posted' then
      place := place + 1;
      last := encode(sha256(convert_to(last || E'\n["' || whose || '",' || place || ',"' || instants[nth] || '","'
        || digests[nth] || '"]', 'UTF8')), 'hex');
      places := places || place;
      hashes := hashes || last;
    else
      places := places || null::bigint;
      hashes := hashes || null::text;
    end if;
  end loop;
  if array_position(outcomes, 'posted') is null then return outcomes; end if;
  with transfers as (
    insert into ledger_transfers
      (tenant_id, sequence, key, digest, kind, phase, resolves, currency, session_id, memo, at, hash)
    select whose, t.place, t.key, t.digest, t.kind, 'posted', null, t.currency, t.session, t.memo, t.at::timestamptz, t.hash
      from unnest(places, keys, digests, kinds, currencies, sessions, memos, instants, hashes)
        as t (place, key, digest, kind, currency, session, memo, at, hash)
     where t.place is not null
  )
  insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
  select whose, places[e.owner], e.line, e.account, e.amount
    from unnest(owners, lines, ids, amounts) as e (owner, line, account, amount)
   where places[e.owner] is not null;
  if 'wallet' = any(purposes) or 'hold' = any(purposes) then
    insert into ledger_guarded as g (tenant_id, account_id, balance_minor)
    select whose, e.account, sum(e.amount)
      from unnest(owners, purposes, ids, amounts) as e (owner, purpose, account, amount)
     where places[e.owner] is not null and e.purpose in ('wallet', 'hold')
     group by e.account order by e.account
    on conflict (tenant_id, account_id) do update set balance_minor = g.balance_minor + excluded.balance_minor;
  end if;
  update ledger_heads h set sequence = place, hash = last where h.tenant_id = whose;
  return outcomes;
end $$;
