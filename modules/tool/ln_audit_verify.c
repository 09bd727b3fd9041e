
/*
 * legalnet audit verify: reads the whole trail and believes none of it.  The
 * arithmetic is in modules/core/ln_audit_chain.c; here are the rows.
 */

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ln_audit_chain.h"
#include "ln_key.h"
#include "ln_tool.h"
#include "ln_tool_db.h"


#define LN_VERIFY_PAGE  500      /* seals, or waiting rows, read at a time */


typedef struct {
    ln_db_t           *db;
    ln_audit_check_t   check;
    ln_audit_e         found;
    ln_audit_seal_t    seals[LN_VERIFY_PAGE];
    size_t             nseals;
    size_t             nrows;        /* of the last page */
    uint64_t           waiting;
    char               last_id[2 * LN_AUDIT_ID + 1];
    uint64_t           noted_seq;    /* --head; 0: none */
    unsigned char      noted[LN_AUDIT_HASH];
} ln_verify_t;


/* The columns of a row, in this order in both statements. */
#define LN_VERIFY_ROW                                                         \
    "e.id,"                                                                   \
    " DATE_FORMAT(e.at, '%Y-%m-%d %H:%i:%s.%f'),"                             \
    " e.account_id,"                                                          \
    " e.action,"                                                              \
    " e.subject_type,"                                                        \
    " e.subject_id,"                                                          \
    " e.request_id,"                                                          \
    " e.detail,"                                                              \
    " e.mac,"                                                                 \
    " HEX(e.id)"

static const char  ln_verify_seals[] =
    "SELECT seq,"
    " DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s.%f'),"
    " first_id,"
    " last_id,"
    " events,"
    " sha256,"
    " sm3"
    " FROM audit_seal"
    " WHERE seq > ?"
    " ORDER BY seq"
    " LIMIT 500";

static const char  ln_verify_sealed[] =
    "SELECT " LN_VERIFY_ROW
    " FROM audit_event e"
    " WHERE e.sealed_seq = ?"
    " ORDER BY e.id";

static const char  ln_verify_waiting[] =
    "SELECT " LN_VERIFY_ROW
    " FROM audit_event e"
    " WHERE e.sealed_seq IS NULL AND e.id > UNHEX(?)"
    " ORDER BY e.id"
    " LIMIT 500";

/* Rows that say a seal which is not there. */
static const char  ln_verify_orphans[] =
    "SELECT HEX(e.id),"
    " e.sealed_seq"
    " FROM audit_event e"
    " LEFT JOIN audit_seal s ON s.seq = e.sealed_seq"
    " WHERE e.sealed_seq IS NOT NULL AND s.seq IS NULL"
    " ORDER BY e.id"
    " LIMIT 1";


const ln_option_t  ln_audit_verify_options[] = {
    { "key-file", "FILE", "that of legalnet_key_file"
      " (else LEGALNET_KEY_FILE)" },
    { "head", "SEQ:SHA256", "a head noted earlier: it must still be there" },
    LN_DATABASE_OPTIONS,
    { NULL, NULL, NULL }
};


int
ln_audit_key(const char *file, unsigned char key[LN_KEY])
{
    int            fd;
    ssize_t        n;
    unsigned char  secret[LN_MAX_KEY];

    if (file == NULL) {
        file = getenv("LEGALNET_KEY_FILE");
    }

    if (file == NULL) {
        ln_complain("neither --key-file nor LEGALNET_KEY_FILE says which key");
        return -1;
    }

    fd = open(file, O_RDONLY);
    n = (fd == -1) ? -1 : read(fd, secret, sizeof(secret));

    if (fd != -1) {
        (void) close(fd);
    }

    if (n < LN_MIN_KEY || !ln_key_derive(secret, n, LN_PURPOSE_AUDIT, key)) {
        ln_complain("%s cannot be read or is shorter than %d bytes", file,
                    LN_MIN_KEY);
        n = -1;
    }

    explicit_bzero(secret, sizeof(secret));

    return n == -1 ? -1 : 0;
}


