-- What a driver may bring at a start. Prices ask for the `name`; a code is typed, once by each driver, and by no more
-- sessions than `most_uses`. A row is never changed but for its end.
create table coupons (
  tenant_id text not null,
  code text not null check (code = upper(code)),
  name text not null,
  valid_from timestamptz,
  valid_until timestamptz,
  most_uses integer not null check (most_uses > 0),
  made_by text not null,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, code)
);
select nova_tenant_table('coupons', 'select, insert, update');

-- A start that comes to nothing gives its coupon back.
create table coupon_uses (
  tenant_id text not null,
  code text not null,
  driver_id text not null,
  session_id uuid not null,
  used_at timestamptz(3) not null default now(),
  primary key (tenant_id, code, driver_id),
  foreign key (tenant_id, code) references coupons (tenant_id, code)
);
create index coupon_uses_session on coupon_uses (tenant_id, session_id);
select nova_tenant_table('coupon_uses', 'select, insert, delete');

-- Newest values that prices ask for and no edge measures: outside temperature, load of the grid. The edges note them,
-- and what they noted counts.
create table signal_values (
  tenant_id text not null,
  site_id text not null,
  name text not null,
  value text not null,
  set_by text not null,
  set_at timestamptz(3) not null default now(),
  primary key (tenant_id, site_id, name)
);
select nova_tenant_table('signal_values', 'select, insert, update');
