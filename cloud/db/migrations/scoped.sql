-- The query layer's own scope, apart from the policies of the tables: a tenant's transaction finds each table by a view of
-- the same name that shows and takes its rows alone. Made anew after each migration, for a view keeps the columns it had.
create schema if not exists scoped;
grant usage on schema scoped to nova_app;
do $$
declare
  found record;
begin
  for found in
    select c.relname as name, c.relkind = 'v' as is_view, v.oid is not null as there,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) is not distinct from
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = v.oid and a.attnum > 0 and not a.attisdropped) as is_same
    from pg_class c
    left join pg_class v on v.relname = c.relname and v.relnamespace = 'scoped'::regnamespace
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
  loop
    if found.there and found.is_same then continue; end if;
    execute format('drop view if exists scoped.%I', found.name);
    -- As who asks: the policies and grants of the table hold as before; this comes on top of them.
    execute format('create view scoped.%1$I with (security_invoker = true) as select * from public.%1$I '
      'where tenant_id = (select public.nova_tenant()) %2$s', found.name,
      case when found.is_view then '' else 'with local check option' end);
    execute format('grant select, insert, update, delete on scoped.%I to nova_app', found.name);
  end loop;
end $$;
