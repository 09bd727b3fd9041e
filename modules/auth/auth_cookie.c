
#include <stdio.h>
#include <string.h>

#include "auth_cookie.h"


auth_cookie_e
auth_cookie_find(const char *header, size_t n, const char *name,
    auth_cookie_e found, const char **value, size_t *nvalue)
{
    size_t       nname;
    const char  *p, *end, *next, *last;

    nname = strlen(name);
    end = header + n;

    for (p = header; p < end; p = next + 1) {

        next = memchr(p, ';', end - p);
        if (next == NULL) {
            next = end;
        }

        while (p < next && (*p == ' ' || *p == '\t')) {
            p++;
        }

        last = next;

        while (last > p && (last[-1] == ' ' || last[-1] == '\t')) {
            last--;
        }

        if ((size_t) (last - p) > nname && p[nname] == '='
            && memcmp(p, name, nname) == 0)
        {
            if (found != AUTH_COOKIE_ABSENT) {
                return AUTH_COOKIE_TWICE;
            }

            found = AUTH_COOKIE_FOUND;
            *value = p + nname + 1;
            *nvalue = last - *value;
        }
    }

    return found;
}


/* RFC 6265, 4.1.1: cookie-octet. */

static bool
auth_cookie_octets(const char *s, size_t n)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < n; i++) {
        c = (unsigned char) s[i];

        if (c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';'
            || c == '\\')
        {
            return false;
        }
    }

    return true;
}


size_t
auth_cookie_print(const auth_cookie_t *cookie, char out[AUTH_COOKIE_MAX])
{
    int  n;

    if (cookie->nvalue >= AUTH_COOKIE_MAX || cookie->nprefix > 512
        || !auth_cookie_octets(cookie->value, cookie->nvalue)
        || !auth_cookie_octets(cookie->prefix, cookie->nprefix))
    {
        return 0;
    }

    n = snprintf(out, AUTH_COOKIE_MAX,
                 "%s=%.*s; Path=%.*s%s; Max-Age=%ld; HttpOnly; "
                 "SameSite=%s%s",
                 cookie->name, (int) cookie->nvalue, cookie->value,
                 (int) cookie->nprefix, cookie->prefix, cookie->path,
                 cookie->seconds, cookie->lax ? "Lax" : "Strict",
                 cookie->secure ? "; Secure" : "");

    return (n > 0 && n < AUTH_COOKIE_MAX) ? (size_t) n : 0;
}


static char
auth_fold(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char) (c - 'A' + 'a') : c;
}


static bool
auth_same(const char *a, const char *b, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (auth_fold(a[i]) != auth_fold(b[i])) {
            return false;
        }
    }

    return true;
}


bool
auth_origin_is(const char *origin, size_t norigin, const char *scheme,
    const char *host, size_t nhost)
{
    size_t       n, nport;
    const char  *port;

    n = strlen(scheme);

    if (norigin <= n + 3 || nhost == 0 || !auth_same(origin, scheme, n)
        || memcmp(origin + n, "://", 3) != 0)
    {
        return false;
    }

    origin += n + 3;
    norigin -= n + 3;

    /* a browser leaves the scheme's own port out, of both or of one */

    port = strcmp(scheme, "https") == 0 ? ":443" : ":80";
    nport = strlen(port);

    if (norigin > nport && memcmp(origin + norigin - nport, port, nport) == 0)
    {
        norigin -= nport;
    }

    if (nhost > nport && memcmp(host + nhost - nport, port, nport) == 0) {
        nhost -= nport;
    }

    return norigin == nhost && auth_same(origin, host, nhost);
}


void
auth_address_v4(const unsigned char address[4],
    unsigned char out[AUTH_ADDRESS])
{
    memset(out, 0, AUTH_ADDRESS);
    out[0] = 4;
    memcpy(out + 1, address, 4);
}


void
auth_address_v6(const unsigned char address[16],
    unsigned char out[AUTH_ADDRESS])
{
    static const unsigned char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                               255, 255 };

    if (memcmp(address, mapped, sizeof(mapped)) == 0) {
        auth_address_v4(address + 12, out);
        return;
    }

    memset(out, 0, AUTH_ADDRESS);
    out[0] = 6;
    memcpy(out + 1, address, 8);
}
