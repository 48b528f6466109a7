-- Who can be told, as identity said.
create table notification_recipients (
  tenant_id text not null,
  user_id uuid not null,
  email text not null,
  roles text[] not null,
  driver_id text,
  language text not null default 'zh' check (language in ('zh', 'en')),
  primary key (tenant_id, user_id)
);
create index notification_recipients_driver on notification_recipients (tenant_id, driver_id);
select nova_tenant_table('notification_recipients');

create table notifications (
  tenant_id text not null,
  id uuid not null,
  user_id uuid not null,
  event_id bigint not null,
  kind text not null,
  facts jsonb not null,
  created_at timestamptz(3) not null default now(),
  read_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, user_id, event_id)
);
create index notifications_newest on notifications (tenant_id, user_id, created_at desc, id desc);
select nova_tenant_table('notifications', 'select, insert, update');

create table mails (
  tenant_id text not null,
  id uuid not null,
  event_id bigint not null,
  recipient text not null,
  subject text not null,
  body text not null,
  status text not null check (status in ('waiting', 'sent', 'dead')),
  tries integer not null default 0,
  last_error text,
  next_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, recipient, event_id)
);
create index mails_due on mails (next_at) where next_at is not null;
select nova_tenant_table('mails', 'select, insert, update');
