-- Passkeys and re-authentication (B8).

CREATE TABLE passkeys (
    id         {{text}} PRIMARY KEY,
    user_id    {{text}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The credential id that its authenticator chose: unique among everybody's.
    credential {{blob}} NOT NULL,
    -- The public key, and what changes with each use.
    public_key {{blob}} NOT NULL,
    state      {{blob}} NOT NULL,
    name       {{text}} NOT NULL,
    is_synced  BIGINT NOT NULL CHECK (is_synced IN (0, 1)),
    created_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE UNIQUE INDEX passkey_credential_taken ON passkeys (credential);
CREATE INDEX passkeys_of_user ON passkeys (user_id, created_at, id);

-- Challenges that were answered rightly, until they expire: each is good once. Those that nobody answers leave no row.
CREATE TABLE used_challenges (
    challenge_hash {{text}} PRIMARY KEY,
    expires_at     BIGINT NOT NULL
);
CREATE INDEX used_challenges_by_end ON used_challenges (expires_at);

-- When whoever has the session last proved who they are; an instance of the version before leaves it out, and such a
-- session is not confirmed.
ALTER TABLE sessions ADD COLUMN confirmed_at BIGINT;
