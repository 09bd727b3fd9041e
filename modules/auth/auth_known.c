
#include <stddef.h>
#include <string.h>

#include "auth_known.h"


static void auth_known_copy(auth_token_t *to, const auth_token_t *from);


auth_token_e
auth_known_verify(auth_known_t *known, const auth_token_rules_t *rules,
    const char *text, size_t n, int64_t now, auth_token_t *token)
{
    uint32_t             at;
    auth_token_e         rc;
    unsigned char        digest[AUTH_HASH];
    auth_known_place_t  *place;

    if (known == NULL || n > AUTH_TOKEN_MAX || !auth_sha256(text, n, digest)) {
        return auth_token_verify(rules, text, n, now, token);
    }

    memcpy(&at, digest, sizeof(at));
    place = &known->places[at & (AUTH_KNOWN - 1)];

    /* of a clock that was set back nothing is known: nbf is not kept */

    if (place->accepted_at && now >= place->accepted_at
        && auth_equal(place->digest, digest, AUTH_HASH))
    {
        if (now > place->token.expires_at + AUTH_TOKEN_LEEWAY) {
            return AUTH_TOKEN_EXPIRED;
        }

        auth_known_copy(token, &place->token);
        return AUTH_TOKEN_OK;
    }

    rc = auth_token_verify(rules, text, n, now, token);

    if (rc == AUTH_TOKEN_OK) {
        memcpy(place->digest, digest, AUTH_HASH);
        place->accepted_at = now;
        auth_known_copy(&place->token, token);
    }

    return rc;
}


/* A list of permissions is mostly much shorter than its place. */

static void
auth_known_copy(auth_token_t *to, const auth_token_t *from)
{
    memcpy(to, from, offsetof(auth_token_t, scope) + from->nscope);
}
