-- What the driver wants of the session: {"energyWh", "departAt"}; null: nobody said. It goes to the edge with the start.
alter table orders add column wish jsonb;
