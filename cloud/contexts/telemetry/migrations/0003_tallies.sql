-- What has happened so far, for figures that only grow. Each thing is counted once, however often it is told.
create table tallied (
  tenant_id text not null,
  kind text not null,
  key text not null,
  wh numeric not null default 0,
  primary key (tenant_id, kind, key)
);
select nova_tenant_table('tallied', 'select, insert, update');

create table tallies (
  tenant_id text not null,
  kind text not null,
  count bigint not null,
  wh numeric not null,
  primary key (tenant_id, kind)
);
select nova_tenant_table('tallies', 'select, insert, update');
