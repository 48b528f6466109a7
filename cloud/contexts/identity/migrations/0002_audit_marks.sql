-- How far each trail is under a signed head outside the database, and how far it was gone through and found whole.
create table audit_marks (
  tenant_id text primary key,
  sealed bigint not null default 0,
  verified bigint not null default 0,
  verified_hash text not null default repeat('0', 64),
  whole_at timestamptz,
  fault text
);
select nova_tenant_table('audit_marks', 'select, insert, update');
