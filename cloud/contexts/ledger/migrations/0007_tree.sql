-- Roots of the full subtrees of each tenant's Merkle tree, from 256 leaves on: what a proof needs beside the links around its
-- leaf. Written while the tree grows under `seal`; only kept work: every path is held against the signed root before it
-- counts, and where it does not fit the links are read instead.
create table ledger_tree (
  tenant_id text not null,
  leaves bigint not null check (leaves >= 256), -- A power of two.
  place bigint not null check (place >= 0), -- Of the subtree among those of its size, from 0.
  hash bytea not null check (length(hash) = 32),
  primary key (tenant_id, leaves, place)
);
select nova_tenant_table('ledger_tree', 'select, insert');
create trigger append_only before update or delete on ledger_tree for each row execute function ledger_refuse();
create trigger no_truncate before truncate on ledger_tree for each statement execute function ledger_refuse();
