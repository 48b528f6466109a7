-- The keys of facts are indexed apart from them, some hundred at a time: those of one session then stand side by side
-- when they are written, where one by one each fact changed a page of its own. Up to `keyed` the index has them all.
create table facts_apart (
  sequence integer primary key,
  key text not null,
  body text not null,
  at integer not null,
  hash blob not null
) strict;
insert into facts_apart select sequence, key, body, at, hash from facts order by sequence;

create table fact_keys (key text primary key, sequence integer not null) strict, without rowid;
insert into fact_keys select key, sequence from facts order by key;

drop table facts;
alter table facts_apart rename to facts;

alter table lanes add column keyed integer not null default 0;
update lanes set keyed = (select coalesce(max(sequence), base_sequence) from facts) where lane = 'facts';

-- What a batch changed of many shadows, as one row; folded into `shadows` once in a while.
create table shadow_news (id integer primary key, body text not null) strict;
