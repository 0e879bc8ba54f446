-- The next command is the first urgent one: without that order in the index, each answer sorts everything that is open.
DROP INDEX commands_in_queue;
CREATE INDEX commands_in_queue ON commands (enrollment_id, urgent DESC, seq, not_before) WHERE status IN ('queued', 'sent', 'not-now');
