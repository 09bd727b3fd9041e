
/*
 * legalnet keys add: a new key file beside the others, 0600 and of the same
 * owner, whole or not at all.  nginx reads it at its next reload.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "ln_key_ring.h"
#include "ln_tool.h"


#define LN_KEYS_PATH  4096


static int
ln_keys_text(char text[2 * LN_RING_KEY + 1])
{
    size_t         i;
    unsigned char  key[LN_RING_KEY];

    if (RAND_bytes(key, sizeof(key)) != 1) {
        return -1;
    }

    for (i = 0; i < LN_RING_KEY; i++) {
        (void) snprintf(text + 2 * i, 3, "%02x", key[i]);
    }

    text[2 * LN_RING_KEY] = '\n';
    OPENSSL_cleanse(key, sizeof(key));

    return 0;
}


/* Under another name first: who reads the directory never sees half a key. */

static int
ln_keys_write(const char *directory, const char *path, const char *text)
{
    int          fd, rc;
    char         hidden[LN_KEYS_PATH];
    struct stat  st;

    (void) snprintf(hidden, sizeof(hidden), "%s/.new-%ld", directory,
                    (long) getpid());
    (void) unlink(hidden);
    fd = open(hidden, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC|O_NOFOLLOW, 0600);

    if (fd == -1) {
        return -1;
    }

    rc = write(fd, text, 2 * LN_RING_KEY + 1) == 2 * LN_RING_KEY + 1
         && fchmod(fd, 0600) == 0
         && stat(directory, &st) == 0
         && (geteuid() != 0 || fchown(fd, st.st_uid, st.st_gid) == 0)
         && fsync(fd) == 0 ? 0 : -1;

    if (close(fd) != 0 || (rc == 0 && link(hidden, path) != 0)) {
        rc = -1;
    }

    (void) unlink(hidden);

    return rc;
}


ln_exit_e
ln_keys_add_command(const ln_arguments_t *args)
{
    int               rc;
    char              why[256], path[LN_KEYS_PATH];
    char              text[2 * LN_RING_KEY + 1];
    uint32_t          id;
    ln_keys_t         ring;
    const char       *directory, *kind;
    const ln_ring_t  *keys;

    directory = ln_option(args, "keys");
    kind = ln_option(args, "kind");
    kind = kind ? kind : "field";

    if (directory == NULL
        || (strcmp(kind, "field") != 0 && strcmp(kind, "token") != 0))
    {
        ln_complain(directory ? "--kind is field or token"
                              : "--keys does not say where the keys are");
        return LN_EXIT_USAGE;
    }

    if (!ln_keys_read(&ring, directory, why, sizeof(why))) {
        ln_complain("%s", why);
        return LN_EXIT_FAILED;
    }

    keys = kind[0] == 'f' ? &ring.field : &ring.token;
    id = ln_ring_newest(keys)->id + 1;
    rc = keys->n < LN_RING_MOST ? 0 : -1;
    ln_keys_wipe(&ring);

    if (rc != 0) {
        ln_complain("there are %d keys of that kind: remove those that nothing"
                    " needs (legalnet keys check)", LN_RING_MOST);
        return LN_EXIT_REFUSED;
    }

    (void) snprintf(path, sizeof(path), "%s/%s-%u.key", directory, kind, id);

    if (ln_keys_text(text) != 0
        || ln_keys_write(directory, path, text) != 0)
    {
        ln_complain("%s: %s", path, strerror(errno));
        OPENSSL_cleanse(text, sizeof(text));
        return LN_EXIT_FAILED;
    }

    OPENSSL_cleanse(text, sizeof(text));
    printf("%s\n", path);

    return LN_EXIT_OK;
}
