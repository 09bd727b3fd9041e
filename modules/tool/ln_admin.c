
/*
 * legalnet admin create: an account of staff with a password for one sign-in
 * and one of the built-in roles of administrators, everywhere.  How the first
 * administrators come to be; further ones are made by these, in the pages.
 * The act is in the audit trail like any other, with nobody signed in.
 */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "auth_code.h"
#include "auth_password.h"
#include "ln_audit_chain.h"
#include "ln_tool.h"
#include "ln_tool_db.h"


#define LN_ADMIN_NAME_MIN  3
#define LN_ADMIN_NAME_MAX  64


const ln_option_t  ln_admin_create_options[] = {
    { "role", "CODE", "security_administrator (default), system_administrator"
      " or audit_administrator" },
    { "key-file", "FILE", "that of legalnet_key_file, for the audit trail"
      " (else LEGALNET_KEY_FILE)" },
    LN_DATABASE_OPTIONS,
    { NULL, NULL, NULL }
};


static const char  ln_admin_account[] =
    "INSERT INTO account"
    " (id,"
    " kind,"
    " login_name,"
    " password_hash,"
    " password_at,"
    " password_must_change,"
    " created_at,"
    " updated_at)"
    " SELECT ?,"
    " 'staff',"
    " ?,"
    " ?,"
    " UTC_TIMESTAMP(6),"
    " 1,"
    " UTC_TIMESTAMP(6),"
    " UTC_TIMESTAMP(6)"
    " FROM (SELECT 1 AS one) x"
    " WHERE NOT EXISTS (SELECT 1"
    " FROM account a"
    " WHERE a.login_name = ?)";

static const char  ln_admin_grant[] =
    "INSERT INTO access_grant"
    " (id,"
    " account_id,"
    " role_id,"
    " valid_from,"
    " granted_at)"
    " SELECT ?,"
    " ?,"
    " r.id,"
    " UTC_TIMESTAMP(6),"
    " UTC_TIMESTAMP(6)"
    " FROM role r"
    " WHERE r.code = ?"
    " AND r.branch <> 'business'";


static const char  ln_admin_audit[] =
    "INSERT INTO audit_event"
    " (id,"
    " at,"
    " action,"
    " subject_type,"
    " subject_id,"
    " request_id,"
    " mac)"
    " VALUES (?, ?, 'legalnet admin create', 'account', ?, ?, ?)";


/* RFC 9562, version 7. */

