
#include "ln_core.h"
#include <sys/random.h>
#include <openssl/rand.h>


/*
 * RFC 9562, version 7:
 *
 *     unix_ts_ms:48  ver:4  counter:12  var:2  counter:30  random:32
 *
 * A dedicated counter of 42 bits (6.2, method 1): its start is random within
 * its lower half, so that it cannot run over within one millisecond, and it
 * goes on counting when the clock stands still or goes back.
 */

#define LN_UUID_START   (((uint64_t) 1 << 41) - 1)
#define LN_UUID_BUFFER  1024     /* one system call for about 80 ids */


static struct {
    ngx_pid_t  pid;              /* a fork must not repeat its parent */
    size_t     left;
    uint64_t   ms;
    uint64_t   counter;
    u_char     bytes[LN_UUID_BUFFER];
} ln_uuid_state;


void
ln_random(void *to, size_t size)
{
    u_char   *p;
    ssize_t   n;

    if (ln_uuid_state.pid != ngx_pid || ln_uuid_state.left < size) {
        n = getrandom(ln_uuid_state.bytes, LN_UUID_BUFFER, GRND_NONBLOCK);

        /* before the kernel's pool is ready: OpenSSL's, seeded its own way */
        if (n != LN_UUID_BUFFER
            && RAND_bytes(ln_uuid_state.bytes, LN_UUID_BUFFER) != 1)
        {
            ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                          "no random bytes, identifiers can be guessed");
        }

        ln_uuid_state.left = LN_UUID_BUFFER;
        ln_uuid_state.pid = ngx_pid;
    }

    ln_uuid_state.left -= size;
    p = ln_uuid_state.bytes + ln_uuid_state.left;

    ngx_memcpy(to, p, size);
    ngx_memzero(p, size);
}


static void
ln_uuid_number(u_char *p, uint64_t number, ngx_uint_t bytes)
{
    while (bytes) {
        p[--bytes] = (u_char) number;
        number >>= 8;
    }
}


void
ln_uuid7(u_char id[16])
{
    uint64_t         ms, counter;
    struct timespec  ts;

    /* nginx's cached time stands still within one turn of the event loop */
    (void) clock_gettime(CLOCK_REALTIME, &ts);
    ms = (uint64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;

    if (ln_uuid_state.pid != ngx_pid || ms > ln_uuid_state.ms) {
        ln_random(&counter, sizeof(counter));
        ln_uuid_state.counter = counter & LN_UUID_START;
        ln_uuid_state.ms = ms;
    }

    counter = ++ln_uuid_state.counter;

    ln_uuid_number(id, ln_uuid_state.ms, 6);
    ln_uuid_number(id + 6, 0x7000 | (counter >> 30), 2);
    ln_uuid_number(id + 8, 0x80000000 | (counter & 0x3fffffff), 4);
    ln_random(id + 12, 4);
}


u_char *
ln_uuid_print(u_char *p, const u_char id[16])
{
    ngx_uint_t           i;
    static const u_char  hex[] = "0123456789abcdef";

    for (i = 0; i < 16; i++) {

        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *p++ = '-';
        }

        *p++ = hex[id[i] >> 4];
        *p++ = hex[id[i] & 15];
    }

    return p;
}


/* The 36 characters of RFC 9562, 4, in either case, and nothing else. */

ngx_int_t
ln_uuid_parse(const ngx_str_t *text, u_char id[16])
{
    ngx_int_t    byte;
    ngx_uint_t   i;
    u_char      *p;

    if (text->len != 36) {
        return NGX_ERROR;
    }

    p = text->data;

    for (i = 0; i < 16; i++) {

        if (i == 4 || i == 6 || i == 8 || i == 10) {
            if (*p++ != '-') {
                return NGX_ERROR;
            }
        }

        byte = ngx_hextoi(p, 2);
        if (byte == NGX_ERROR) {
            return NGX_ERROR;
        }

        id[i] = (u_char) byte;
        p += 2;
    }

    return NGX_OK;
}
