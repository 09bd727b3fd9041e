
/*
 * The directory of keys (`legalnet_keys`): pure C, shared with the program
 * `legalnet`.
 *
 *     token-<number>.key    signs and checks access tokens
 *     field-<number>.key    encrypts fields of personal data
 *     index.key             blind indexes of such fields
 *
 * Each holds 32 random bytes, as they are or as 64 hexadecimal digits, and is
 * a file that its owner alone can read.  The highest number makes what is new,
 * all of them read what is there: a key is retired by removing its file once
 * nothing bears its number any more.  Other files there are not looked at.
 */

#ifndef _LN_KEY_RING_H_INCLUDED_
#define _LN_KEY_RING_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define LN_RING_KEY   32
#define LN_RING_MOST  16             /* keys of a kind at one time */


typedef struct {
    uint32_t       id;               /* 1 … 2^31 - 1 */
    unsigned char  key[LN_RING_KEY];
} ln_ring_key_t;

/* By number, the newest last. */
typedef struct {
    ln_ring_key_t  keys[LN_RING_MOST];
    size_t         n;
} ln_ring_t;

typedef struct {
    ln_ring_t      token;
    ln_ring_t      field;
    unsigned char  index[LN_RING_KEY];
} ln_keys_t;


/* False: `why` names the file and what is wrong with it. */
bool ln_keys_read(ln_keys_t *keys, const char *directory, char *why,
    size_t size);
void ln_keys_wipe(ln_keys_t *keys);

/* NULL: there is none of that number. */
const ln_ring_key_t *ln_ring_find(const ln_ring_t *ring, uint32_t id);
const ln_ring_key_t *ln_ring_newest(const ln_ring_t *ring);


#endif /* _LN_KEY_RING_H_INCLUDED_ */
