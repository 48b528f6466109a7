-- Transaction messages as the chargers sent them, for disputes. A message may come before its session does.
create table session_messages (
  tenant_id text not null,
  session_id uuid not null,
  number bigint not null, -- Its place in the event log: the order in which the edge told them.
  at timestamptz(3) not null,
  action text not null,
  raw text not null,
  primary key (tenant_id, session_id, number)
);
select nova_tenant_table('session_messages', 'select, insert');

-- What a site has come to today, and what runs there now.
create index sessions_site_begun on sessions (tenant_id, site_id, started_at) where started_at is not null;
create index sessions_site_running on sessions (tenant_id, site_id) where status in ('started', 'suspended');
