
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "ln_audit_chain.h"


#define LN_AUDIT_ROW_TAG   "legalnet-audit-1"
#define LN_AUDIT_SEAL_TAG  "legalnet-seal-1"

#define LN_AUDIT_COLUMNS   8
#define LN_AUDIT_SHORT     2048    /* a row without a long detail */


static void
ln_audit_number(unsigned char *p, uint64_t number, unsigned bytes)
{
    while (bytes) {
        p[--bytes] = (unsigned char) number;
        number >>= 8;
    }
}


/* One column: 0 for NULL; else 1, its length, its bytes.  No two rows meet. */

static unsigned char *
ln_audit_put(unsigned char *p, const ln_audit_text_t *text)
{
    if (text->data == NULL) {
        *p = 0;
        return p + 1;
    }

    *p = 1;
    ln_audit_number(p + 1, text->length, 4);
    memcpy(p + 5, text->data, text->length);

    return p + 5 + text->length;
}


bool
ln_audit_mac(const unsigned char key[LN_AUDIT_KEY], const ln_audit_row_t *row,
    unsigned char mac[LN_AUDIT_HASH])
{
    bool                    done;
    size_t                  i, size;
    unsigned char          *p, *text, room[LN_AUDIT_SHORT];
    const ln_audit_text_t  *columns[LN_AUDIT_COLUMNS] = {
        &row->id, &row->at, &row->account_id, &row->action,
        &row->subject_type, &row->subject_id, &row->request_id, &row->detail
    };

    size = sizeof(LN_AUDIT_ROW_TAG) - 1;

    for (i = 0; i < LN_AUDIT_COLUMNS; i++) {
        size += 5 + columns[i]->length;
    }

    text = (size <= sizeof(room)) ? room : OPENSSL_malloc(size);
    if (text == NULL) {
        return false;
    }

    p = text + sizeof(LN_AUDIT_ROW_TAG) - 1;
    memcpy(text, LN_AUDIT_ROW_TAG, p - text);

    for (i = 0; i < LN_AUDIT_COLUMNS; i++) {
        p = ln_audit_put(p, columns[i]);
    }

    done = HMAC(EVP_sha256(), key, LN_AUDIT_KEY, text, p - text, mac, NULL)
           != NULL;

    if (text != room) {
        OPENSSL_free(text);
    }

    return done;
}


