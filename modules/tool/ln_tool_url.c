
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ln_tool_url.h"


#define LN_URL_SCHEME  "mysql://"


static int
ln_url_hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


/* Copies one part, %XX decoded; -1 if it is too long or badly written. */

static int
ln_url_copy(char dst[LN_URL_PART], const char *src, size_t len)
{
    int     high, low;
    size_t  i, n;

    n = 0;

    for (i = 0; i < len && n < LN_URL_PART - 1; i++) {
        if (src[i] != '%') {
            dst[n++] = src[i];
            continue;
        }

        high = i + 2 < len ? ln_url_hex(src[i + 1]) : -1;
        low = high >= 0 ? ln_url_hex(src[i + 2]) : -1;

        if (low < 0) {
            return -1;
        }

        dst[n++] = (char) (high << 4 | low);
        i += 2;
    }

    dst[n] = '\0';

    return i == len ? 0 : -1;
}


static const char *
ln_url_parse_query(ln_url_t *url, const char *query)
{
    size_t       len;
    const char  *value;

    while (*query != '\0') {
        len = strcspn(query, "&");
        value = memchr(query, '=', len);

        if (value == NULL) {
            return "what follows ? must be name=value";
        }

        value++;

        if (strncmp(query, "socket=", 7) == 0) {
            if (ln_url_copy(url->socket, value,
                            len - (size_t) (value - query)) != 0)
            {
                return "the socket's path is badly written";
            }

        } else if (strncmp(query, "tls_ca=", 7) == 0) {
            if (ln_url_copy(url->tls_ca, value,
                            len - (size_t) (value - query)) != 0)
            {
                return "the path of tls_ca is badly written";
            }

        } else {
            return "only socket= and tls_ca= may follow the ?";
        }

        query += len;
        query += *query == '&';
    }

    return NULL;
}


static const char *
ln_url_parse_authority(ln_url_t *url, const char *text, size_t len)
{
    const char  *at, *colon;

    at = memchr(text, '@', len);

    if (at != NULL) {
        colon = memchr(text, ':', (size_t) (at - text));

        if (colon != NULL
            && ln_url_copy(url->password, colon + 1,
                           (size_t) (at - colon - 1)) != 0)
        {
            return "the password is badly written";
        }

        if (ln_url_copy(url->user, text,
                        (size_t) ((colon ? colon : at) - text)) != 0)
        {
            return "the user is badly written";
        }

        len -= (size_t) (at + 1 - text);
        text = at + 1;
    }

    colon = memchr(text, ':', len);

    if (colon != NULL) {
        url->port = (unsigned) strtoul(colon + 1, NULL, 10);

        if (url->port == 0 || url->port > 65535) {
            return "the port must be a number from 1 to 65535";
        }

        len = (size_t) (colon - text);
    }

    return ln_url_copy(url->host, text, len) != 0
           ? "the host is badly written" : NULL;
}


const char *
ln_url_parse(ln_url_t *url, const char *text)
{
    size_t       len;
    const char  *problem;

    memset(url, 0, sizeof(*url));

    if (strncmp(text, LN_URL_SCHEME, strlen(LN_URL_SCHEME)) != 0) {
        return "it must begin with " LN_URL_SCHEME;
    }

    text += strlen(LN_URL_SCHEME);
    len = strcspn(text, "/");
    problem = ln_url_parse_authority(url, text, len);

    if (problem != NULL) {
        return problem;
    }

    text += len;
    text += *text == '/';
    len = strcspn(text, "?");

    if (len == 0 || ln_url_copy(url->name, text, len) != 0) {
        return "the name of the database is missing";
    }

    text += len;

    return *text == '?' ? ln_url_parse_query(url, text + 1) : NULL;
}


const char *
ln_url_read_password(ln_url_t *url, const char *file)
{
    FILE  *in;
    char  *line;

    in = fopen(file, "re");

    if (in == NULL) {
        return "the password file cannot be read";
    }

    line = fgets(url->password, LN_URL_PART, in);
    (void) fclose(in);

    if (line == NULL) {
        return "the password file is empty";
    }

    line[strcspn(line, "\r\n")] = '\0';

    return NULL;
}
