-- The session that an alarm is about, where it is about one: screens lead there.
alter table alarms add column session_id uuid;
