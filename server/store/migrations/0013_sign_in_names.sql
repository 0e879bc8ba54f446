-- The other names that a directory takes for a person, and where logins under way come from.

CREATE INDEX users_by_mail ON users (lower(email));
CREATE INDEX user_identities_by_principal_name ON user_identities (lower(principal_name));

-- A keyed hash; an instance of the version before leaves it out, and such a login counts for no network.
ALTER TABLE pending_logins ADD COLUMN network {{text}};
CREATE INDEX pending_logins_by_network ON pending_logins (network);
