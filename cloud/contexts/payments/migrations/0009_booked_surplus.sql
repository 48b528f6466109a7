-- A surplus that lies within what our books say was captured: it stands in suspense as one beside them does, and what is
-- left of the capture shrinks with it.
alter table payment_refunds
  add column is_booked boolean not null default false,
  add check (not is_booked or is_surplus);
