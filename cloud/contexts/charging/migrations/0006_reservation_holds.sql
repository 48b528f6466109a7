-- Where nobody coming costs, that much is held before a connector is kept free. `hold_session`: the session that a bill for
-- nobody coming would have; the hold bears its id.
alter table reservations
  add column hold_session uuid,
  add column hold_currency text,
  add column hold_minor bigint check (hold_minor > 0),
  add column let_go_at timestamptz,
  add column failure text,
  add column next_at timestamptz, -- When the worker looks at it again; null: nothing is due.
  drop constraint reservations_status_check,
  add constraint reservations_status_check
    check (status in ('holding', 'asked', 'active', 'used', 'cancelled', 'expired', 'refused')),
  add check ((hold_session is null) = (hold_minor is null) and (hold_minor is null) = (hold_currency is null)),
  add check (hold_session is not null or status <> 'holding');
create index reservations_due on reservations (next_at) where next_at is not null;
create unique index reservations_hold on reservations (tenant_id, hold_session) where hold_session is not null;
