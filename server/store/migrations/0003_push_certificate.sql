-- The certificate that allows pushes through Apple's push service, and the request for the next one. One row each at
-- most: an organisation has one topic. Keys are sealed.
CREATE TABLE push_certificate (
    id             BIGINT PRIMARY KEY CHECK (id = 1),
    fingerprint    {{text}} NOT NULL,
    topic          {{text}} NOT NULL,
    certificate    {{text}} NOT NULL,
    sealed_key     {{blob}} NOT NULL,
    issuer         {{text}} NOT NULL,
    -- The Apple Account that it was made with, as the administrator noted it. May be empty.
    apple_account  {{text}} NOT NULL,
    not_before     BIGINT NOT NULL,
    not_after      BIGINT NOT NULL,
    installed_at   BIGINT NOT NULL,
    -- When Apple last took a push; when and how pushes last failed as a whole.
    working_at     BIGINT,
    failed_at      BIGINT,
    failure        {{text}},
    failure_reason {{text}}
);

-- Every topic that a certificate ever had: pushes under it are Apple's business, also while there is no certificate.
CREATE TABLE push_topics (
    topic {{text}} PRIMARY KEY
);

CREATE TABLE push_certificate_request (
    id         BIGINT PRIMARY KEY CHECK (id = 1),
    request    {{text}} NOT NULL,
    sealed_key {{blob}} NOT NULL,
    made_at    BIGINT NOT NULL
);

-- When the token came, and why it is of no use, if it is not.
ALTER TABLE enrollments ADD COLUMN push_token_at BIGINT;
ALTER TABLE enrollments ADD COLUMN push_problem {{text}};
ALTER TABLE enrollments ADD COLUMN push_problem_at BIGINT;
CREATE INDEX enrollments_unreachable ON enrollments (device_id) WHERE push_problem IS NOT NULL;
CREATE INDEX enrollments_by_topic ON enrollments (topic, state);
