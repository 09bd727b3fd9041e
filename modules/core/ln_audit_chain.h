
/*
 * The arithmetic of the audit trail: pure C on OpenSSL, shared by the module,
 * which writes rows and seals, and by `legalnet audit verify`, which does not
 * believe them.
 *
 * A row (audit_event) carries an HMAC-SHA-256 of all its other columns but
 * sealed_seq, which is written later.  A seal (audit_seal) covers a run of
 * committed rows in the order of their ids:
 *
 *     content(n) = "legalnet-seal-1" previous seq:64 {id mac}… events:32 at
 *     sha256(n)  = SHA-256(content with sha256(n - 1))
 *     sm3(n)     = HMAC-SM3(key, SM3(content with sm3(n - 1)))
 *
 * All fields have fixed lengths, numbers are big-endian, and the seal before
 * the first is zero.  The SHA-256 chain can be followed by anybody and its
 * head be printed or stamped elsewhere; the SM3 chain is keyed, so that who
 * can only write the database cannot take a row out and seal anew.  What no
 * chain shows is the loss of its end: note the head outside.
 */

#ifndef _LN_AUDIT_CHAIN_H_INCLUDED_
#define _LN_AUDIT_CHAIN_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define LN_AUDIT_KEY   32
#define LN_AUDIT_ID    16
#define LN_AUDIT_HASH  32
#define LN_AUDIT_AT    26      /* "YYYY-MM-DD hh:mm:ss.ffffff", UTC */


/* A column's bytes; data NULL is SQL's NULL. */
typedef struct {
    const unsigned char  *data;
    size_t                length;
} ln_audit_text_t;

typedef struct {
    ln_audit_text_t       id;
    ln_audit_text_t       at;
    ln_audit_text_t       account_id;
    ln_audit_text_t       action;
    ln_audit_text_t       subject_type;
    ln_audit_text_t       subject_id;
    ln_audit_text_t       request_id;
    ln_audit_text_t       detail;
} ln_audit_row_t;

typedef struct {
    uint64_t              seq;               /* 1, 2, 3 … */
    unsigned char         at[LN_AUDIT_AT];
    unsigned char         first_id[LN_AUDIT_ID];
    unsigned char         last_id[LN_AUDIT_ID];
    uint32_t              events;
    unsigned char         sha256[LN_AUDIT_HASH];
    unsigned char         sm3[LN_AUDIT_HASH];
} ln_audit_seal_t;


/* False only when OpenSSL fails. */
bool ln_audit_mac(const unsigned char key[LN_AUDIT_KEY],
    const ln_audit_row_t *row, unsigned char mac[LN_AUDIT_HASH]);

/* `length` bytes from twice as many hexadecimal digits; false: they are not. */
bool ln_audit_unhex(unsigned char *out, size_t length,
    const unsigned char *text, size_t digits);


/*
 * Making a seal: start, add every row in the order of ids, end.  The end
 * always frees; `previous` is NULL before the first seal.
 */
typedef struct {
    void                 *sha256;            /* EVP_MD_CTX */
    void                 *sm3;
    ln_audit_seal_t       seal;
    bool                  failed;
} ln_audit_chain_t;

void ln_audit_chain_start(ln_audit_chain_t *chain,
    const ln_audit_seal_t *previous);
void ln_audit_chain_add(ln_audit_chain_t *chain,
    const unsigned char id[LN_AUDIT_ID],
    const unsigned char mac[LN_AUDIT_HASH]);
bool ln_audit_chain_end(ln_audit_chain_t *chain,
    const unsigned char key[LN_AUDIT_KEY],
    const unsigned char at[LN_AUDIT_AT], ln_audit_seal_t *seal);


/*
 * Checking: for each seal in the order of seq call _seal(), then _row() for
 * each of its rows in the order of ids, then _end(); for rows not yet sealed
 * _row() alone.  The first result that is not LN_AUDIT_SOUND ends it, and
 * `finding` says in English what is broken.
 */
typedef enum {
    LN_AUDIT_SOUND = 0,
    LN_AUDIT_SEAL_MISSING,
    LN_AUDIT_SEAL_CHANGED,
    LN_AUDIT_ROW_CHANGED,
    LN_AUDIT_ROW_MISSING,
    LN_AUDIT_ROW_ADDED,
    LN_AUDIT_FAILED              /* OpenSSL */
} ln_audit_e;

typedef struct {
    unsigned char         key[LN_AUDIT_KEY];
    ln_audit_seal_t       previous;          /* .seq 0: none yet */
    ln_audit_seal_t       seal;
    ln_audit_chain_t      chain;
    bool                  open;              /* between _seal and _end */
    uint64_t              events;            /* checked, of all */
    char                  finding[256];
} ln_audit_check_t;

void ln_audit_check_start(ln_audit_check_t *check,
    const unsigned char key[LN_AUDIT_KEY]);
ln_audit_e ln_audit_check_seal(ln_audit_check_t *check,
    const ln_audit_seal_t *seal);
ln_audit_e ln_audit_check_row(ln_audit_check_t *check,
    const ln_audit_row_t *row, const ln_audit_text_t *mac);
ln_audit_e ln_audit_check_end(ln_audit_check_t *check);

/* Frees and wipes; also after a finding. */
void ln_audit_check_free(ln_audit_check_t *check);


#endif /* _LN_AUDIT_CHAIN_H_INCLUDED_ */