static bool
ln_admin_id(unsigned char id[AUTH_ID])
{
    int              i;
    uint64_t         ms;
    struct timespec  now;

    (void) clock_gettime(CLOCK_REALTIME, &now);
    ms = (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;

    if (!auth_random(id, AUTH_ID)) {
        return false;
    }

    for (i = 5; i >= 0; i--) {
        id[i] = (unsigned char) ms;
        ms >>= 8;
    }

    id[6] = (unsigned char) (0x70 | (id[6] & 15));
    id[8] = (unsigned char) (0x80 | (id[8] & 63));

    return true;
}


static bool
ln_admin_name(const char *name)
{
    size_t  n;

    n = strlen(name);

    return n >= LN_ADMIN_NAME_MIN && n <= LN_ADMIN_NAME_MAX
           && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == n
           && name[0] >= 'a' && name[0] <= 'z';
}


static void
ln_admin_hex(const unsigned char *id, int hyphens, char *text)
{
    size_t  i;

    static const char  digits[] = "0123456789abcdef";

    for (i = 0; i < AUTH_ID; i++) {
        if (hyphens && (i == 4 || i == 6 || i == 8 || i == 10)) {
            *text++ = '-';
        }

        *text++ = digits[id[i] >> 4];
        *text++ = digits[id[i] & 15];
    }

    *text = '\0';
}


static int
ln_admin_note(ln_db_t *db, const unsigned char account[AUTH_ID],
    const unsigned char key[LN_AUDIT_KEY])
{
    char             at[LN_AUDIT_AT + 1], uuid[37], request[33];
    ln_bind_t        binds[5];
    struct tm        tm;
    unsigned char    id[AUTH_ID], other[AUTH_ID], mac[LN_AUDIT_HASH];
    ln_audit_row_t   row;
    struct timespec  now;

    (void) clock_gettime(CLOCK_REALTIME, &now);

    if (!ln_admin_id(id) || !ln_admin_id(other)
        || gmtime_r(&now.tv_sec, &tm) == NULL
        || strftime(at, sizeof(at), "%Y-%m-%d %H:%M:%S", &tm) == 0)
    {
        return -1;
    }

    (void) snprintf(at + 19, sizeof(at) - 19, ".%06u",
                    (unsigned) (now.tv_nsec / 1000) % 1000000u);
    ln_admin_hex(account, 1, uuid);
    ln_admin_hex(other, 0, request);

    memset(&row, 0, sizeof(row));
    row.id = (ln_audit_text_t) { id, AUTH_ID };
    row.at = (ln_audit_text_t) { (unsigned char *) at, LN_AUDIT_AT };
    row.action = (ln_audit_text_t) { (const unsigned char *)
                                     "legalnet admin create", 21 };
    row.subject_type = (ln_audit_text_t) { (const unsigned char *) "account",
                                           7 };
    row.subject_id = (ln_audit_text_t) { (unsigned char *) uuid, 36 };
    row.request_id = (ln_audit_text_t) { (unsigned char *) request, 32 };

    if (!ln_audit_mac(key, &row, mac)) {
        return -1;
    }

    binds[0] = ln_bind_bytes(id, AUTH_ID);
    binds[1] = ln_bind_text(at);
    binds[2] = ln_bind_text(uuid);
    binds[3] = ln_bind_text(request);
    binds[4] = ln_bind_bytes(mac, LN_AUDIT_HASH);

    return ln_db_execute(db, ln_admin_audit, binds, 5);
}


/* 0; 1: the name is taken; 2: no such role; -1: the database said no. */

static int
ln_admin_insert(ln_db_t *db, const char *name, const char *role,
    const char *hash, const unsigned char key[LN_AUDIT_KEY])
{
    ln_bind_t      binds[4];
    unsigned char  account[AUTH_ID], grant[AUTH_ID];

    if (!ln_admin_id(account) || !ln_admin_id(grant)) {
        return -1;
    }

    binds[0] = ln_bind_bytes(account, AUTH_ID);
    binds[1] = ln_bind_text(name);
    binds[2] = ln_bind_text(hash);
    binds[3] = ln_bind_text(name);

    if (ln_db_execute(db, ln_admin_account, binds, 4) != 0) {
        return -1;
    }

    if (ln_db_affected(db) == 0) {
        return 1;
    }

    binds[0] = ln_bind_bytes(grant, AUTH_ID);
    binds[1] = ln_bind_bytes(account, AUTH_ID);
    binds[2] = ln_bind_text(role);

    if (ln_db_execute(db, ln_admin_grant, binds, 3) != 0) {
        return -1;
    }

    if (ln_db_affected(db) == 0) {
        return 2;
    }

    if (ln_admin_note(db, account, key) != 0) {
        return -1;
    }

    return ln_db_commit(db);
}


ln_exit_e
ln_admin_create_command(const ln_arguments_t *args)
{
    int          rc;
    char         password[AUTH_RECOVERY + 1], hash[AUTH_PASSWORD_HASH];
    ln_db_t     *db;
    const char  *name, *role;
    unsigned char  key[LN_AUDIT_KEY];

    name = args->words[0];
    role = ln_option(args, "role");
    role = role ? role : "security_administrator";

    if (!ln_admin_name(name)) {
        ln_complain("a login name has %d to %d small letters, digits, dots, "
                    "hyphens and underscores, a letter first",
                    LN_ADMIN_NAME_MIN, LN_ADMIN_NAME_MAX);
        return LN_EXIT_USAGE;
    }

    if (ln_audit_key(ln_option(args, "key-file"), key) != 0) {
        return LN_EXIT_USAGE;
    }

    if (!auth_recovery_new(password)
        || !auth_password_hash(password, AUTH_RECOVERY, hash))
    {
        ln_complain("no password could be made");
        return LN_EXIT_FAILED;
    }

    password[AUTH_RECOVERY] = '\0';

    db = ln_db_connect(ln_option(args, "database"),
                       ln_option(args, "password-file"));
    if (db == NULL) {
        return LN_EXIT_FAILED;
    }

    rc = ln_admin_insert(db, name, role, hash, key);
    auth_wipe(key, sizeof(key));

    if (rc == 0) {
        printf("%s %s\n", name, password);

    } else {
        ln_complain("%s", rc == 1 ? "this login name is in use"
                          : rc == 2 ? "there is no such role of administrators"
                          : ln_db_error(db));
        (void) ln_db_rollback(db);
    }

    ln_db_close(db);
    auth_wipe(password, sizeof(password));

    return rc == 0 ? LN_EXIT_OK : rc > 0 ? LN_EXIT_REFUSED : LN_EXIT_FAILED;
}
