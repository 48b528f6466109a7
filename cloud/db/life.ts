const lock = 0x6c696665 // "life"

/**
 * What each new connection says first: it notes the server's life when it is the first of ours to it, before anything else
 * is done on it, so that the fate of a transaction of an earlier life can be told (`commit.ts`). The lock keeps a second
 * connection from taking a number before the first has noted which one is next. Before the first migration there is no
 * place.
 */
export const lifeNote = `do $life$
begin
  if to_regclass('public.server_lives') is null then return; end if;
  set local role nova_platform;
  if exists (select from public.server_lives where since = pg_postmaster_start_time()) then return; end if;
  perform pg_advisory_xact_lock(${lock});
  insert into public.server_lives (since, first_xid)
    select pg_postmaster_start_time(), pg_snapshot_xmax(pg_current_snapshot())
    on conflict (since) do nothing;
end $life$`
