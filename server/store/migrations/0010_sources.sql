-- Where people come from besides Baton itself (B2, B3, B10): directories and identity providers, who comes from them, what is
-- read of them, and logins on their way to a provider and back.

CREATE TABLE sources (
    id              {{text}} PRIMARY KEY,
    kind            {{text}} NOT NULL,
    name            {{text}} NOT NULL,
    name_key        {{text}} NOT NULL,
    enabled         BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    -- The whole settings, because there is a password in them.
    sealed_settings {{blob}} NOT NULL,
    revision        BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    sync_minutes    BIGINT CHECK (sync_minutes > 0),
    sync_due_at     BIGINT,
    sync_tried_at   BIGINT,
    synced_at       BIGINT,
    sync_problem    {{text}},
    sync_outcome    {{text}},
    delta_link      {{text}}
);
CREATE UNIQUE INDEX source_name_taken ON sources (name_key);
CREATE INDEX sources_due ON sources (sync_due_at) WHERE sync_due_at IS NOT NULL;

CREATE TABLE source_selections (
    source_id {{text}} NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    kind      {{text}} NOT NULL,
    -- The stable id, or the name where there is none.
    entry_key {{text}} NOT NULL,
    entry_id  {{text}} NOT NULL,
    dn        {{text}} NOT NULL,
    name      {{text}} NOT NULL,
    PRIMARY KEY (source_id, kind, entry_key)
);

CREATE TABLE source_roles (
    source_id {{text}} NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    group_key {{text}} NOT NULL,
    name      {{text}} NOT NULL,
    role      {{text}} NOT NULL,
    PRIMARY KEY (source_id, group_key)
);

-- A user without a row here is a local one.
CREATE TABLE user_identities (
    user_id        {{text}} PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    source_id      {{text}} NOT NULL REFERENCES sources (id),
    authority      {{text}} NOT NULL,
    subject        {{text}} NOT NULL,
    principal_name {{text}},
    gone           BIGINT NOT NULL DEFAULT 0 CHECK (gone IN (0, 1))
);
CREATE UNIQUE INDEX user_identity_taken ON user_identities (source_id, authority, subject);

-- Taken out before it is looked at, so that nobody comes back twice.
CREATE TABLE pending_logins (
    state_hash {{text}} PRIMARY KEY,
    source_id  {{text}} NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    sealed     {{blob}} NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pending_logins_by_end ON pending_logins (expires_at);

CREATE TABLE provider_sessions (
    id_hash      {{text}} PRIMARY KEY REFERENCES sessions (id_hash) ON DELETE CASCADE ON UPDATE CASCADE,
    source_id    {{text}} NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    sealed_token {{blob}} NOT NULL
);
