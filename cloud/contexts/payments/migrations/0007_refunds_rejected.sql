-- A refund that waits for a second person may be said no to; of a wallet's, the money is free again.
alter table payment_refunds
  add column rejected_by text,
  drop constraint payment_refunds_status_check,
  add constraint payment_refunds_status_check check (status in ('proposed', 'asked', 'done', 'failed', 'rejected')),
  add check ((status = 'rejected') = (rejected_by is not null));
-- The desk looks for what waits, over all payments.
create index payment_refunds_status on payment_refunds (tenant_id, status, created_at desc);
