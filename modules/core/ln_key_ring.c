
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "ln_key_ring.h"


#define LN_RING_FILE  256            /* a file longer than that holds no key */


static bool ln_keys_entry(ln_keys_t *keys, int dir, const char *name,
    bool *index, char *why, size_t size);
static bool ln_ring_number(const char *name, const char *kind, uint32_t *id,
    bool *ours);
static bool ln_ring_add(ln_ring_t *ring, uint32_t id, const unsigned char *key);
static const char *ln_key_file(int dir, const char *name, unsigned char *key);
static const char *ln_key_take(unsigned char *text, size_t length,
    unsigned char *key);
static int ln_key_digit(unsigned char c);


bool
ln_keys_read(ln_keys_t *keys, const char *directory, char *why, size_t size)
{
    int             fd;
    DIR            *dir;
    bool            fine, index;
    struct dirent  *entry;

    memset(keys, 0, sizeof(ln_keys_t));

    fd = open(directory, O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    dir = fd == -1 ? NULL : fdopendir(fd);

    if (dir == NULL) {
        (void) snprintf(why, size, "%s: %s", directory, strerror(errno));

        if (fd != -1) {
            (void) close(fd);
        }

        return false;
    }

    fine = true;
    index = false;

    while (fine && (entry = readdir(dir)) != NULL) {
        fine = ln_keys_entry(keys, fd, entry->d_name, &index, why, size);
    }

    (void) closedir(dir);

    if (fine && (!index || keys->token.n == 0 || keys->field.n == 0)) {
        (void) snprintf(why, size, "%s: there is no %s", directory,
                        !index ? "index.key"
                        : keys->token.n == 0 ? "token-<number>.key"
                                             : "field-<number>.key");
        fine = false;
    }

    if (!fine) {
        ln_keys_wipe(keys);
    }

    return fine;
}


void
ln_keys_wipe(ln_keys_t *keys)
{
    OPENSSL_cleanse(keys, sizeof(ln_keys_t));
}


static bool
ln_keys_entry(ln_keys_t *keys, int dir, const char *name, bool *index,
    char *why, size_t size)
{
    bool            ours;
    uint32_t        id;
    ln_ring_t      *ring;
    const char     *wrong;
    unsigned char   key[LN_RING_KEY];

    ring = NULL;
    ours = false;
    id = 0;

    if (strcmp(name, "index.key") == 0) {
        ours = true;

    } else if (ln_ring_number(name, "token-", &id, &ours)) {
        ring = &keys->token;

    } else if (!ours && ln_ring_number(name, "field-", &id, &ours)) {
        ring = &keys->field;
    }

    if (!ours) {
        return true;
    }

    if (ring == NULL && strcmp(name, "index.key") != 0) {
        wrong = "its name has no number from 1 to 2147483647";

    } else {
        wrong = ln_key_file(dir, name, key);
    }

    if (wrong == NULL && ring && !ln_ring_add(ring, id, key)) {
        wrong = "there are too many keys of its kind, or two of its number";
    }

    if (wrong == NULL && ring == NULL) {
        memcpy(keys->index, key, LN_RING_KEY);
        *index = true;
    }

    OPENSSL_cleanse(key, sizeof(key));

    if (wrong) {
        (void) snprintf(why, size, "%s: %s", name, wrong);
    }

    return wrong == NULL;
}


/* `ours`: its name says that it is a key of that kind, rightly or not. */

static bool
ln_ring_number(const char *name, const char *kind, uint32_t *id, bool *ours)
{
    size_t       digits;
    uint64_t     n;
    const char  *p;

    if (strncmp(name, kind, strlen(kind)) != 0
        || strlen(name) < 4 || strcmp(name + strlen(name) - 4, ".key") != 0)
    {
        return false;
    }

    *ours = true;
    p = name + strlen(kind);
    n = 0;

    for (digits = 0; p[digits] >= '0' && p[digits] <= '9'; digits++) {

        if (digits == 10) {
            return false;
        }

        n = n * 10 + (uint64_t) (p[digits] - '0');
    }

    if (strcmp(p + digits, ".key") != 0 || p[0] == '0' || n == 0
        || n > INT32_MAX)
    {
        return false;
    }

    *id = (uint32_t) n;

    return true;
}


static bool
ln_ring_add(ln_ring_t *ring, uint32_t id, const unsigned char *key)
{
    size_t  i;

    if (ring->n == LN_RING_MOST || ln_ring_find(ring, id)) {
        return false;
    }

    for (i = ring->n; i && ring->keys[i - 1].id > id; i--) {
        ring->keys[i] = ring->keys[i - 1];
    }

    ring->keys[i].id = id;
    memcpy(ring->keys[i].key, key, LN_RING_KEY);
    ring->n++;

    return true;
}


/* NULL, or what is wrong with it. */

static const char *
ln_key_file(int dir, const char *name, unsigned char *key)
{
    int             fd;
    ssize_t         n;
    const char     *wrong;
    struct stat     st;
    unsigned char   text[LN_RING_FILE];

    fd = openat(dir, name, O_RDONLY|O_CLOEXEC|O_NONBLOCK);

    if (fd == -1 || fstat(fd, &st) == -1) {
        wrong = strerror(errno);

        if (fd != -1) {
            (void) close(fd);
        }

        return wrong;
    }

    n = 0;

    if (!S_ISREG(st.st_mode)) {
        wrong = "it is no regular file";

    } else if (st.st_mode & (S_IRWXG|S_IRWXO)) {
        wrong = "others than its owner can read or write it (chmod 600)";

    } else {
        n = read(fd, text, sizeof(text));
        wrong = n == -1 ? strerror(errno) : ln_key_take(text, n, key);
    }

    OPENSSL_cleanse(text, sizeof(text));
    (void) close(fd);

    return wrong;
}


static const char *
ln_key_take(unsigned char *text, size_t length, unsigned char *key)
{
    int     high, low;
    size_t  i;

    if (length == LN_RING_KEY) {
        memcpy(key, text, LN_RING_KEY);
        return NULL;
    }

    while (length && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
        length--;
    }

    if (length < 2 * LN_RING_KEY) {
        return "it is shorter than 32 bytes or 64 hexadecimal digits";
    }

    for (i = 0; i < LN_RING_KEY; i++) {
        high = ln_key_digit(text[2 * i]);
        low = ln_key_digit(text[2 * i + 1]);

        if (high < 0 || low < 0 || length != 2 * LN_RING_KEY) {
            return "it holds neither 32 bytes nor 64 hexadecimal digits";
        }

        key[i] = (unsigned char) (high << 4 | low);
    }

    return NULL;
}


static int
ln_key_digit(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


const ln_ring_key_t *
ln_ring_find(const ln_ring_t *ring, uint32_t id)
{
    size_t  i;

    for (i = 0; i < ring->n; i++) {
        if (ring->keys[i].id == id) {
            return &ring->keys[i];
        }
    }

    return NULL;
}


const ln_ring_key_t *
ln_ring_newest(const ln_ring_t *ring)
{
    return ring->n ? &ring->keys[ring->n - 1] : NULL;
}
