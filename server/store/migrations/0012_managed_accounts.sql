-- Managed Apple Accounts (B4).

-- A user without a row here has none, and no pattern that should give one.
CREATE TABLE managed_accounts (
    user_id     {{text}} PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    account     {{text}},
    -- Folded: no two people have the same.
    account_key {{text}},
    by_hand     BIGINT NOT NULL CHECK (by_hand IN (0, 1)),
    problem     {{text}},
    -- Which rule gave it; none by hand.
    rule        {{text}},
    CHECK ((account IS NULL) = (account_key IS NULL))
);
CREATE UNIQUE INDEX managed_account_taken ON managed_accounts (account_key);
CREATE INDEX managed_accounts_with_problem ON managed_accounts (user_id) WHERE problem IS NOT NULL;
