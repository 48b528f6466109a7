-- The newest picture of a site's power, for screens that are opened after a restart or while its edge is silent.
alter table edges add column picture jsonb;
alter table edges add column picture_heard_at timestamptz;
