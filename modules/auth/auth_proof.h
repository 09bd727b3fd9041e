
/*
 * What the routes share that ask a signed-in person for his password again, or
 * tell him what happened to his account.
 */

#ifndef _AUTH_PROOF_H_INCLUDED_
#define _AUTH_PROOF_H_INCLUDED_


#include "auth.h"
#include "auth_password.h"


/*
 * Failures of :subject_index by password, whatever the device: five columns in
 * the order of auth_wait().
 */
#define AUTH_PROOF_FAILED                                                     \
    " FROM sign_in_attempt t"                                                 \
    " WHERE t.subject_index = :subject_index"                                 \
      " AND t.method = 'password'"                                            \
      " AND t.accepted = 0"                                                   \
      " AND t.at > UTC_TIMESTAMP(6) - " AUTH_INTERVAL("sign_in.window")

#define AUTH_PROOF_COLUMNS                                                    \
    " (SELECT COUNT(*)" AUTH_PROOF_FAILED ") AS failures,"                    \
    " (SELECT TIMESTAMPDIFF(SECOND, MAX(t.at), UTC_TIMESTAMP(6))"             \
    AUTH_PROOF_FAILED ") AS since,"                                           \
    " " AUTH_RULE("sign_in.failures") " AS free,"                             \
    " " AUTH_RULE("sign_in.delay") " AS delay,"                               \
    " " AUTH_RULE("sign_in.delay_most") " AS delay_most"

/* The same again in the transaction, after auth_turn. */
extern const ln_column_t  auth_tried_columns[];
extern const ln_stmt_t    auth_proof_tried;

/* outcome: `throttled`, else `accepted` or `refused` as ctx->right says. */
ngx_int_t auth_tried_check(ln_request_t *lr, const ln_value_t *row);

/* subject_index of the account itself, not of a name or phone. */
ngx_int_t auth_proof_subject(ln_request_t *lr, const u_char account[16]);


/* A password against a hash, in a thread; then ctx->right. */
typedef struct {
    char          hash[AUTH_PASSWORD_HASH];
    char          password[AUTH_PASSWORD_OCTETS];
    size_t        npassword;
    unsigned      known:1;
    unsigned      right:1;
} auth_proof_t;

/* `hash` as of a look-up, perhaps NULL; ctx->work is the auth_proof_t. */
ngx_int_t auth_proof(ln_request_t *lr, const ln_value_t *hash,
    const ln_value_t *password);

/* Is this still the hash that the password was compared with? */
ngx_uint_t auth_proof_same(const auth_proof_t *proof, const ln_value_t *hash);


/*
 * Notices of the account itself go to the phone that :notify holds, as outbox
 * row :notice; steps with .when = "… notify", because not everybody has one.
 */
#define AUTH_NOTIFY                                                           \
    { .name = "notice", .type = LN_UUID, .in = LN_COMPUTED },                 \
    { .name = "notify", .type = LN_STRING, .in = LN_COMPUTED,                 \
      .seal = "outbox.recipient" }

/* `phone` is account.phone of a look-up, perhaps NULL. */
ngx_int_t auth_notify_phone(ln_request_t *lr, const ln_value_t *phone);
ngx_int_t auth_notify_text(ln_request_t *lr, const char *phone, size_t len);

extern const ln_stmt_t  auth_notify_device;    /* of :account, if it is new */
extern const ln_stmt_t  auth_notify_password;  /* of :self */
extern const ln_stmt_t  auth_notify_moved;     /* of :self, to the old phone */
extern const ln_stmt_t  auth_notify_reset;     /* of :id */
extern const ln_stmt_t  auth_notify_bound;     /* of :self */


#endif /* _AUTH_PROOF_H_INCLUDED_ */
