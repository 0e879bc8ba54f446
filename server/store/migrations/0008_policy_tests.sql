-- What administrators expect of their policy (C8): files of expectations, as they wrote them.
CREATE TABLE policy_test_files (
    id         {{text}} PRIMARY KEY,
    name       {{text}} NOT NULL,
    name_key   {{text}} NOT NULL,
    content    {{text}} NOT NULL,
    revision   BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- An id without a reference, as in the audit log, so that a person can be erased.
    updated_by {{text}}
);
CREATE UNIQUE INDEX policy_test_file_name_taken ON policy_test_files (name_key);
