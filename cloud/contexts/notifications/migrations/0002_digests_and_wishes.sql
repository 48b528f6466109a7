-- What a person does not want by mail, by the name of the wish.
alter table notification_recipients add column unmailed text[] not null default '{}';

-- Reviews of a site are told at once when it was quiet, then gathered: one message an hour at the most.
create table review_digests (
  tenant_id text not null,
  site_id text not null,
  told_at timestamptz,
  told_session text, -- Other doubts about the session that was told of are no news.
  last_event bigint not null,
  next_at timestamptz,
  primary key (tenant_id, site_id)
);
create index review_digests_due on review_digests (next_at) where next_at is not null;
select nova_tenant_table('review_digests', 'select, insert, update');
