-- What a session cost and why, for good.
create table cdrs (
  tenant_id text not null,
  id uuid not null,
  session_id uuid not null,
  site_id text not null,
  charger_id text not null,
  connector_id text not null,
  driver_id text,
  token_uid text,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  energy_wh text not null,
  tariff_id text not null,
  tariff_version integer not null,
  time_zone text not null,
  currency text not null,
  total_minor bigint not null check (total_minor >= 0),
  electricity_minor bigint not null,
  service_minor bigint not null,
  exact_amount text not null,
  lines jsonb not null,
  readings jsonb not null,
  issued_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, session_id),
  check (total_minor = electricity_minor + service_minor)
);
select nova_tenant_table('cdrs', 'select, insert');

create table invoices (
  tenant_id text not null,
  id uuid not null,
  number text not null,
  cdr_id uuid not null,
  session_id uuid not null,
  driver_id text,
  currency text not null,
  total_minor bigint not null,
  issued_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, number),
  unique (tenant_id, cdr_id),
  foreign key (tenant_id, cdr_id) references cdrs (tenant_id, id)
);
create index invoices_newest on invoices (tenant_id, issued_at desc, id);
create index invoices_session on invoices (tenant_id, session_id);
create index invoices_driver on invoices (tenant_id, driver_id, issued_at desc) where driver_id is not null;
select nova_tenant_table('invoices', 'select, insert');

-- Last number given in a year; locked while one is given, so that there are no gaps.
create table invoice_numbers (
  tenant_id text not null,
  year smallint not null,
  last integer not null,
  primary key (tenant_id, year)
);
select nova_tenant_table('invoice_numbers', 'select, insert, update');

create function billing_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'a bill is never changed: % on % is refused', tg_op, tg_table_name
    using errcode = 'restrict_violation';
end $$;
create trigger never_changed before update or delete on cdrs for each row execute function billing_refuse();
create trigger never_changed before update or delete on invoices for each row execute function billing_refuse();
