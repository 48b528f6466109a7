create table bare (tenant_id text, what text);
create table half (tenant_id text, what text);
select nova_tenant_table('half');
drop policy tenant on half;
create policy tenant on half for select to nova_app using (tenant_id = (select nova_tenant()));
create table unforced (tenant_id text, what text);
select nova_tenant_table('unforced');
alter table unforced no force row level security;
create table homeless (what text);
