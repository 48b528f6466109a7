-- Groups by which the edge priced a session from its start, as it told them; null: it told none (edges of before).
alter table sessions add column price_groups text[];
