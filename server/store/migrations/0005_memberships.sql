-- Counts changes of who is in which group, as `revision` counts changes of the catalogue: together they tell whether what an
-- administrator previewed still holds. Apart from it, because every change of `revision` has every device decided anew.
ALTER TABLE catalogue ADD COLUMN memberships BIGINT NOT NULL DEFAULT 1;
