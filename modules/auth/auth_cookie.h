
/*
 * Cookies (RFC 6265), origins (RFC 6454) and network addresses as auth needs
 * them: pure C.
 */

#ifndef _AUTH_COOKIE_H_INCLUDED_
#define _AUTH_COOKIE_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>


#define AUTH_COOKIE_MAX   4096     /* characters of a Set-Cookie value */
#define AUTH_ADDRESS      17       /* octets that stand for a network address */


typedef enum {
    AUTH_COOKIE_ABSENT = 0,
    AUTH_COOKIE_FOUND,
    AUTH_COOKIE_TWICE              /* somebody set a second one: neither */
} auth_cookie_e;

/*
 * Looks for a cookie in one Cookie header.  Call it for each header; `found`
 * is what the earlier ones gave.
 */
auth_cookie_e auth_cookie_find(const char *header, size_t n, const char *name,
    auth_cookie_e found, const char **value, size_t *nvalue);

typedef struct {
    const char  *name;
    const char  *value;
    size_t       nvalue;
    const char  *path;             /* behind the prefix */
    const char  *prefix;           /* where legalnet is mounted, or "" */
    size_t       nprefix;
    long         seconds;          /* Max-Age; 0 takes it away */
    bool         secure;
    bool         lax;              /* also when another site sends here */
} auth_cookie_t;

/* HttpOnly, SameSite=Strict or Lax; 0: no room, or the value may not be. */
size_t auth_cookie_print(const auth_cookie_t *cookie,
    char out[AUTH_COOKIE_MAX]);

/*
 * Is this Origin header the site that the request was sent to?  Scheme, host
 * and port must be those of the Host header; "null" never is.
 */
bool auth_origin_is(const char *origin, size_t norigin, const char *scheme,
    const char *host, size_t nhost);

/*
 * What counts as one place: an IPv4 address, also one mapped into IPv6, or the
 * /64 of an IPv6 address, which is one household's or one phone's.
 */
void auth_address_v4(const unsigned char address[4],
    unsigned char out[AUTH_ADDRESS]);
void auth_address_v6(const unsigned char address[16],
    unsigned char out[AUTH_ADDRESS]);


#endif /* _AUTH_COOKIE_H_INCLUDED_ */
