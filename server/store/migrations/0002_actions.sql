-- Actions on devices (E9): who asked for a command and why, what came of it; and people's own devices under User
-- Enrollment, which name themselves by Apple's EnrollmentID.

ALTER TABLE devices ADD COLUMN apple_enrollment_id {{text}};
ALTER TABLE devices ADD COLUMN lost_mode BIGINT CHECK (lost_mode IN (0, 1));
ALTER TABLE devices ADD COLUMN reported_lost_at BIGINT;

-- Whose own device enrolls with the link; both or none.
ALTER TABLE enrollment_links ADD COLUMN user_id {{text}} REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE enrollment_links ADD COLUMN managed_account {{text}};

ALTER TABLE commands ADD COLUMN action {{text}};
-- Ids without a reference, as in the audit log, so that a person can be erased.
ALTER TABLE commands ADD COLUMN actor_id {{text}};
ALTER TABLE commands ADD COLUMN approver_id {{text}};
ALTER TABLE commands ADD COLUMN reason {{text}};
ALTER TABLE commands ADD COLUMN result {{blob}};
-- When it was last given to the device; sent_at is the first time.
ALTER TABLE commands ADD COLUMN given_at BIGINT;
-- 1 for orders that a locked device carries out too: they go before what waits for the screen.
ALTER TABLE commands ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1));

CREATE INDEX commands_ordered ON commands (device_id, queued_at, seq) WHERE action IS NOT NULL;
CREATE INDEX commands_ordered_lately ON commands (action, queued_at) WHERE action IS NOT NULL;
CREATE INDEX commands_unanswered ON commands (given_at) WHERE status = 'sent';
CREATE INDEX commands_held ON commands (device_id) WHERE status = 'held';
