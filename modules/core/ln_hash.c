
#include <string.h>

#include "ln_hash.h"


/* What tells the 128-bit form from the other, and its halves apart. */
#define LN_HASH_FIRST   0xee
#define LN_HASH_SECOND  0xdd


static inline uint64_t
ln_hash_rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}


static inline void
ln_hash_round(ln_hash_t *hash)
{
    hash->v0 += hash->v1;
    hash->v2 += hash->v3;
    hash->v1 = ln_hash_rotate(hash->v1, 13) ^ hash->v0;
    hash->v3 = ln_hash_rotate(hash->v3, 16) ^ hash->v2;
    hash->v0 = ln_hash_rotate(hash->v0, 32);

    hash->v2 += hash->v1;
    hash->v0 += hash->v3;
    hash->v1 = ln_hash_rotate(hash->v1, 17) ^ hash->v2;
    hash->v3 = ln_hash_rotate(hash->v3, 21) ^ hash->v0;
    hash->v2 = ln_hash_rotate(hash->v2, 32);
}


static inline void
ln_hash_take(ln_hash_t *hash, uint64_t word)
{
    hash->v3 ^= word;
    ln_hash_round(hash);
    ln_hash_round(hash);
    hash->v0 ^= word;
    hash->words++;
}


static uint64_t
ln_hash_half(ln_hash_t *hash)
{
    unsigned  i;

    for (i = 0; i < 4; i++) {
        ln_hash_round(hash);
    }

    return hash->v0 ^ hash->v1 ^ hash->v2 ^ hash->v3;
}


void
ln_hash_start(ln_hash_t *hash, const unsigned char key[LN_HASH_KEY])
{
    uint64_t  k[2];

    memcpy(k, key, LN_HASH_KEY);

    hash->v0 = k[0] ^ 0x736f6d6570736575u;
    hash->v1 = k[1] ^ 0x646f72616e646f6du ^ LN_HASH_FIRST;
    hash->v2 = k[0] ^ 0x6c7967656e657261u;
    hash->v3 = k[1] ^ 0x7465646279746573u;
    hash->words = 0;
}


void
ln_hash_word(ln_hash_t *hash, uint64_t word)
{
    ln_hash_take(hash, word);
}


void
ln_hash_text(ln_hash_t *hash, const void *text, size_t length)
{
    uint64_t              word;
    ln_hash_t             h;
    const unsigned char  *p;

    h = *hash;               /* in registers */
    p = text;

    ln_hash_take(&h, length);

    for ( /* void */ ; length >= sizeof(word); length -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        p += sizeof(word);
        ln_hash_take(&h, word);
    }

    if (length) {
        word = 0;
        memcpy(&word, p, length);
        ln_hash_take(&h, word);
    }

    *hash = h;
}


void
ln_hash_end(ln_hash_t *hash, uint64_t digest[LN_HASH_WORDS])
{
    /* as for every message of whole words: the length in bytes, modulo 256 */
    ln_hash_take(hash, (hash->words * sizeof(uint64_t)) << 56);

    hash->v2 ^= LN_HASH_FIRST;
    digest[0] = ln_hash_half(hash);

    hash->v1 ^= LN_HASH_SECOND;
    digest[1] = ln_hash_half(hash);
}
