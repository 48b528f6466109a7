-- Public keys of meters. A key is ended by its date, never changed: what it has judged stays explained.
create table meter_keys (
  tenant_id text not null,
  id uuid not null,
  serial text not null,
  charger_id text, -- Sessions of this charger need a proof from the key's first day on.
  curve text not null,
  spki_hex text not null,
  valid_from timestamptz(3) not null,
  valid_until timestamptz(3),
  entered_by text not null,
  entered_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  unique (serial, spki_hex, valid_from, tenant_id),
  check (valid_until is null or valid_until > valid_from)
);
create index meter_keys_charger on meter_keys (tenant_id, charger_id) where charger_id is not null;
select nova_tenant_table('meter_keys', 'select, insert, update');

-- `raw` is the whole record as it came; `digest` that of the signed payload alone, or of everything when it cannot be read.
create table signed_records (
  tenant_id text not null,
  session_id uuid not null,
  digest text not null,
  charger_id text not null,
  context text,
  raw text not null,
  at timestamptz(3) not null,
  meter_serial text,
  verdict text not null check (verdict in ('genuine', 'not-genuine', 'no-key', 'unreadable', 'replayed')),
  key_id uuid,
  received_at timestamptz(3) not null default now(),
  primary key (tenant_id, session_id, digest)
);
-- A payload belongs to the session that brought it first.
create unique index signed_records_once on signed_records (digest, tenant_id) where verdict <> 'replayed';
create index signed_records_waiting on signed_records (tenant_id, meter_serial) where verdict = 'no-key';
select nova_tenant_table('signed_records', 'select, insert, update');