static int
ln_audit_digit(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


bool
ln_audit_unhex(unsigned char *out, size_t length, const unsigned char *text,
    size_t digits)
{
    int     high, low;
    size_t  i;

    if (digits != 2 * length) {
        return false;
    }

    for (i = 0; i < length; i++) {
        high = ln_audit_digit(text[2 * i]);
        low = ln_audit_digit(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }

        out[i] = (unsigned char) (high << 4 | low);
    }

    return true;
}


static void
ln_audit_chain_both(ln_audit_chain_t *chain, const void *data, size_t length)
{
    if (chain->failed
        || EVP_DigestUpdate(chain->sha256, data, length) != 1
        || EVP_DigestUpdate(chain->sm3, data, length) != 1)
    {
        chain->failed = true;
    }
}


void
ln_audit_chain_start(ln_audit_chain_t *chain, const ln_audit_seal_t *previous)
{
    unsigned char    seq[8];
    ln_audit_seal_t  none;

    memset(&none, 0, sizeof(ln_audit_seal_t));
    memset(chain, 0, sizeof(ln_audit_chain_t));

    if (previous == NULL) {
        previous = &none;
    }

    chain->seal.seq = previous->seq + 1;
    chain->sha256 = EVP_MD_CTX_new();
    chain->sm3 = EVP_MD_CTX_new();

    if (chain->sha256 == NULL || chain->sm3 == NULL
        || EVP_DigestInit_ex(chain->sha256, EVP_sha256(), NULL) != 1
        || EVP_DigestInit_ex(chain->sm3, EVP_sm3(), NULL) != 1)
    {
        chain->failed = true;
        return;
    }

    ln_audit_chain_both(chain, LN_AUDIT_SEAL_TAG,
                        sizeof(LN_AUDIT_SEAL_TAG) - 1);

    if (chain->failed
        || EVP_DigestUpdate(chain->sha256, previous->sha256, LN_AUDIT_HASH)
           != 1
        || EVP_DigestUpdate(chain->sm3, previous->sm3, LN_AUDIT_HASH) != 1)
    {
        chain->failed = true;
        return;
    }

    ln_audit_number(seq, chain->seal.seq, sizeof(seq));
    ln_audit_chain_both(chain, seq, sizeof(seq));
}


void
ln_audit_chain_add(ln_audit_chain_t *chain,
    const unsigned char id[LN_AUDIT_ID],
    const unsigned char mac[LN_AUDIT_HASH])
{
    if (chain->seal.events++ == 0) {
        memcpy(chain->seal.first_id, id, LN_AUDIT_ID);
    }

    memcpy(chain->seal.last_id, id, LN_AUDIT_ID);

    ln_audit_chain_both(chain, id, LN_AUDIT_ID);
    ln_audit_chain_both(chain, mac, LN_AUDIT_HASH);
}


static void
ln_audit_chain_free(ln_audit_chain_t *chain)
{
    EVP_MD_CTX_free(chain->sha256);
    EVP_MD_CTX_free(chain->sm3);

    chain->sha256 = NULL;
    chain->sm3 = NULL;
}


bool
ln_audit_chain_end(ln_audit_chain_t *chain,
    const unsigned char key[LN_AUDIT_KEY],
    const unsigned char at[LN_AUDIT_AT], ln_audit_seal_t *seal)
{
    bool           done;
    unsigned char  events[4], digest[LN_AUDIT_HASH];

    ln_audit_number(events, chain->seal.events, sizeof(events));
    ln_audit_chain_both(chain, events, sizeof(events));
    ln_audit_chain_both(chain, at, LN_AUDIT_AT);

    memcpy(chain->seal.at, at, LN_AUDIT_AT);

    done = !chain->failed
           && EVP_DigestFinal_ex(chain->sha256, chain->seal.sha256, NULL) == 1
           && EVP_DigestFinal_ex(chain->sm3, digest, NULL) == 1
           && HMAC(EVP_sm3(), key, LN_AUDIT_KEY, digest, sizeof(digest),
                   chain->seal.sm3, NULL) != NULL;

    ln_audit_chain_free(chain);

    *seal = chain->seal;

    return done;
}


/* 8-4-4-4-12, as people and SQL tools know it. */

static void
ln_audit_print_id(char out[37], const unsigned char *id)
{
    char      *p;
    unsigned   i;

    p = out;

    for (i = 0; i < LN_AUDIT_ID; i++) {

        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *p++ = '-';
        }

        p += snprintf(p, 3, "%02x", id[i]);
    }
}


static ln_audit_e
ln_audit_row_finding(ln_audit_check_t *check, ln_audit_e found,
    const unsigned char *id, const char *what)
{
    char  text[37];

    ln_audit_print_id(text, id);

    if (check->open) {
        snprintf(check->finding, sizeof(check->finding),
                 "event %s (seal %llu) %s", text,
                 (unsigned long long) check->seal.seq, what);
    } else {
        snprintf(check->finding, sizeof(check->finding), "event %s %s", text,
                 what);
    }

    return found;
}


static ln_audit_e
ln_audit_seal_finding(ln_audit_check_t *check, ln_audit_e found, uint64_t seq,
    const char *what)
{
    snprintf(check->finding, sizeof(check->finding), "seal %llu %s",
             (unsigned long long) seq, what);

    return found;
}


void
ln_audit_check_start(ln_audit_check_t *check,
    const unsigned char key[LN_AUDIT_KEY])
{
    memset(check, 0, sizeof(ln_audit_check_t));
    memcpy(check->key, key, LN_AUDIT_KEY);
}


ln_audit_e
ln_audit_check_seal(ln_audit_check_t *check, const ln_audit_seal_t *seal)
{
    check->seal = *seal;

    if (seal->seq != check->previous.seq + 1) {
        return ln_audit_seal_finding(check, LN_AUDIT_SEAL_MISSING,
                                     check->previous.seq + 1, "is missing");
    }

    ln_audit_chain_start(&check->chain, &check->previous);
    check->open = true;

    return LN_AUDIT_SOUND;
}


