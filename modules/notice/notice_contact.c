
/*
 * How somebody may be reached without harm to him: /me/contact.  Who has said
 * nothing yet has version 0.
 */

#include "notice.h"


#define CLOCK(column)                                                         \
    "CONCAT(LPAD(FLOOR(c." column " / 60), 2, '0'), ':',"                     \
          " LPAD(MOD(c." column ", 60), 2, '0')) AS " column


static ngx_int_t contact_minute(ln_request_t *lr, const char *name,
    const char *minute);
static ngx_int_t contact_phone(ln_request_t *lr);


const ln_param_t  notice_contact_in[] = {

    { .name = "may_call", .type = LN_BOOLEAN, .in = LN_BODY, .required = 1,
      .summary = "May somebody call?" },

    { .name = "may_text", .type = LN_BOOLEAN, .in = LN_BODY, .required = 1,
      .summary = "May text messages be sent? Codes that one asks for oneself "
                 "are sent in any case" },

    { .name = "may_leave_message", .type = LN_BOOLEAN, .in = LN_BODY,
      .required = 1,
      .summary = "May a message be left with who answers, or on a machine?" },

    { .name = "may_name_us", .type = LN_BOOLEAN, .in = LN_BODY,
      .required = 1,
      .summary = "May a message say who we are and what it is about?" },

    { .name = "quiet_from", .type = LN_STRING, .in = LN_BODY, .min = 5,
      .max = 5, .summary = "Asia/Shanghai; with quiet_to, or neither",
      .example = "22:00" },

    { .name = "quiet_to", .type = LN_STRING, .in = LN_BODY, .min = 5,
      .max = 5, .summary = "Before quiet_from: over midnight",
      .example = "08:00" },

    { .name = "safe_phone", .type = LN_STRING, .in = LN_BODY, .min = 5,
      .max = 32, .seal = "contact_preference.safe_phone",
      .summary = "A mobile number that nobody else sees, for everything but "
                 "codes; left out: as it is", .example = "13800138000" },

    { .name = "no_safe_phone", .type = LN_BOOLEAN, .in = LN_BODY,
      .fallback = "false", .summary = "Forget the safe number" },

    { .name = "version", .type = LN_INTEGER, .in = LN_VERSION, .required = 1,
      .min = 0, .max = INT32_MAX, .summary = "0: nothing was said before" },

    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "from_minute", .type = LN_INTEGER, .in = LN_COMPUTED },
    { .name = "to_minute", .type = LN_INTEGER, .in = LN_COMPUTED },
    { .name = "mobile", .type = LN_STRING, .in = LN_COMPUTED,
      .seal = "contact_preference.safe_phone" },
    { .name = NULL }
};


static const ln_column_t  contact_columns[] = {
    { .name = "decided", .type = LN_BOOLEAN,
      .summary = "false: ask before the first notice" },
    { .name = "may_call", .type = LN_BOOLEAN },
    { .name = "may_text", .type = LN_BOOLEAN },
    { .name = "may_leave_message", .type = LN_BOOLEAN },
    { .name = "may_name_us", .type = LN_BOOLEAN },
    { .name = "quiet_from", .type = LN_STRING, .nullable = 1 },
    { .name = "quiet_to", .type = LN_STRING, .nullable = 1 },
    { .name = "safe_phone", .type = LN_SEALED, .nullable = 1,
      .seal = "contact_preference.safe_phone", .mask = LN_MASK_PHONE },
    { .name = "version", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  notice_contact = {
    .name = "notice_contact",
    .sql = "SELECT c.account_id IS NOT NULL AS decided,"
                 " COALESCE(c.may_call, 0) AS may_call,"
                 " COALESCE(c.may_text, 1) AS may_text,"
                 " COALESCE(c.may_leave_message, 0) AS may_leave_message,"
                 " COALESCE(c.may_name_us, 0) AS may_name_us,"
                 " " CLOCK("quiet_from") ","
                 " " CLOCK("quiet_to") ","
                 " c.safe_phone,"
                 " COALESCE(c.version, 0) AS version"
           " FROM account a"
           " LEFT JOIN contact_preference c ON c.account_id = a.id"
           " WHERE a.id = :self",
    .columns = contact_columns
};


/* Undone with the rest when the version is another. */

static const ln_stmt_t  begin = {
    .name = "notice_contact_begin",
    .sql = "INSERT IGNORE INTO contact_preference"
           " (account_id,"
            " version,"
            " created_at,"
            " updated_at)"
           " VALUES"
           " (:self,"
            " 0,"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))"
};

