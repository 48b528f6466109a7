-- Which process began the call: a key whose process is gone is free at once. Null: begun before there was a note of it.
alter table idempotency_keys add column holder integer;
