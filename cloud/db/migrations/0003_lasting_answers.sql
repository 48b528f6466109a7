-- What moved money is answered the same for ever; what only asked something of a charger is forgotten after two days.
alter table idempotency_keys add column lasting boolean not null default true;
drop index idempotency_keys_age;
create index idempotency_keys_age on idempotency_keys (begun_at) where not lasting;
