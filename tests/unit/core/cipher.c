
/*
 * Encrypted fields: vectors made by another implementation (python3-
 * cryptography, HKDF by hand), properties over random values, and the
 * directory of keys.
 */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit.h"

#include "ln_cipher.h"
#include "ln_key_ring.h"


#define LONGEST  300


static unsigned char    secret[LN_CIPHER_KEY];
static ln_cipher_key_t  key;
static unsigned char    sealed[LONGEST + LN_CIPHER_MORE];
static unsigned char    clear[LONGEST + LN_CIPHER_MORE];
static char             why[256];
static char             folder[64];

static const ln_cipher_e  algorithms[] = {
    LN_CIPHER_AES_GCM, LN_CIPHER_SM4_SM3
};


static int
setup(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(secret); i++) {
        secret[i] = (unsigned char) i;
    }

    assert_true(ln_cipher_key(&key, 7, secret));
    srandom(1);

    return 0;
}


static void
vector(ln_cipher_e algorithm, uint32_t id, const char *hex)
{
    char           found[2 * sizeof(sealed) + 1];
    size_t         i, n, length;
    unsigned char  nonce[LN_CIPHER_NONCE];

    for (i = 0; i < sizeof(nonce); i++) {
        nonce[i] = (unsigned char) (0x40 + i);
    }

    assert_true(ln_cipher_key(&key, id, secret));

    n = ln_cipher_seal_with(&key, algorithm, "account.phone", nonce,
                            "13800138000", 11, sealed);

    for (i = 0; i < n; i++) {
        (void) snprintf(found + 2 * i, 3, "%02x", sealed[i]);
    }

    assert_string_equal(found, hex);
    assert_true(ln_cipher_open(&key, "account.phone", sealed, n, clear,
                               &length));
    assert_int_equal(length, 11);
    assert_memory_equal(clear, "13800138000", 11);
}


static void
test_aes_gcm_vector(void **state)
{
    (void) state;

    vector(LN_CIPHER_AES_GCM, 7,
           "0107404142434445464748494a4bc1bfa9acd90ee446e75c18f6a42bbfd6"
           "6c0eb59508664662b5e78e");
}


static void
test_sm4_sm3_vector(void **state)
{
    (void) state;

    vector(LN_CIPHER_SM4_SM3, 300,
           "02ac02404142434445464748494a4b4c4d4e4fb639e59fd7cee435e5ba58"
           "42aba3829d9e767a4a2ff95ec97f2098d6a6e5d9de1b8c49ab7b5fd0d115"
           "b102");
}


static void
test_blind_index_vector(void **state)
{
    size_t         n;
    unsigned char  index[LN_BLIND], other[LN_BLIND];
    unsigned char  normal[32];

    static const unsigned char  expected[LN_BLIND] = {
        0xf0, 0x6b, 0x25, 0x54, 0x93, 0xf9, 0x8c, 0xb2,
        0x66, 0xc5, 0x0c, 0x37, 0x63, 0xa2, 0x94, 0x51
    };

    static const char *const  phones[] = {
        "13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000",
        "8613800138000", "(+86)13800138000"
    };

    (void) state;

    for (size_t i = 0; i < sizeof(phones) / sizeof(phones[0]); i++) {
        n = ln_cipher_normal("account.phone", phones[i], strlen(phones[i]),
                             normal);
        assert_true(ln_cipher_blind(secret, "account.phone", normal, n,
                                    index));
        assert_memory_equal(index, expected, LN_BLIND);
    }

    assert_true(ln_cipher_blind(secret, "person.phone", "13800138000", 11,
                                other));
    assert_memory_not_equal(other, expected, LN_BLIND);

    n = ln_cipher_normal("person.id_number", "11010519491231002x", 18, normal);
    assert_int_equal(n, 18);
    assert_memory_equal(normal, "11010519491231002X", 18);
}


static void
test_every_value_opens_as_it_was(void **state)
{
    size_t         i, n, length, written;
    unsigned char  text[LONGEST];

    (void) state;

    for (int round = 0; round < 600; round++) {

        length = (size_t) random() % LONGEST;

        for (i = 0; i < length; i++) {
            text[i] = (unsigned char) random();
        }

        assert_true(ln_cipher_key(&key, (uint32_t) random() >> round % 31 | 1,
                                  secret));
        n = ln_cipher_seal(&key, algorithms[round % 2], "a.b", text, length,
                           sealed);
        assert_true(n > length && n <= length + LN_CIPHER_MORE);

        assert_true(ln_cipher_open(&key, "a.b", sealed, n, clear, &written));
        assert_int_equal(written, length);
        assert_memory_equal(clear, text, length);
    }
}


