-- What the cloud answered about tokens that its list does not name, for the time without it. `token` null: it knows none.
create table token_answers (
  uid text primary key collate nocase,
  token text,
  accepted integer not null,
  said_at integer not null,
  list_version integer not null
) strict;
create index token_answers_by_use on token_answers (accepted, said_at);
