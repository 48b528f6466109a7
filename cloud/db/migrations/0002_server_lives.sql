-- Each start of the server, noted by the first of our connections to it: the first transaction number that is new.
-- A crash takes back the numbers that had not reached the log, and the next life gives them to others (`commit.ts`).
create table server_lives (
  id bigint generated always as identity primary key,
  since timestamptz not null unique,
  first_xid xid8 not null,
  noted_at timestamptz not null default now()
);
select nova_platform_table('server_lives', 'select, insert');
