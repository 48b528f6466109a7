-- When a hold began: channels that take its money at once book it on that day, however long it stands.
alter table reconciliation_movements add column held_at timestamptz(3);
