
/* The keyed hash against OpenSSL's, and that parts cannot be shifted. */

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "../unit.h"

#include "ln_hash.h"


#define LARGEST  200


static const unsigned char  key[LN_HASH_KEY] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
};


static void
siphash(const void *data, size_t length, uint64_t digest[LN_HASH_WORDS])
{
    size_t        n, size;
    EVP_MAC      *mac;
    OSSL_PARAM    params[2];
    EVP_MAC_CTX  *ctx;

    size = LN_HASH_WORDS * sizeof(uint64_t);
    params[0] = OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size);
    params[1] = OSSL_PARAM_construct_end();

    mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
    ctx = EVP_MAC_CTX_new(mac);

    assert_int_equal(EVP_MAC_init(ctx, key, sizeof(key), params), 1);
    assert_int_equal(EVP_MAC_update(ctx, data, length), 1);
    assert_int_equal(EVP_MAC_final(ctx, (unsigned char *) digest, &n, size),
                     1);
    assert_int_equal(n, size);

    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
}


static void
test_as_openssl(void **state)
{
    size_t         i, length, used;
    uint64_t       mine[LN_HASH_WORDS], theirs[LN_HASH_WORDS], word;
    ln_hash_t      hash;
    unsigned char  text[LARGEST], message[3 * sizeof(uint64_t) + LARGEST];

    (void) state;

    for (i = 0; i < sizeof(text); i++) {
        text[i] = (unsigned char) (i * 37 + 200);
    }

    for (length = 0; length <= LARGEST; length++) {
        memset(message, 0, sizeof(message));
        word = length;
        memcpy(message, &word, sizeof(word));
        memcpy(message + sizeof(word), text, length);
        used = sizeof(word) + (length + 7) / 8 * 8;
        word = ~word;
        memcpy(message + used, &word, sizeof(word));
        siphash(message, used + sizeof(word), theirs);

        ln_hash_start(&hash, key);
        ln_hash_text(&hash, text, length);
        ln_hash_word(&hash, word);
        ln_hash_end(&hash, mine);

        assert_memory_equal(mine, theirs, sizeof(mine));
    }
}


static void
digest_of(const char *first, const char *second, uint64_t *digest)
{
    ln_hash_t  hash;

    ln_hash_start(&hash, key);
    ln_hash_text(&hash, first, strlen(first));
    ln_hash_text(&hash, second, strlen(second));
    ln_hash_end(&hash, digest);
}


static void
test_parts_do_not_run_together(void **state)
{
    size_t    i, j;
    uint64_t  digests[6][LN_HASH_WORDS];

    static const char *const  pairs[6][2] = {
        { "ab", "c" }, { "a", "bc" }, { "abc", "" }, { "", "abc" },
        { "abcdefgh", "" }, { "", "abcdefgh" }
    };

    (void) state;

    for (i = 0; i < ln_count(pairs); i++) {
        digest_of(pairs[i][0], pairs[i][1], digests[i]);

        for (j = 0; j < i; j++) {
            assert_memory_not_equal(digests[i], digests[j],
                                    sizeof(digests[i]));
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_as_openssl),
        cmocka_unit_test(test_parts_do_not_run_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
