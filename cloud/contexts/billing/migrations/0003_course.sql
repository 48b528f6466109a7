-- What a bill was rated by beside its readings: states, reservation, groups, coupons, signals. Null: nothing else.
alter table cdrs add column course jsonb;
