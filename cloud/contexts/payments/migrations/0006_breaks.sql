-- Refunds that two people decided on for a break of reconciliation. `is_surplus`: the provider had taken it beside what our
-- books say of the payment, so it comes out of suspense and not out of what was captured.
alter table payment_refunds
  add column break_id uuid,
  add column is_surplus boolean not null default false,
  add check (not is_surplus or break_id is not null);
create index payment_refunds_break on payment_refunds (tenant_id, break_id) where break_id is not null;
