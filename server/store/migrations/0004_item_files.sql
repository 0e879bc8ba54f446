-- Files of items (an icon, an uploaded profile), sealed. The item's content names its file by digest.
CREATE TABLE item_files (
    item_id {{text}} NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    digest  {{text}} NOT NULL,
    content {{blob}} NOT NULL,
    PRIMARY KEY (item_id, digest)
);

-- Files from forms that were refused, sealed, so that nobody has to choose them again.
CREATE TABLE uploads (
    id         {{text}} PRIMARY KEY,
    user_id    {{text}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       {{text}} NOT NULL,
    content    {{blob}} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX uploads_of_user ON uploads (user_id, created_at, id);
CREATE INDEX uploads_by_age ON uploads (created_at);
