-- A rule that is checked at the commit, as the ledger's zero sum is.
create table ruled (tenant_id text not null, word integer not null);
select nova_tenant_table('ruled');
create function ruled_check() returns trigger language plpgsql as $$
begin
  if new.word < 0 then raise exception 'never below zero'; end if;
  return null;
end $$;
create constraint trigger ruled_check after insert on ruled deferrable initially deferred
  for each row execute function ruled_check();
