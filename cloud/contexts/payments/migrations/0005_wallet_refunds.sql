-- Money of a wallet that goes back to where its top-ups came from: one row a top-up, one `request_id` a wish.
alter table payment_refunds
  add column request_id uuid,
  add column fee_minor bigint not null default 0 check (fee_minor >= 0),
  add check (fee_minor = 0 or request_id is not null);
create index payment_refunds_request on payment_refunds (tenant_id, request_id) where request_id is not null;
alter table payment_settings add column wallet_refund_fee_percent integer not null default 0
  check (wallet_refund_fee_percent between 0 and 20);
alter table wallet_movements
  drop constraint wallet_movements_kind_check,
  add constraint wallet_movements_kind_check check (kind in ('top-up', 'hold', 'capture', 'release', 'refund', 'pay-out'));
