-- One text for both engines; src/dialect.rs replaces the tokens in double braces: text compares and sorts by bytes, blob
-- holds bytes, append_only adds the triggers that refuse to change or remove rows of the table.
-- Yes and no are 1 and 0. Times are microseconds since 1970. A *_key is a folded name (baton_model::fold).
-- Migrations only expand: an instance of the version before must be able to go on with the new schema.

CREATE TABLE users (
    id            {{text}} PRIMARY KEY,
    user_name     {{text}} NOT NULL,
    name_key      {{text}} NOT NULL,
    display_name  {{text}} NOT NULL,
    sort_key      {{text}} NOT NULL,
    search_key    {{text}} NOT NULL,
    email         {{text}},
    role          {{text}} NOT NULL,
    enabled       BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    epoch         BIGINT NOT NULL,
    revision      BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    password_hash {{text}},
    -- 1 from a new revision on until every device that the user holds is decided with it.
    unsettled     BIGINT NOT NULL DEFAULT 0 CHECK (unsettled IN (0, 1))
);
CREATE UNIQUE INDEX user_name_taken ON users (name_key);
CREATE INDEX users_unsettled ON users (id) WHERE unsettled = 1;
CREATE INDEX users_in_order ON users (sort_key, id);

CREATE TABLE user_groups (
    id          {{text}} PRIMARY KEY,
    name        {{text}} NOT NULL,
    name_key    {{text}} NOT NULL,
    description {{text}} NOT NULL
);
CREATE UNIQUE INDEX user_group_name_taken ON user_groups (name_key);

