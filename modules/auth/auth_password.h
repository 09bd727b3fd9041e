
/*
 * Passwords: what may be one, and Argon2id (RFC 9106) over libargon2: pure C.
 * Hashing takes 20-50 ms and 19 MiB: only in a thread.
 */

#ifndef _AUTH_PASSWORD_H_INCLUDED_
#define _AUTH_PASSWORD_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>


#define AUTH_PASSWORD_MAX   128      /* characters */
#define AUTH_PASSWORD_OCTETS  512    /* of them in UTF-8 */
#define AUTH_PASSWORD_HASH  160      /* characters, with the NUL */

#define AUTH_ARGON_MEMORY   (19 * 1024)   /* KiB */
#define AUTH_ARGON_PASSES   2
#define AUTH_ARGON_LANES    1


/* What the rules ask, see the table `rule`. */
typedef struct {
    size_t        length;            /* characters */
    unsigned      kinds;             /* of: lower, upper, digit, other */
    const char   *name;              /* login name or phone, or NULL */
    size_t        nname;
} auth_password_rules_t;

typedef enum {
    AUTH_PASSWORD_OK = 0,
    AUTH_PASSWORD_SHORT,
    AUTH_PASSWORD_LONG,
    AUTH_PASSWORD_CHARACTER,         /* no UTF-8, or a control character */
    AUTH_PASSWORD_COMMON,            /* on the list, or one run of characters */
    AUTH_PASSWORD_KINDS,
    AUTH_PASSWORD_NAME               /* holds the name */
} auth_password_e;


auth_password_e auth_password_check(const auth_password_rules_t *rules,
    const char *password, size_t n);

/* Argon2id with a new salt, in its own form, terminated. */
bool auth_password_hash(const char *password, size_t n,
    char hash[AUTH_PASSWORD_HASH]);

/*
 * Always exactly one Argon2id with our own parameters' cost: without a hash
 * (nobody has that phone, or no password) over a constant one, and false.
 */
bool auth_password_verify(const char *hash, const char *password, size_t n);

/* How often Argon2id has run in this process. */
unsigned long auth_password_count(void);


#endif /* _AUTH_PASSWORD_H_INCLUDED_ */
