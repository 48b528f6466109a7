-- The newest version ever taken of each DR event: an older one does not come back, though the limit was lifted or replaced meanwhile.
create table limit_events (
  tenant_id text not null,
  site_id text not null,
  source text not null,
  event_id text not null,
  body jsonb not null,
  taken_at timestamptz not null default now(),
  primary key (tenant_id, site_id, source, event_id)
);
select nova_tenant_table('limit_events');
