
/* The password once more, and notices of an account: see auth_proof.h. */

#include "auth_proof.h"


static void proof_work(void *data);
static ngx_int_t proof_worked(ln_request_t *lr, void *data);


const ln_column_t  auth_tried_columns[] = {
    [AUTH_FAILURES] = { .name = "failures", .type = LN_INTEGER },
    [AUTH_SINCE] = { .name = "since", .type = LN_INTEGER, .nullable = 1 },
    [AUTH_FREE] = { .name = "free", .type = LN_INTEGER },
    [AUTH_DELAY] = { .name = "delay", .type = LN_INTEGER },
    [AUTH_DELAY_MOST] = { .name = "delay_most", .type = LN_INTEGER },
    { .name = NULL }
};


/* Of many at once each waits here, and then sees what those before it did. */

const ln_stmt_t  auth_turn = {
    .name = "auth_turn",
    .sql = "INSERT INTO sign_in_turn"
           " (subject_index,"
            " at)"
           " VALUES"
           " (:subject_index,"
            " UTC_TIMESTAMP(6))"
           " ON DUPLICATE KEY UPDATE at = UTC_TIMESTAMP(6)"
};

const ln_stmt_t  auth_proof_tried = {
    .name = "auth_proof_tried",
    .sql = "SELECT" AUTH_PROOF_COLUMNS,
    .columns = auth_tried_columns
};


/* Pure, because a deadlock brings it round again. */

ngx_int_t
auth_tried_check(ln_request_t *lr, const ln_value_t *row)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));
    if (ctx == NULL) {
        return auth_broken(lr);
    }

    ctx->wait = auth_wait(row);

    return auth_set_text(lr, "outcome", ctx->wait > 0 ? "throttled"
                                        : ctx->right ? "accepted"
                                        : "refused") == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_proof_subject(ln_request_t *lr, const u_char account[16])
{
    u_char     id[36];
    ngx_str_t  text;

    text.data = id;
    text.len = ln_uuid_print(id, account) - id;

    return auth_set_index(lr, "subject_index", "account.id", &text);
}


ngx_int_t
auth_proof(ln_request_t *lr, const ln_value_t *hash,
    const ln_value_t *password)
{
    auth_ctx_t    *ctx;
    auth_proof_t  *proof;

    ctx = auth_ctx(ln_http_request(lr));
    proof = ngx_pcalloc(ln_pool(lr), sizeof(auth_proof_t));

    if (ctx == NULL || proof == NULL) {
        return auth_broken(lr);
    }

    ctx->work = proof;
    proof->npassword = ngx_min(password->string.len, AUTH_PASSWORD_OCTETS);
    ngx_memcpy(proof->password, password->string.data, proof->npassword);

    if (hash->set && hash->string.len < AUTH_PASSWORD_HASH) {
        ngx_memcpy(proof->hash, hash->string.data, hash->string.len);
        proof->known = 1;
    }

    return ln_task(lr, "legalnet_cpu", proof_work, proof_worked, proof);
}


static void
proof_work(void *data)
{
    auth_proof_t *proof = data;

    proof->right = auth_password_verify(proof->known ? proof->hash : NULL,
                                        proof->password, proof->npassword);
    auth_wipe(proof->password, sizeof(proof->password));
}


static ngx_int_t
proof_worked(ln_request_t *lr, void *data)
{
    auth_proof_t *proof = data;

    auth_ctx(ln_http_request(lr))->right = proof->right && proof->known;

    return NGX_OK;
}


ngx_uint_t
auth_proof_same(const auth_proof_t *proof, const ln_value_t *hash)
{
    return hash->set && hash->string.len == ngx_strlen(proof->hash)
           && ngx_memcmp(hash->string.data, proof->hash, hash->string.len)
              == 0;
}


ngx_int_t
auth_notify_phone(ln_request_t *lr, const ln_value_t *phone)
{
    ngx_str_t  text;

    if (!phone->set) {
        return NGX_OK;
    }

    if (ln_unseal(lr, "account.phone", phone, &text) != NGX_OK) {
        return auth_broken(lr);
    }

    return auth_notify_text(lr, (char *) text.data, text.len);
}


ngx_int_t
auth_notify_text(ln_request_t *lr, const char *phone, size_t len)
{
    u_char  notice[16];

    ln_uuid7(notice);

    return auth_set_uuid(lr, "notice", notice) == NGX_OK
           && auth_set_bytes(lr, "notify", phone, len) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


#define NOTIFY(template, whose)                                               \
    "INSERT INTO outbox"                                                      \
    " (id,"                                                                   \
     " template,"                                                             \
     " locale,"                                                               \
     " account_id,"                                                           \
     " recipient,"                                                            \
     " due_at,"                                                               \
     " expires_at,"                                                           \
     " created_at,"                                                           \
     " updated_at)"                                                           \
    " SELECT :notice,"                                                        \
           " '" template "',"                                                 \
           " a.locale,"                                                       \
           " " whose ","                                                      \
           " :notify,"                                                        \
           " UTC_TIMESTAMP(6),"                                               \
           " UTC_TIMESTAMP(6) + INTERVAL 2 DAY,"                              \
           " UTC_TIMESTAMP(6),"                                               \
           " UTC_TIMESTAMP(6)"                                                \
    " FROM account a"

/*
 * Before the session is opened.  The first device is no news, and one that
 * has no name is always new.
 */

const ln_stmt_t  auth_notify_device = {
    .name = "auth_notify_device",
    .sql = NOTIFY("new_sign_in", "a.id")
           " WHERE a.id = :account"
             " AND EXISTS (SELECT 1"
                         " FROM session e"
                         " WHERE e.account_id = a.id)"
             " AND NOT EXISTS (SELECT 1"
                             " FROM session k"
                             " WHERE k.account_id = a.id"
                               " AND k.device_index = :device_index)"
};

const ln_stmt_t  auth_notify_password = {
    .name = "auth_notify_password",
    .sql = NOTIFY("password_changed", "a.id")
           " WHERE a.id = :self"
};

/*
 * To the very number that it was, not to one that whoever took the account may
 * have named since; unless the person does not want texts at all.
 */

const ln_stmt_t  auth_notify_moved = {
    .name = "auth_notify_moved",
    .sql = NOTIFY("phone_changed", "(SELECT p.account_id"
                                   " FROM contact_preference p"
                                   " WHERE p.account_id = a.id"
                                     " AND p.may_text = 0)")
           " WHERE a.id = :self"
};

const ln_stmt_t  auth_notify_reset = {
    .name = "auth_notify_reset",
    .sql = NOTIFY("account_reset", "a.id")
           " WHERE a.id = :id"
};

/* Whoever has an open page for a minute could leave himself a way in. */

const ln_stmt_t  auth_notify_bound = {
    .name = "auth_notify_bound",
    .sql = NOTIFY("identity_bound", "a.id")
           " WHERE a.id = :self"
};
