-- A vehicle that has finished and stands where that costs: since when, from when it costs, and when its driver was told.
-- `next_at`: when the next word is due.
create table idle_notices (
  tenant_id text not null,
  session_id uuid not null,
  idle_from timestamptz(3) not null,
  costs_from timestamptz(3) not null,
  price text not null,
  currency text not null,
  time_zone text not null, -- Of the site, whose clock its driver reads.
  told_at timestamptz(3),
  next_at timestamptz,
  primary key (tenant_id, session_id),
  check (costs_from >= idle_from)
);
create index idle_notices_due on idle_notices (next_at) where next_at is not null;
select nova_tenant_table('idle_notices', 'select, insert, update, delete');
