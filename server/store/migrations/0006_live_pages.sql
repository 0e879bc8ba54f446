-- Pages that are open follow their device: page_revision counts what they show, and until watched_until somebody may be
-- looking, so that other instances are told of changes.
ALTER TABLE devices ADD COLUMN page_revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN watched_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX devices_watched ON devices (watched_until) WHERE watched_until > 0;