static int
ln_verify_head(ln_verify_t *verify, const char *head)
{
    char  *colon;

    if (head == NULL) {
        return 0;
    }

    verify->noted_seq = strtoull(head, &colon, 10);

    if (verify->noted_seq == 0 || *colon != ':'
        || !ln_audit_unhex(verify->noted, LN_AUDIT_HASH,
                           (const unsigned char *) colon + 1,
                           strlen(colon + 1)))
    {
        ln_complain("--head is the number of a seal, a colon and its 64 "
                    "hexadecimal digits");
        return -1;
    }

    return 0;
}


static void
ln_verify_bytes(unsigned char *to, size_t length, ln_cell_t cell)
{
    memset(to, 0, length);

    if (cell.data != NULL) {
        memcpy(to, cell.data, cell.len < length ? cell.len : length);
    }
}


static int
ln_verify_seal_row(void *data, const ln_cell_t *row)
{
    ln_verify_t      *verify = data;
    ln_audit_seal_t  *seal;

    seal = &verify->seals[verify->nseals++];

    seal->seq = ln_cell_number(row[0]);
    ln_verify_bytes(seal->at, LN_AUDIT_AT, row[1]);
    ln_verify_bytes(seal->first_id, LN_AUDIT_ID, row[2]);
    ln_verify_bytes(seal->last_id, LN_AUDIT_ID, row[3]);
    seal->events = (uint32_t) ln_cell_number(row[4]);
    ln_verify_bytes(seal->sha256, LN_AUDIT_HASH, row[5]);
    ln_verify_bytes(seal->sm3, LN_AUDIT_HASH, row[6]);

    return 0;
}


static ln_audit_text_t
ln_verify_text(ln_cell_t cell)
{
    ln_audit_text_t  text;

    text.data = (const unsigned char *) cell.data;
    text.length = cell.len;

    return text;
}


static int
ln_verify_row(void *data, const ln_cell_t *cells)
{
    ln_verify_t      *verify = data;
    ln_audit_row_t    row;
    ln_audit_text_t   mac;

    row.id = ln_verify_text(cells[0]);
    row.at = ln_verify_text(cells[1]);
    row.account_id = ln_verify_text(cells[2]);
    row.action = ln_verify_text(cells[3]);
    row.subject_type = ln_verify_text(cells[4]);
    row.subject_id = ln_verify_text(cells[5]);
    row.request_id = ln_verify_text(cells[6]);
    row.detail = ln_verify_text(cells[7]);
    mac = ln_verify_text(cells[8]);

    verify->nrows++;
    (void) snprintf(verify->last_id, sizeof(verify->last_id), "%s",
                    cells[9].data);

    verify->found = ln_audit_check_row(&verify->check, &row, &mac);

    return verify->found != LN_AUDIT_SOUND || ln_interrupted;
}


static int
ln_verify_orphan(void *data, const ln_cell_t *row)
{
    ln_verify_t *verify = data;

    verify->found = LN_AUDIT_SEAL_MISSING;
    (void) snprintf(verify->check.finding, sizeof(verify->check.finding),
                    "event %s names seal %s, which is missing", row[0].data,
                    row[1].data);

    return 1;
}


static int
ln_verify_noted(ln_verify_t *verify, const ln_audit_seal_t *seal)
{
    if (seal->seq != verify->noted_seq
        || memcmp(seal->sha256, verify->noted, LN_AUDIT_HASH) == 0)
    {
        return 0;
    }

    verify->found = LN_AUDIT_SEAL_CHANGED;
    (void) snprintf(verify->check.finding, sizeof(verify->check.finding),
                    "seal %" PRIu64 " is not the one that was noted",
                    seal->seq);

    return -1;
}


/* 0: this seal is sound; -1: a finding, or the database failed. */

static int
ln_verify_one(ln_verify_t *verify, const ln_audit_seal_t *seal)
{
    int        rc;
    ln_bind_t  seq;

    if (ln_verify_noted(verify, seal) != 0) {
        return -1;
    }

    verify->found = ln_audit_check_seal(&verify->check, seal);

    if (verify->found != LN_AUDIT_SOUND) {
        return -1;
    }

    seq = ln_bind_number(seal->seq);
    rc = ln_db_select(verify->db, ln_verify_sealed, &seq, 1, ln_verify_row,
                      verify);

    if (rc != 0 || verify->found != LN_AUDIT_SOUND || ln_interrupted) {
        return -1;
    }

    verify->found = ln_audit_check_end(&verify->check);

    return verify->found == LN_AUDIT_SOUND ? 0 : -1;
}


