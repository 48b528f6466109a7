-- TimescaleDB gives the pieces of a hypertable the grants of the whole but not its policies, in a schema that
-- everybody may enter: a tenant that named a piece would see all tenants' rows. So they move to a schema of ours that
-- only the owner may enter; through the hypertable nothing changes. Does nothing for native partitions.
do $$
begin
  if (select relkind from pg_class where oid = 'samples'::regclass) = 'p' then return; end if;
  create schema nova_samples;
  alter table samples no force row level security; -- The owner copies all tenants' rows.
  alter table samples rename to samples_open;
  create table samples (like samples_open including defaults including constraints);
  perform create_hypertable('samples', 'at', chunk_time_interval => interval '7 days', associated_schema_name => 'nova_samples');
  insert into samples select * from samples_open;
  drop table samples_open;
  create index samples_site on samples (tenant_id, site_id, at);
  create index samples_session on samples (tenant_id, session_id, at) where session_id is not null;
  perform nova_tenant_table('samples', 'select, insert');
end $$;
