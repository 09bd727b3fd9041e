
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "notice_wire.h"


static bool notice_fill(const char *body, json_t *given, char *text,
    json_t *used);
static const char *notice_place(const char *body, json_t *given, json_t *used,
    char *value, size_t size);
static size_t notice_append(char *text, size_t at, const char *value,
    size_t n);


size_t
notice_message(const notice_message_t *message, char out[NOTICE_BODY])
{
    char     text[NOTICE_TEXT + 1];
    size_t   n;
    json_t  *given, *used, *root;

    given = message->params ? json_loads(message->params,
                                         JSON_REJECT_DUPLICATES, NULL)
                            : json_object();
    used = json_object();
    n = 0;

    if (json_is_object(given) && used
        && notice_fill(message->body, given, text, used))
    {
        root = json_pack("{s:s*, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:O}",
                         "at", message->at, "id", message->id,
                         "to", message->to, "text", text,
                         "template", message->template,
                         "version", (json_int_t) message->version,
                         "locale", message->locale,
                         "wording", message->wording, "params", used);

        n = root ? json_dumpb(root, out, NOTICE_BODY, JSON_COMPACT) : 0;
        json_decref(root);
    }

    OPENSSL_cleanse(text, sizeof(text));
    json_decref(given);
    json_decref(used);

    return n > NOTICE_BODY ? 0 : n;
}


/* {place} by its parameter; anything else as it is. */

static bool
notice_fill(const char *body, json_t *given, char *text, json_t *used)
{
    char         value[NOTICE_TEXT + 1];
    size_t       at;
    const char  *p, *next;

    at = 0;

    for (p = body; *p; p = next) {

        next = p + 1;

        if (*p != '{') {
            at = notice_append(text, at, p, 1);

        } else {
            next = notice_place(p + 1, given, used, value, sizeof(value));

            if (next == NULL) {
                return false;
            }

            at = notice_append(text, at, value, strlen(value));
        }

        if (at > NOTICE_TEXT) {
            return false;
        }
    }

    text[at] = '\0';
    OPENSSL_cleanse(value, sizeof(value));

    return true;
}


/* Behind the place; NULL: it is not filled. */

static const char *
notice_place(const char *body, json_t *given, json_t *used, char *value,
    size_t size)
{
    int          n;
    char         name[NOTICE_PLACE + 1];
    json_t      *param;
    const char  *end;

    end = strchr(body, '}');

    if (end == NULL || end == body || end - body > NOTICE_PLACE) {
        return NULL;
    }

    memcpy(name, body, end - body);
    name[end - body] = '\0';

    param = json_object_get(given, name);

    if (json_is_string(param)) {
        n = snprintf(value, size, "%s", json_string_value(param));

    } else if (json_is_integer(param)) {
        n = snprintf(value, size, "%" JSON_INTEGER_FORMAT,
                     json_integer_value(param));

    } else {
        return NULL;
    }

    if (n < 0 || (size_t) n >= size || json_object_set(used, name, param)) {
        return NULL;
    }

    return end + 1;
}


/* No parameter makes a second line of a message. */

static size_t
notice_append(char *text, size_t at, const char *value, size_t n)
{
    unsigned char  c;

    for (size_t i = 0; i < n && at <= NOTICE_TEXT; i++) {
        c = (unsigned char) value[i];

        if (at < NOTICE_TEXT) {
            text[at] = c < ' ' || c == 0x7f ? ' ' : value[i];
        }

        at++;
    }

    return at;
}


bool
notice_answer(const char *body, size_t n, char id[NOTICE_PROVIDER_ID + 1])
{
    size_t       length;
    json_t      *root, *member;
    const char  *text;

    root = json_loadb(body, n, JSON_REJECT_DUPLICATES, NULL);
    member = json_object_get(root, "id");
    text = json_string_value(member);
    length = json_string_length(member);

    if (text && length && length <= NOTICE_PROVIDER_ID
        && strlen(text) == length)
    {
        memcpy(id, text, length + 1);

        for (size_t i = 0; i < length; i++) {
            if (id[i] <= ' ' || id[i] > '~') {
                id[i] = '?';
            }
        }

    } else {
        text = NULL;
    }

    json_decref(root);

    return text != NULL;
}


bool
notice_sign(const void *key, size_t nkey, int64_t timestamp,
    const char *body, size_t n, char signature[NOTICE_SIGNATURE])
{
    int             length;
    bool            done;
    char            stamp[24];
    size_t          size;
    EVP_MAC        *mac;
    EVP_MAC_CTX    *ctx;
    unsigned char   digest[32];
    OSSL_PARAM      params[2];

    static const char  digits[] = "0123456789abcdef";

    length = snprintf(stamp, sizeof(stamp), "%" PRId64 ".", timestamp);

    params[0] = OSSL_PARAM_construct_utf8_string("digest", (char *) "SHA256",
                                                 0);
    params[1] = OSSL_PARAM_construct_end();

    mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;

    done = ctx && EVP_MAC_init(ctx, key, nkey, params)
           && EVP_MAC_update(ctx, (unsigned char *) stamp, (size_t) length)
           && EVP_MAC_update(ctx, (const unsigned char *) body, n)
           && EVP_MAC_final(ctx, digest, &size, sizeof(digest))
           && size == sizeof(digest);

    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);

    for (size_t i = 0; done && i < sizeof(digest); i++) {
        signature[2 * i] = digits[digest[i] >> 4];
        signature[2 * i + 1] = digits[digest[i] & 15];
    }

    return done;
}