static int
ln_verify_chain(ln_verify_t *verify)
{
    size_t     i;
    ln_bind_t  after;

    do {
        verify->nseals = 0;
        after = ln_bind_number(verify->check.previous.seq);

        if (ln_db_select(verify->db, ln_verify_seals, &after, 1,
                         ln_verify_seal_row, verify)
            != 0)
        {
            return -1;
        }

        for (i = 0; i < verify->nseals; i++) {
            if (ln_verify_one(verify, &verify->seals[i]) != 0) {
                return -1;
            }
        }

    } while (verify->nseals == LN_VERIFY_PAGE);

    if (verify->check.previous.seq < verify->noted_seq) {
        verify->found = LN_AUDIT_SEAL_MISSING;
        (void) snprintf(verify->check.finding, sizeof(verify->check.finding),
                        "seal %" PRIu64 ", which was noted, is missing",
                        verify->noted_seq);
        return -1;
    }

    return 0;
}


static int
ln_verify_rest(ln_verify_t *verify)
{
    ln_bind_t  after;

    if (ln_db_select(verify->db, ln_verify_orphans, NULL, 0, ln_verify_orphan,
                     verify)
        != 0
        || verify->found != LN_AUDIT_SOUND)
    {
        return -1;
    }

    verify->last_id[0] = '\0';

    do {
        verify->nrows = 0;
        after = ln_bind_text(verify->last_id);

        if (ln_db_select(verify->db, ln_verify_waiting, &after, 1,
                         ln_verify_row, verify)
            != 0
            || verify->found != LN_AUDIT_SOUND)
        {
            return -1;
        }

        verify->waiting += verify->nrows;

    } while (verify->nrows == LN_VERIFY_PAGE);

    return 0;
}


static ln_exit_e
ln_verify_say(ln_verify_t *verify, int rc)
{
    size_t            i;
    ln_audit_seal_t  *head;

    if (verify->found == LN_AUDIT_FAILED) {
        ln_complain("OpenSSL failed to compute a hash");
        return LN_EXIT_FAILED;
    }

    if (verify->found != LN_AUDIT_SOUND) {
        (void) printf("BROKEN: %s\n", verify->check.finding);
        return LN_EXIT_REFUSED;
    }

    if (ln_interrupted) {
        ln_complain("interrupted; sound so far");
        return LN_EXIT_FAILED;
    }

    if (rc != 0) {
        ln_complain("%s", ln_db_error(verify->db));
        return LN_EXIT_FAILED;
    }

    head = &verify->check.previous;

    (void) printf("sound: %" PRIu64 " events, %" PRIu64 " of them not sealed "
                  "yet\n", verify->check.events, verify->waiting);

    if (head->seq == 0) {
        return LN_EXIT_OK;
    }

    (void) printf("head: %" PRIu64 ":", head->seq);

    for (i = 0; i < LN_AUDIT_HASH; i++) {
        (void) printf("%02x", head->sha256[i]);
    }

    (void) printf("\n");

    return LN_EXIT_OK;
}


ln_exit_e
ln_audit_verify_command(const ln_arguments_t *args)
{
    int            rc;
    ln_exit_e      status;
    ln_verify_t   *verify;
    unsigned char  key[LN_KEY];

    verify = calloc(1, sizeof(ln_verify_t));

    if (verify == NULL
        || ln_verify_head(verify, ln_option(args, "head")) != 0
        || ln_audit_key(ln_option(args, "key-file"), key) != 0)
    {
        free(verify);
        return LN_EXIT_USAGE;
    }

    verify->db = ln_db_connect(ln_option(args, "database"),
                               ln_option(args, "password-file"));

    if (verify->db == NULL) {
        explicit_bzero(key, sizeof(key));
        free(verify);
        return LN_EXIT_FAILED;
    }

    ln_audit_check_start(&verify->check, key);
    explicit_bzero(key, sizeof(key));

    rc = ln_verify_chain(verify);

    if (rc == 0) {
        rc = ln_verify_rest(verify);
    }

    status = ln_verify_say(verify, rc);

    ln_audit_check_free(&verify->check);
    ln_db_close(verify->db);
    free(verify);

    return status;
}