static void
test_the_same_value_is_never_sealed_alike(void **state)
{
    size_t         n;
    unsigned char  again[LONGEST];

    (void) state;

    for (int i = 0; i < 2; i++) {
        n = ln_cipher_seal(&key, algorithms[i], "a.b", "same", 4, sealed);
        assert_int_equal(ln_cipher_seal(&key, algorithms[i], "a.b", "same", 4,
                                        again), n);
        assert_memory_not_equal(sealed, again, n);
    }
}


/* Each bit, each length, another field, another key: none opens. */

static void
test_what_was_changed_does_not_open(void **state)
{
    size_t           n, bit, written;
    unsigned char   *exact;
    ln_cipher_key_t  other;

    (void) state;

    secret[0] ^= 1;
    assert_true(ln_cipher_key(&other, 7, secret));
    secret[0] ^= 1;
    assert_true(ln_cipher_key(&key, 7, secret));

    for (int i = 0; i < 2; i++) {
        n = ln_cipher_seal(&key, algorithms[i], "account.phone",
                           "13800138000", 11, sealed);

        for (bit = 0; bit < 8 * n; bit++) {
            sealed[bit / 8] ^= (unsigned char) (1 << bit % 8);
            assert_false(ln_cipher_open(&key, "account.phone", sealed, n,
                                        clear, &written));
            sealed[bit / 8] ^= (unsigned char) (1 << bit % 8);
        }

        for (size_t length = 0; length < n; length++) {
            /* of this very length, so that ASan sees a byte too many read */
            exact = malloc(length + 1);
            memcpy(exact, sealed, length);
            assert_false(ln_cipher_open(&key, "account.phone", exact, length,
                                        clear, &written));
            free(exact);
        }

        assert_false(ln_cipher_open(&key, "person.phone", sealed, n, clear,
                                    &written));
        assert_false(ln_cipher_open(&other, "account.phone", sealed, n, clear,
                                    &written));
        assert_true(ln_cipher_open(&key, "account.phone", sealed, n, clear,
                                   &written));
    }
}


static void
test_a_name_that_is_too_long(void **state)
{
    char  field[LN_CIPHER_FIELD + 2];

    (void) state;

    memset(field, 'f', sizeof(field) - 1);
    field[sizeof(field) - 1] = '\0';

    assert_int_equal(ln_cipher_seal(&key, LN_CIPHER_AES_GCM, field, "x", 1,
                                    sealed), 0);
}


static void
test_key_ids(void **state)
{
    size_t    n;
    uint32_t  id;

    static const uint32_t  ids[] = { 1, 127, 128, 16383, 16384, INT32_MAX };

    static const unsigned char  wrong[][6] = {
        { 1, 0 }, { 1, 0x80, 0 }, { 1, 0x87, 0 }, { 3, 7 },
        { 1, 0xff, 0xff, 0xff, 0xff, 0xff }, { 1, 0x80, 0x80, 0x80, 0x80, 8 }
    };

    (void) state;

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        assert_true(ln_cipher_key(&key, ids[i], secret));
        n = ln_cipher_seal(&key, algorithms[i % 2], "a.b", "x", 1, sealed);
        assert_true(ln_cipher_key_id(sealed, n, &id));
        assert_int_equal(id, ids[i]);
    }

    memset(sealed, 0, sizeof(sealed));

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        memcpy(sealed, wrong[i], sizeof(wrong[i]));
        assert_false(ln_cipher_key_id(sealed, 100, &id));
    }

    assert_false(ln_cipher_key_id("", 0, &id));
}


static void
masked(size_t (*mask)(const void *, size_t, unsigned char *),
    const char *text, const char *expected)
{
    size_t         n;
    unsigned char  out[128];

    n = mask(text, strlen(text), out);
    out[n] = '\0';

    assert_string_equal((char *) out, expected);
}


static void
test_masks(void **state)
{
    (void) state;

    masked(ln_mask_number, "13800138000", "138****8000");
    masked(ln_mask_number, "+8613800138000", "+86*******8000");
    masked(ln_mask_number, "11010519491231002X", "110***********002X");
    masked(ln_mask_number, "0577-88888", "********88");
    masked(ln_mask_number, "G1234567", "******67");
    masked(ln_mask_number, "12345", "*****");
    masked(ln_mask_number, "", "");
    masked(ln_mask_number, "\xe7\x94\xb2" "12345678901", "************");
    masked(ln_mask_name, "\xe5\xbc\xa0\xe4\xbc\x9f", "\xe5\xbc\xa0*");
    masked(ln_mask_name, "\xe5\xbc\xa0\xe4\xbc\x9f\xe4\xb8\xbd",
           "\xe5\xbc\xa0**");
    masked(ln_mask_name, "\xe5\xbc\xa0", "*");
    masked(ln_mask_name, "Anna B", "A*****");
    masked(ln_mask_name, "", "");
}


