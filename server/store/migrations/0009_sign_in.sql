-- Signing in (B): one-time links under which people choose their password, what a session was opened with, and attempts
-- that count against further ones.

-- One per person: a new link replaces the one before.
CREATE TABLE password_links (
    user_id     {{text}} PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret_hash {{text}} NOT NULL,
    expires_at  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX password_link_secret_taken ON password_links (secret_hash);

CREATE INDEX users_without_password ON users (sort_key, id) WHERE password_hash IS NULL AND enabled = 1;

-- The kind of browser that opened it, in a word or two; an instance of the version before leaves it out.
ALTER TABLE sessions ADD COLUMN browser {{text}};

-- Failed sign-ins by what they are counted for. Keys are MACs: a name that nobody has may be somebody's password.
CREATE TABLE sign_in_attempts (
    attempt_key {{text}} PRIMARY KEY,
    failures    BIGINT NOT NULL CHECK (failures > 0),
    last_at     BIGINT NOT NULL
);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_at);
