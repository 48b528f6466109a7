-- Foreign keys look a row up by (tenant_id, sequence) or (tenant_id, id). While a table has no statistics, every other
-- index that begins with tenant_id looks just as good to the planner, and the plan that is kept then reads the whole
-- tenant for each entry. The same rules with the tenant last leave one index that begins with it.
alter table ledger_transfers
  drop constraint ledger_transfers_tenant_id_key_key, add constraint ledger_transfers_key unique (key, tenant_id),
  drop constraint ledger_transfers_tenant_id_resolves_key,
  add constraint ledger_transfers_resolves unique (resolves, tenant_id);
drop index ledger_transfers_session;
create index ledger_transfers_session on ledger_transfers (session_id, tenant_id);
alter table ledger_accounts
  drop constraint ledger_accounts_tenant_id_currency_party_purpose_key,
  add constraint ledger_accounts_name unique (currency, party, purpose, tenant_id);
drop index ledger_entries_account;
create index ledger_entries_account on ledger_entries (account_id, sequence);
