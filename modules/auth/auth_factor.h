
/*
 * Second factors: what proving one takes, for the routes that ask for it.
 *
 * A proof goes through one list of steps.  `turn` makes attempts at the same
 * account wait for each other, `tried` counts what failed before, so that of
 * many guesses at once no more are looked at than of one after the other.
 * Then the proof itself: a step of RFC 6238 is good once, and so is a recovery
 * code.  At last the attempt is written down, right or wrong.
 */

#ifndef _AUTH_FACTOR_H_INCLUDED_
#define _AUTH_FACTOR_H_INCLUDED_


#include "auth.h"
#include "auth_code.h"
#include "auth_proof.h"


#define AUTH_TOTP_TEXT  AUTH_BASE64(AUTH_TOTP_SECRET)  /* as it is kept */

#define AUTH_FACTOR_CODE                                                      \
    { .name = "code", .type = LN_STRING, .in = LN_BODY,                       \
      .min = AUTH_TOTP_DIGITS, .max = AUTH_TOTP_DIGITS,                       \
      .summary = "What the authenticator shows now" }

#define AUTH_FACTOR_RECOVERY                                                  \
    { .name = "recovery_code", .type = LN_STRING, .in = LN_BODY,              \
      .min = AUTH_RECOVERY, .max = 2 * AUTH_RECOVERY,                         \
      .summary = "Instead: one of the ten that were shown, good once" }

#define AUTH_FACTOR_DEVICE                                                    \
    { .name = "device", .type = LN_STRING, .in = LN_BODY,                     \
      .min = AUTH_DEVICE_MIN, .max = AUTH_DEVICE_MAX,                         \
      .summary = "As at the sign-in" }

/* What .before and .prepare compute. */
#define AUTH_FACTOR_COMPUTED                                                  \
    { .name = "way", .type = LN_STRING, .in = LN_COMPUTED },                  \
    { .name = "method", .type = LN_STRING, .in = LN_COMPUTED },               \
    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED },              \
    { .name = "step", .type = LN_INTEGER, .in = LN_COMPUTED },                \
    { .name = "secret_seen", .type = LN_BYTES, .in = LN_COMPUTED },           \
    { .name = "recovery_hash", .type = LN_BYTES, .in = LN_COMPUTED },         \
    { .name = "subject_index", .type = LN_BYTES, .in = LN_COMPUTED },         \
    { .name = "device_index", .type = LN_BYTES, .in = LN_COMPUTED },          \
    { .name = "address_index", .type = LN_BYTES, .in = LN_COMPUTED },         \
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },                \
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED }


/* account.factor of `a`: is there a confirmed one, does a role ask for one? */
#define AUTH_HAS_TOTP(a)                                                      \
    "EXISTS (SELECT 1"                                                        \
           " FROM totp_secret ft"                                             \
           " WHERE ft.account_id = " a ".id"                                  \
             " AND ft.confirmed_at IS NOT NULL)"

#define AUTH_HAS_CERTIFICATE(a)                                               \
    "EXISTS (SELECT 1"                                                        \
           " FROM account_identity fi"                                        \
           " WHERE fi.account_id = " a ".id"                                  \
             " AND fi.kind = 'certificate')"

#define AUTH_FACTOR_ASKED(a)                                                  \
    "EXISTS (SELECT 1"                                                        \
           " FROM access_grant fg"                                            \
           " JOIN role fr ON fr.id = fg.role_id"                              \
           " WHERE fg.account_id = " a ".id"                                  \
             " AND fr.second_factor = 1"                                      \
             " AND " AUTH_GRANT_HOLDS("fg") ")"

/* What the session `s` still owes; `proved` and `none`: nothing. */
#define AUTH_FACTOR_DUE(a, s)                                                 \
    "CASE"                                                                    \
    " WHEN " s ".second_factor = 1 THEN 'proved'"                             \
    " WHEN " AUTH_HAS_TOTP(a) " THEN 'totp'"                                  \
    " WHEN " AUTH_HAS_CERTIFICATE(a) " THEN 'certificate'"                    \
    " WHEN " AUTH_FACTOR_ASKED(a) " THEN 'enroll'"                            \
    " ELSE 'none'"                                                            \
    " END"


/* Columns of the look-up, in this order. */
enum { FACTOR_SECRET = 0, FACTOR_CONFIRMED, FACTOR_NAME, FACTOR_PHONE };

/*
 * auth_factor_before(): who, where, by which of `code` and `recovery_code`.
 * auth_factor_prepare(): the step that `code` belongs to.
 */

/* 429 or 422 when outcome is not `accepted`. */
ngx_int_t auth_factor_refused(ln_request_t *lr);

extern const ln_stmt_t  auth_factor_live;
extern const ln_stmt_t  auth_factor_tried;
extern const ln_stmt_t  auth_factor_totp;
extern const ln_stmt_t  auth_factor_totp_use;
extern const ln_stmt_t  auth_factor_recovery;
extern const ln_stmt_t  auth_factor_recovery_use;
extern const ln_stmt_t  auth_factor_session;
extern const ln_stmt_t  auth_factor_tell;     /* every session renews */

/* auth_certificate.c: sets `issuer` and `number`; NGX_DECLINED: none. */
ngx_int_t auth_certificate_presented(ln_request_t *lr);
extern const ln_stmt_t  auth_certificate_bound;
extern const ln_stmt_t  auth_certificate_use;

ngx_int_t auth_factor_live_check(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_factor_proof_check(ln_request_t *lr, const ln_value_t *row);

/* The steps up to the proof; what follows has .when = "outcome=accepted". */
#define AUTH_FACTOR_STEPS                                                     \
    { .stmt = &auth_factor_live, .optional = 1,                               \
      .check = auth_factor_live_check },                                      \
    { .stmt = &auth_turn },                                                   \
    { .stmt = &auth_factor_tried, .check = auth_tried_check },         \
    { .stmt = &auth_factor_totp, .when = "way=totp outcome=refused step",     \
      .optional = 1, .check = auth_factor_proof_check },                      \
    { .stmt = &auth_factor_totp_use, .when = "way=totp outcome=accepted" },   \
    { .stmt = &auth_factor_recovery,                                          \
      .when = "way=recovery outcome=refused recovery_hash", .optional = 1,    \
      .check = auth_factor_proof_check },                                     \
    { .stmt = &auth_factor_recovery_use,                                      \
      .when = "way=recovery outcome=accepted" }


#endif /* _AUTH_FACTOR_H_INCLUDED_ */
