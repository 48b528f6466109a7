-- When whom is settled by itself. `next_date`: the first day that no run of this schedule has covered yet.
create table settlement_schedules (
  tenant_id text not null,
  id text not null,
  period text not null check (period in ('day', 'week', 'month')),
  parties text[] not null, -- Empty: everybody whom no other schedule names.
  site_id text,            -- Whose zone divides the days; none: `time_zone` does.
  time_zone text not null,
  hold_back_percent text not null,
  closes boolean not null,
  pays boolean not null,
  active boolean not null,
  next_date date not null,
  problem text,            -- Why the last run could not be closed or paid.
  primary key (tenant_id, id)
);
select nova_tenant_table('settlement_schedules');

-- Two schedules may have runs over the same days, of other parties.
alter table settlements
  add column schedule_id text,
  drop constraint settlements_tenant_id_first_date_last_date_time_zone_key;
create unique index settlements_days on settlements
  (tenant_id, coalesce(schedule_id, ''), first_date, last_date, time_zone);
