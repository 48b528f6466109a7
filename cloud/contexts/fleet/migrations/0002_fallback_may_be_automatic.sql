-- Without a stated fallback the edge chooses one that fits.
alter table chargers alter column fallback_a drop not null;