ln_audit_e
ln_audit_check_row(ln_audit_check_t *check, const ln_audit_row_t *row,
    const ln_audit_text_t *mac)
{
    unsigned char  expected[LN_AUDIT_HASH];

    if (row->id.length != LN_AUDIT_ID) {
        snprintf(check->finding, sizeof(check->finding),
                 "an event has an id of %zu bytes", row->id.length);
        return LN_AUDIT_ROW_CHANGED;
    }

    if (!ln_audit_mac(check->key, row, expected)) {
        return LN_AUDIT_FAILED;
    }

    if (mac->length != LN_AUDIT_HASH
        || CRYPTO_memcmp(mac->data, expected, LN_AUDIT_HASH) != 0)
    {
        return ln_audit_row_finding(check, LN_AUDIT_ROW_CHANGED, row->id.data,
                                    "was changed: its MAC does not match");
    }

    check->events++;

    if (check->open) {
        ln_audit_chain_add(&check->chain, row->id.data, mac->data);
    }

    return LN_AUDIT_SOUND;
}


/* Every row is genuine, but they are not the ones that were sealed. */

static ln_audit_e
ln_audit_check_rows(ln_audit_check_t *check, const ln_audit_seal_t *made)
{
    const ln_audit_seal_t  *seal;

    seal = &check->seal;

    if (made->events == 0
        || memcmp(made->first_id, seal->first_id, LN_AUDIT_ID) > 0)
    {
        return ln_audit_row_finding(check, LN_AUDIT_ROW_MISSING,
                                    seal->first_id, "is missing");
    }

    if (memcmp(made->first_id, seal->first_id, LN_AUDIT_ID) < 0) {
        return ln_audit_row_finding(check, LN_AUDIT_ROW_ADDED, made->first_id,
                                    "was not sealed with the others");
    }

    if (memcmp(made->last_id, seal->last_id, LN_AUDIT_ID) < 0) {
        return ln_audit_row_finding(check, LN_AUDIT_ROW_MISSING,
                                    seal->last_id, "is missing");
    }

    if (memcmp(made->last_id, seal->last_id, LN_AUDIT_ID) > 0) {
        return ln_audit_row_finding(check, LN_AUDIT_ROW_ADDED, made->last_id,
                                    "was not sealed with the others");
    }

    if (made->events != seal->events) {
        snprintf(check->finding, sizeof(check->finding),
                 "seal %llu covers %u events, but %u are there",
                 (unsigned long long) seal->seq, (unsigned) seal->events,
                 (unsigned) made->events);

        return made->events < seal->events ? LN_AUDIT_ROW_MISSING
                                           : LN_AUDIT_ROW_ADDED;
    }

    return LN_AUDIT_SOUND;
}


ln_audit_e
ln_audit_check_end(ln_audit_check_t *check)
{
    bool              done, sha256, sm3;
    ln_audit_e        rc;
    ln_audit_seal_t  *seal, made;

    seal = &check->seal;
    done = ln_audit_chain_end(&check->chain, check->key, seal->at, &made);

    sha256 = CRYPTO_memcmp(made.sha256, seal->sha256, LN_AUDIT_HASH) == 0;
    sm3 = CRYPTO_memcmp(made.sm3, seal->sm3, LN_AUDIT_HASH) == 0;

    if (!done) {
        rc = LN_AUDIT_FAILED;

    } else if (!sha256 && !sm3) {
        rc = ln_audit_check_rows(check, &made);

        if (rc == LN_AUDIT_SOUND) {
            rc = ln_audit_seal_finding(check, LN_AUDIT_SEAL_CHANGED, seal->seq,
                                       "was changed: no hash matches");
        }

    } else if (!sha256 || !sm3) {
        rc = ln_audit_seal_finding(check, LN_AUDIT_SEAL_CHANGED, seal->seq,
                                   sha256
                                   ? "was changed: HMAC-SM3 does not match"
                                   : "was changed: SHA-256 does not match");

    } else if (made.events != seal->events
               || memcmp(made.first_id, seal->first_id, LN_AUDIT_ID) != 0
               || memcmp(made.last_id, seal->last_id, LN_AUDIT_ID) != 0)
    {
        rc = ln_audit_seal_finding(check, LN_AUDIT_SEAL_CHANGED, seal->seq,
                                   "was changed: it names other events");

    } else {
        rc = LN_AUDIT_SOUND;
        check->previous = *seal;
    }

    check->open = false;

    return rc;
}


void
ln_audit_check_free(ln_audit_check_t *check)
{
    if (check->open) {
        ln_audit_chain_free(&check->chain);
    }

    OPENSSL_cleanse(check, sizeof(ln_audit_check_t));
}