-- Everyone has no rows here: it is all users.
CREATE TABLE user_group_members (
    group_id {{text}} NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE CHECK (group_id <> 'everyone'),
    user_id  {{text}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX user_groups_of_user ON user_group_members (user_id, group_id);

CREATE TABLE devices (
    id               {{text}} PRIMARY KEY,
    name             {{text}} NOT NULL,
    sort_key         {{text}} NOT NULL,
    search_key       {{text}} NOT NULL,
    name_tag         {{text}} NOT NULL,
    udid             {{text}},
    serial_number    {{text}},
    model_name       {{text}},
    product_name     {{text}},
    os_version       {{text}},
    enrollment_type  {{text}} NOT NULL,
    supervised       BIGINT CHECK (supervised IN (0, 1)),
    ownership        {{text}} NOT NULL,
    shared           BIGINT NOT NULL CHECK (shared IN (0, 1)),
    state            {{text}} NOT NULL,
    holder_id        {{text}} NOT NULL REFERENCES users (id),
    held_since       BIGINT NOT NULL,
    custody_seq      BIGINT NOT NULL,
    clip_generation  BIGINT NOT NULL,
    clip_confirmed   BIGINT NOT NULL,
    revision         BIGINT NOT NULL,
    enrolled_at      BIGINT NOT NULL,
    last_seen_at     BIGINT,
    -- The number of the last command, so that places in the queue are given out under the row's lock.
    command_seq      BIGINT NOT NULL DEFAULT 0,
    -- The revisions that the last decision read; -1 before the first.
    decided_device    BIGINT NOT NULL DEFAULT -1,
    decided_user      BIGINT NOT NULL DEFAULT -1,
    decided_catalogue BIGINT NOT NULL DEFAULT -1,
    -- Whether the device itself changed since; a column, because planners keep count of its values.
    unsettled         BIGINT GENERATED ALWAYS AS (CASE WHEN decided_device = revision THEN 0 ELSE 1 END) STORED
);
CREATE INDEX devices_in_order ON devices (sort_key, id);
CREATE INDEX devices_by_state ON devices (state, sort_key, id);
CREATE INDEX devices_by_udid ON devices (udid) WHERE udid IS NOT NULL;
CREATE INDEX devices_by_holder ON devices (holder_id, sort_key, id);
CREATE INDEX devices_unsettled ON devices (state, id) WHERE unsettled = 1;
CREATE INDEX devices_by_decided_user ON devices (holder_id, state, decided_user);
CREATE INDEX devices_by_decided_catalogue ON devices (state, decided_catalogue);

CREATE TABLE device_groups (
    id          {{text}} PRIMARY KEY,
    name        {{text}} NOT NULL,
    name_key    {{text}} NOT NULL,
    description {{text}} NOT NULL
);
CREATE UNIQUE INDEX device_group_name_taken ON device_groups (name_key);

CREATE TABLE device_group_members (
    group_id  {{text}} NOT NULL REFERENCES device_groups (id) ON DELETE CASCADE,
    device_id {{text}} NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, device_id)
);
CREATE INDEX device_groups_of_device ON device_group_members (device_id, group_id);

CREATE TABLE clip_generations (
    device_id   {{text}} NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    generation  BIGINT NOT NULL,
    secret_hash {{text}} NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (device_id, generation)
);
CREATE UNIQUE INDEX clip_secret_taken ON clip_generations (secret_hash);

CREATE TABLE enrollment_links (
    id          {{text}} PRIMARY KEY,
    secret_hash {{text}} NOT NULL,
    label       {{text}} NOT NULL,
    uses_left   BIGINT NOT NULL CHECK (uses_left >= 0),
    expires_at  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX enrollment_link_secret_taken ON enrollment_links (secret_hash);
CREATE INDEX enrollment_links_in_order ON enrollment_links (created_at, id);

CREATE TABLE enrollments (
    id           {{text}} PRIMARY KEY,
    link_id      {{text}} REFERENCES enrollment_links (id) ON DELETE SET NULL,
    device_id    {{text}} REFERENCES devices (id) ON DELETE CASCADE,
    fingerprint  {{text}} NOT NULL,
    topic        {{text}} NOT NULL,
    push_token   {{blob}},
    push_magic   {{text}},
    unlock_token {{blob}},
    state        {{text}} NOT NULL,
    created_at   BIGINT NOT NULL,
    -- The outbox of pushes: since when one is due, and before when not to try.
    push_due_at     BIGINT,
    push_attempts   BIGINT NOT NULL DEFAULT 0,
    push_not_before BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX enrollment_fingerprint_taken ON enrollments (fingerprint);
CREATE INDEX enrollments_of_device ON enrollments (device_id, created_at, id);
CREATE INDEX enrollments_of_link ON enrollments (link_id);
CREATE INDEX enrollments_offered ON enrollments (created_at) WHERE state = 'offered';
CREATE INDEX pushes_due ON enrollments (push_due_at) WHERE push_due_at IS NOT NULL;

CREATE TABLE catalogue (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL
);

CREATE TABLE items (
    id          {{text}} PRIMARY KEY,
    kind        {{text}} NOT NULL,
    is_app      BIGINT NOT NULL CHECK (is_app IN (0, 1)),
    name        {{text}} NOT NULL,
    name_key    {{text}} NOT NULL,
    search_key  {{text}} NOT NULL,
    description {{text}} NOT NULL,
    content     {{text}} NOT NULL,
    revision    BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX item_name_taken ON items (is_app, name_key);
CREATE INDEX items_in_order ON items (name_key, id);

CREATE TABLE distributions (
    item_id  {{text}} PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
    scope    {{text}} NOT NULL,
    filters  {{text}} NOT NULL,
    revision BIGINT NOT NULL
);

-- One row per included or excluded group or user; a group that is deleted takes its rows along.
CREATE TABLE distribution_targets (
    item_id         {{text}} NOT NULL REFERENCES distributions (item_id) ON DELETE CASCADE,
    excluded        BIGINT NOT NULL CHECK (excluded IN (0, 1)),
    user_group_id   {{text}} REFERENCES user_groups (id) ON DELETE CASCADE,
    device_group_id {{text}} REFERENCES device_groups (id) ON DELETE CASCADE,
    user_id         {{text}} REFERENCES users (id) ON DELETE CASCADE,
    CHECK (
        CASE WHEN user_group_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN device_group_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN user_id IS NULL THEN 0 ELSE 1 END = 1
    )
);
CREATE INDEX distribution_targets_of_item ON distribution_targets (item_id);
CREATE INDEX distribution_targets_by_user_group ON distribution_targets (user_group_id) WHERE user_group_id IS NOT NULL;
CREATE INDEX distribution_targets_by_device_group ON distribution_targets (device_group_id) WHERE device_group_id IS NOT NULL;
CREATE INDEX distribution_targets_by_user ON distribution_targets (user_id) WHERE user_id IS NOT NULL;

-- No reference to items: what is on a device outlives its item in the catalogue.
CREATE TABLE device_items (
    device_id  {{text}} NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    item_id    {{text}} NOT NULL,
    rendering  {{text}} NOT NULL,
    is_app     BIGINT NOT NULL CHECK (is_app IN (0, 1)),
    identifier {{text}} NOT NULL,
    label      {{text}} NOT NULL,
    presence   {{text}} NOT NULL,
    progress   {{text}} NOT NULL,
    removable  BIGINT NOT NULL CHECK (removable IN (0, 1)),
    failure    {{text}},
    failures   BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (device_id, item_id, rendering)
);
CREATE INDEX device_items_of_item ON device_items (item_id, presence, device_id);

CREATE TABLE handovers (
    id          {{text}} PRIMARY KEY,
    device_id   {{text}} NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    kind        {{text}} NOT NULL,
    from_user   {{text}} NOT NULL,
    to_user     {{text}} NOT NULL,
    state       {{text}} NOT NULL,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX handover_under_way ON handovers (device_id) WHERE state = 'in-progress';
CREATE INDEX handovers_of_device ON handovers (device_id, started_at, id);

CREATE TABLE commands (
    id            {{text}} PRIMARY KEY,
    device_id     {{text}} NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    enrollment_id {{text}} NOT NULL REFERENCES enrollments (id) ON DELETE CASCADE,
    seq           BIGINT NOT NULL,
    handover_id   {{text}} REFERENCES handovers (id) ON DELETE SET NULL,
    item_id       {{text}},
    rendering     {{text}},
    kind          {{text}} NOT NULL,
    identifier    {{text}},
    label         {{text}} NOT NULL,
    search_key    {{text}} NOT NULL,
    body          {{blob}},
    status        {{text}} NOT NULL,
    deliveries    BIGINT NOT NULL DEFAULT 0,
    not_before    BIGINT NOT NULL,
    queued_at     BIGINT NOT NULL,
    sent_at       BIGINT,
    answered_at   BIGINT,
    error         {{text}}
);
CREATE UNIQUE INDEX command_seq_taken ON commands (device_id, seq);
CREATE INDEX commands_in_queue ON commands (enrollment_id, seq, not_before) WHERE status IN ('queued', 'sent', 'not-now');
CREATE INDEX commands_open ON commands (device_id, seq) WHERE status IN ('queued', 'sent', 'not-now');
CREATE INDEX commands_in_order ON commands (queued_at, seq, id);
CREATE INDEX commands_of_device ON commands (device_id, queued_at, seq, id);
CREATE INDEX commands_of_enrollment ON commands (enrollment_id);
CREATE INDEX commands_of_handover ON commands (handover_id) WHERE handover_id IS NOT NULL;

-- Holders and actors are ids without a reference, so that a person can be erased and the chain still holds.
CREATE TABLE custody (
    device_id    {{text}} NOT NULL REFERENCES devices (id),
    seq          BIGINT NOT NULL CHECK (seq > 0),
    at           BIGINT NOT NULL,
    holder_id    {{text}} NOT NULL,
    cause        {{text}} NOT NULL,
    actor_id     {{text}},
    previous_mac {{text}} NOT NULL,
    mac          {{text}} NOT NULL
);
CREATE UNIQUE INDEX custody_seq_taken ON custody (device_id, seq);
{{append_only custody}}

CREATE TABLE sessions (
    id_hash      {{text}} PRIMARY KEY,
    user_id      {{text}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind         {{text}} NOT NULL,
    device_id    {{text}} REFERENCES devices (id) ON DELETE CASCADE,
    user_epoch   BIGINT NOT NULL,
    opened_at    BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id, opened_at);
CREATE INDEX sessions_of_device ON sessions (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE settings (
    name  {{text}} PRIMARY KEY,
    value {{text}} NOT NULL
);

CREATE TABLE audit (
    id          {{text}} PRIMARY KEY,
    at          BIGINT NOT NULL,
    actor_id    {{text}},
    action      {{text}} NOT NULL,
    allowed     BIGINT NOT NULL CHECK (allowed IN (0, 1)),
    target_kind {{text}} NOT NULL,
    target_id   {{text}} NOT NULL,
    detail      {{text}} NOT NULL,
    search_key  {{text}} NOT NULL
);
CREATE INDEX audit_in_order ON audit (at, id);
CREATE INDEX audit_by_actor ON audit (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_by_target ON audit (target_kind, target_id, at, id);

-- What is built in. The references of the last table keep it from being deleted.
INSERT INTO users (id, user_name, name_key, display_name, sort_key, search_key, role, enabled, epoch, revision, created_at)
VALUES ('nobody', 'nobody', 'nobody', 'Nobody', 'nobody', 'nobody nobody', 'user', 1, 1, 1, 0);
INSERT INTO user_groups (id, name, name_key, description)
VALUES ('everyone', 'Everyone', 'everyone', 'All users, Nobody included');
INSERT INTO catalogue (id, revision) VALUES (1, 1);
INSERT INTO items (id, kind, is_app, name, name_key, search_key, description, content, revision, updated_at)
VALUES (
    'secure-sign-in', 'secureSignIn', 0, 'Multi-user Secure Sign-in for iOS', 'multi-user secure sign-in for ios',
    'multi-user secure sign-in for ios', '',
    '{"kind":"secureSignIn","label":"Baton","helpContact":"","checklist":[],"nobodyOverridden":false}', 1, 0
);
INSERT INTO distributions (item_id, scope, filters, revision) VALUES ('secure-sign-in', 'no-devices', '[]', 1);
CREATE TABLE built_in (
    user_id       {{text}} NOT NULL REFERENCES users (id),
    user_group_id {{text}} NOT NULL REFERENCES user_groups (id),
    item_id       {{text}} NOT NULL REFERENCES items (id)
);
INSERT INTO built_in (user_id, user_group_id, item_id) VALUES ('nobody', 'everyone', 'secure-sign-in');
