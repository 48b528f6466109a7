import type { Database } from './types.ts'

/** Tables that legitimately have no tenant; reviewed here, nowhere else. */
const platformTables = new Set([
  'event_cursors',
  'platform_uses',
  'tenants',
  'login_failures',
  'scheduled_jobs',
  'server_lives'
])

type Table = {
  name: string
  partition: boolean
  tenant: boolean
  enabled: boolean
  forced: boolean
  scoped: boolean
  policies: { name: string; roles: string[]; both: boolean }[] | null
}

/**
 * Compares every table of the schema with the rules of tenancy.
 * @returns what is wrong, one sentence each; empty when all is well
 */
export async function catalogueFaults(database: Pick<Database, 'platform'>): Promise<string[]> {
  const tables = await database.platform('check the catalogue', async (tx) => tx.query<Table>(question))
  return tables.flatMap(faultsOf)
}

function faultsOf(table: Table): string[] {
  const { name, tenant, partition, scoped } = table
  if (name === 'nova_migrations') return [] // The runner's own, without a grant to anybody.
  const listed = platformTables.has(name)
  const whole = tenant && !partition
  const guarded = guards(table, 'nova_app')
  const rules: readonly [broken: boolean, words: string][] = [
    [!table.enabled || !table.forced, 'row-level security is not forced'],
    [!tenant && !partition && !listed, 'has no tenant_id and is not in the list of platform tables'],
    [tenant && listed, 'has a tenant_id but is listed as a platform table'],
    [whole && !guarded, 'no policy for nova_app with both clauses'],
    [whole && !scoped, 'the query layer has no view of it'],
    [!tenant && guarded, 'tenants can see a platform table']
  ]
  return rules.filter(([broken]) => broken).map(([, words]) => `${name}: ${words}`)
}

const guards = (table: Table, role: string): boolean =>
  (table.policies ?? []).some((policy) => policy.roles.includes(role) && policy.both)

const question = `
  select c.relname as name, c.relispartition as partition, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as tenant,
    exists (select from pg_class v where v.relnamespace = to_regnamespace('scoped') and v.relname = c.relname) as scoped,
    (select jsonb_agg(jsonb_build_object('name', p.polname,
        'roles', (select jsonb_agg(r.rolname) from pg_roles r where r.oid = any(p.polroles)),
        'both', p.polqual is not null and p.polwithcheck is not null))
     from pg_policy p where p.polrelid = c.oid) as policies
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p')
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  order by c.relname`