/* The directory */

static void
put(const char *name, const void *text, size_t length, mode_t mode)
{
    int   fd;
    char  path[128];

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);
    (void) unlink(path);

    if (text == NULL) {
        return;
    }

    fd = open(path, O_WRONLY|O_CREAT|O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), (ssize_t) length);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}


static int
setup_folder(void **state)
{
    static const char  hex[] =
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F\n";

    setup(state);

    (void) snprintf(folder, sizeof(folder), "/tmp/ln-keys-XXXXXX");
    assert_non_null(mkdtemp(folder));

    put("token-1.key", secret, 32, 0600);
    put("token-12.key", hex, sizeof(hex) - 1, 0400);
    put("token-2.key", secret, 32, 0600);
    put("field-3.key", hex, sizeof(hex) - 2, 0600);
    put("index.key", secret, 32, 0600);
    put("legalnet.key", "whatever", 8, 0644);
    put("token-1.key.bak", "", 0, 0644);

    return 0;
}


static int
remove_folder(void **state)
{
    static const char *const  names[] = {
        "token-1.key", "token-12.key", "token-2.key", "field-3.key",
        "index.key", "legalnet.key", "token-1.key.bak", "token-0.key",
        "field-x.key", "token-99999999999.key"
    };

    (void) state;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        put(names[i], NULL, 0, 0);
    }

    return rmdir(folder);
}


static void
test_keys_are_read(void **state)
{
    ln_keys_t  keys;

    (void) state;

    why[0] = '\0';

    if (!ln_keys_read(&keys, folder, why, sizeof(why))) {
        fail_msg("%s", why);
    }

    assert_int_equal(keys.token.n, 3);
    assert_int_equal(ln_ring_newest(&keys.token)->id, 12);
    assert_memory_equal(ln_ring_newest(&keys.token)->key, secret, 32);
    assert_int_equal(ln_ring_find(&keys.token, 2)->id, 2);
    assert_null(ln_ring_find(&keys.token, 3));
    assert_int_equal(ln_ring_newest(&keys.field)->id, 3);
    assert_memory_equal(keys.index, secret, 32);

    ln_keys_wipe(&keys);
    assert_int_equal(keys.token.n, 0);
}


static void
refused(const char *expected)
{
    ln_keys_t  keys;

    assert_false(ln_keys_read(&keys, folder, why, sizeof(why)));

    if (strstr(why, expected) == NULL) {
        fail_msg("\"%s\" says nothing of \"%s\"", why, expected);
    }
}


static void
test_bad_keys_are_named(void **state)
{
    (void) state;

    put("index.key", secret, 31, 0600);
    refused("index.key: it is shorter");
    put("index.key", "", 0, 0600);
    refused("index.key: it is shorter");
    put("index.key", secret, 32, 0640);
    refused("index.key: others");
    put("index.key", NULL, 0, 0);
    refused("there is no index.key");
    put("index.key", secret, 32, 0600);

    put("field-3.key", NULL, 0, 0);
    refused("there is no field-<number>.key");
    put("field-x.key", secret, 32, 0600);
    refused("field-x.key: its name");
    put("field-x.key", NULL, 0, 0);
    put("field-3.key", secret, 32, 0600);

    put("token-0.key", secret, 32, 0600);
    refused("token-0.key: its name");
    put("token-0.key", NULL, 0, 0);
    put("token-99999999999.key", secret, 32, 0600);
    refused("token-99999999999.key: its name");
    put("token-99999999999.key", NULL, 0, 0);

    put("token-2.key", "zz0102030405060708090a0b0c0d0e0f"
        "101112131415161718191a1b1c1d1e1f", 64, 0600);
    refused("token-2.key: it holds neither");
    put("token-2.key", secret, 32, 0600);
    test_keys_are_read(state);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup(test_aes_gcm_vector, setup),
        cmocka_unit_test_setup(test_sm4_sm3_vector, setup),
        cmocka_unit_test_setup(test_blind_index_vector, setup),
        cmocka_unit_test_setup(test_every_value_opens_as_it_was, setup),
        cmocka_unit_test_setup(test_the_same_value_is_never_sealed_alike,
                               setup),
        cmocka_unit_test_setup(test_what_was_changed_does_not_open, setup),
        cmocka_unit_test_setup(test_a_name_that_is_too_long, setup),
        cmocka_unit_test_setup(test_key_ids, setup),
        cmocka_unit_test(test_masks),
        cmocka_unit_test_setup_teardown(test_keys_are_read, setup_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(test_bad_keys_are_named, setup_folder,
                                        remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