static const ln_stmt_t  change = {
    .name = "notice_contact_change",
    .sql = "UPDATE contact_preference"
           " SET may_call = :may_call,"
               " may_text = :may_text,"
               " may_leave_message = :may_leave_message,"
               " may_name_us = :may_name_us,"
               " quiet_from = :from_minute,"
               " quiet_to = :to_minute,"
               " safe_phone = IF(:no_safe_phone,"
                               " NULL,"
                               " COALESCE(:mobile, safe_phone)),"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE account_id = :self"
             " AND version = :version"
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  stale = {
    .name = "notice_contact_stale",
    .sql = "SELECT 'stale' AS code",
    .columns = code_columns
};

const ln_step_t  notice_contact_steps[] = {
    { .stmt = &begin, .optional = 1 },
    { .stmt = &change, .otherwise = &stale },
    { .stmt = NULL }
};


ngx_int_t
notice_contact_before(ln_request_t *lr)
{
    ngx_int_t          rc;
    const ln_value_t  *from, *to;

    if (ln_set_string(lr, "account", ln_principal(lr)->account, 16) != NGX_OK)
    {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    from = ln_param(lr, "quiet_from");
    to = ln_param(lr, "quiet_to");

    if (from->set != to->set) {
        return ln_fail_field(lr, from->set ? "quiet_to" : "quiet_from",
                             "required");
    }

    if (from->set) {

        if (from->string.len == to->string.len
            && ngx_memcmp(from->string.data, to->string.data,
                          to->string.len) == 0)
        {
            return ln_fail_field(lr, "quiet_to", "bad_time");
        }

        rc = contact_minute(lr, "quiet_from", "from_minute");
        if (rc != NGX_OK) {
            return rc;
        }

        rc = contact_minute(lr, "quiet_to", "to_minute");
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return contact_phone(lr);
}


static ngx_int_t
contact_minute(ln_request_t *lr, const char *name, const char *minute)
{
    u_char            *p;
    ngx_int_t          hour, rest;
    const ln_value_t  *value;

    value = ln_param(lr, name);
    p = value->string.data;

    hour = value->string.len == 5 && p[2] == ':' ? ngx_atoi(p, 2) : NGX_ERROR;
    rest = hour == NGX_ERROR ? NGX_ERROR : ngx_atoi(p + 3, 2);

    if (rest == NGX_ERROR || hour > 23 || rest > 59) {
        return ln_fail_field(lr, name, "bad_time");
    }

    return ln_set_integer(lr, minute, hour * 60 + rest) == NGX_OK
           ? NGX_OK : ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
}


static ngx_int_t
contact_phone(ln_request_t *lr)
{
    char              *mobile;
    const ln_value_t  *phone;

    phone = ln_param(lr, "safe_phone");

    if (!phone->set) {
        return NGX_OK;
    }

    mobile = ngx_pnalloc(ln_pool(lr), NOTICE_MOBILE);

    if (mobile && !notice_mobile((char *) phone->string.data,
                                 phone->string.len, mobile))
    {
        return ln_fail_field(lr, "safe_phone", "bad_mobile");
    }

    return mobile && ln_set_string(lr, "mobile", mobile, NOTICE_MOBILE)
                     == NGX_OK
           ? NGX_OK : ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
}
