-- The doing of a person that a command belongs to, as W3C writes it. An order may be traced before its command is sent.
create table command_traces (
  tenant_id text not null,
  command_id uuid not null,
  traceparent text not null,
  primary key (tenant_id, command_id)
);
select nova_tenant_table('command_traces', 'select, insert');
