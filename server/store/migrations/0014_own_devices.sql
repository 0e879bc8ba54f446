-- Who may enrol devices of their own (B5), where an administrator said so; for everybody else a setting says it.

CREATE TABLE own_device_permissions (
    user_id {{text}} PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    allowed BIGINT NOT NULL CHECK (allowed IN (0, 1))
);
