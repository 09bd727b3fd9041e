
/* What has served its time goes: by rule, in small pieces. */

#include "auth.h"


static const ln_stmt_t  codes = {
    .name = "auth_tidy_codes",
    .sql = "DELETE FROM login_code"
           " WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL 2 DAY"
           " ORDER BY created_at"
           " LIMIT 1000"
};

static const ln_stmt_t  attempts = {
    .name = "auth_tidy_attempts",
    .sql = "DELETE FROM sign_in_attempt"
           " WHERE at < UTC_TIMESTAMP(6) - " AUTH_INTERVAL("sign_in.keep")
           " ORDER BY at"
           " LIMIT 1000"
};

/* Who waits for his turn has it within seconds. */

static const ln_stmt_t  turns = {
    .name = "auth_tidy_turns",
    .sql = "DELETE FROM sign_in_turn"
           " WHERE at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY"
           " ORDER BY at"
           " LIMIT 1000"
};

/* Its tokens go with it. */

static const ln_stmt_t  sessions = {
    .name = "auth_tidy_sessions",
    .sql = "DELETE FROM session"
           " WHERE expires_at < UTC_TIMESTAMP(6)"
           " - " AUTH_INTERVAL("sign_in.keep")
           " ORDER BY expires_at"
           " LIMIT 1000"
};


const ln_step_t  auth_tidy_codes[] = {
    { .stmt = &codes },
    { .stmt = NULL }
};

const ln_step_t  auth_tidy_attempts[] = {
    { .stmt = &attempts },
    { .stmt = NULL }
};

const ln_step_t  auth_tidy_turns[] = {
    { .stmt = &turns },
    { .stmt = NULL }
};

const ln_step_t  auth_tidy_sessions[] = {
    { .stmt = &sessions },
    { .stmt = NULL }
};
