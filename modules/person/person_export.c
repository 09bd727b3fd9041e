
/* GET /me/data-requests/{id}/export: all of one's own data, in the clear. */

#include "person.h"


#define MOST  "1000"       /* rows of a kind; the rest by the lists under /me */


const ln_param_t  person_export_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The request" },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_column_t  lookup_columns[] = {
    { .name = "fresh", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  person_export_lookup = {
    .name = "person_export_lookup",
    .sql = "SELECT EXISTS (SELECT 1"
                         " FROM session s"
                         " WHERE s.id = :session"
                           " AND s.account_id = :self"
                           " AND s.created_at > UTC_TIMESTAMP(6)"
                             " - " PERSON_INTERVAL("person.fresh") ")"
                 " AS fresh"
           " FROM data_request d"
           " WHERE d.id = :id"
             " AND d.account_id = :self"
             " AND d.kind = 'export'"
             " AND d.expires_at > UTC_TIMESTAMP(6)",
    .columns = lookup_columns
};

ngx_int_t
person_export_prepare(ln_request_t *lr, const ln_value_t *row)
{
    if (row == NULL) {
        return ln_fail(lr, NGX_HTTP_NOT_FOUND, "not_found");
    }

    return row[0].integer ? NGX_OK : ln_fail(lr, NGX_HTTP_CONFLICT,
                                             "sign_in_again");
}


/* The account, and the record of who one is. */

static const ln_column_t  account_columns[] = {
    { .name = "account", .type = LN_UUID },
    { .name = "phone", .type = LN_SEALED, .seal = "account.phone",
      .mask = LN_MASK_NONE, .nullable = 1 },
    { .name = "locale", .type = LN_STRING, .nullable = 1 },
    { .name = "account_created_at", .type = LN_INSTANT },
    { .name = "person", .type = LN_UUID, .nullable = 1 },
    { .name = "kind", .type = LN_STRING, .nullable = 1 },
    { .name = "name", .type = LN_SEALED, .seal = "person.name",
      .mask = LN_MASK_NONE, .nullable = 1 },
    { .name = "document_kind", .type = LN_STRING, .nullable = 1 },
    { .name = "document_number", .type = LN_SEALED,
      .seal = "person.document_number", .mask = LN_MASK_NONE,
      .nullable = 1 },
    { .name = "assurance", .type = LN_INTEGER, .nullable = 1 },
    { .name = "assured_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "region", .type = LN_STRING, .nullable = 1 },
    { .name = "person_created_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  person_export = {
    .name = "person_export",
    .sql = "SELECT a.id AS account,"
                 " a.phone,"
                 " a.locale,"
                 " a.created_at AS account_created_at,"
                 " p.id AS person,"
                 " p.kind,"
                 " p.name,"
                 " p.document_kind,"
                 " p.document_number,"
                 " p.assurance,"
                 " p.assured_at,"
                 " re.full_name AS region,"
                 " p.created_at AS person_created_at"
           " FROM account a"
           " LEFT JOIN person p ON p.id = a.person_id"
           " LEFT JOIN region re ON re.id = p.region_id"
           " WHERE a.id = :self",
    .columns = account_columns
};


static const ln_column_t  session_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "method", .type = LN_STRING },
    { .name = "device_name", .type = LN_STRING, .nullable = 1 },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = "used_at", .type = LN_INSTANT },
    { .name = "ended_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = NULL }
};

static const ln_stmt_t  sessions = {
    .name = "person_export_sessions",
    .sql = "SELECT s.id,"
                 " s.method,"
                 " s.device_name,"
                 " s.created_at,"
                 " s.used_at,"
                 " s.ended_at"
           " FROM session s"
           " WHERE s.account_id = :self"
           " ORDER BY s.id DESC"
           " LIMIT " MOST,
    .columns = session_columns
};

static const ln_column_t  identity_columns[] = {
    { .name = "kind", .type = LN_STRING },
    { .name = "issuer", .type = LN_STRING },
    { .name = "subject", .type = LN_STRING },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = "used_at", .type = LN_INSTANT },
    { .name = NULL }
};

static const ln_stmt_t  identities = {
    .name = "person_export_identities",
    .sql = "SELECT i.kind,"
                 " i.issuer,"
                 " i.subject,"
                 " i.created_at,"
                 " i.used_at"
           " FROM account_identity i"
           " WHERE i.account_id = :self"
           " ORDER BY i.created_at, i.kind"
           " LIMIT " MOST,
    .columns = identity_columns
};

static const ln_column_t  consent_columns[] = {
    { .name = "document", .type = LN_STRING },
    { .name = "version", .type = LN_STRING },
    { .name = "given_at", .type = LN_INSTANT },
    { .name = "withdrawn_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = NULL }
};

static const ln_stmt_t  consents = {
    .name = "person_export_consents",
    .sql = "SELECT c.document,"
                 " c.document_version AS version,"
                 " c.given_at,"
                 " c.withdrawn_at"
           " FROM consent c"
           " WHERE c.account_id = :self"
           " ORDER BY c.given_at, c.id"
           " LIMIT " MOST,
    .columns = consent_columns
};

static const ln_column_t  contact_columns[] = {
    { .name = "may_call", .type = LN_BOOLEAN },
    { .name = "may_text", .type = LN_BOOLEAN },
    { .name = "may_leave_message", .type = LN_BOOLEAN },
    { .name = "may_name_us", .type = LN_BOOLEAN },
    { .name = "safe_phone", .type = LN_SEALED,
      .seal = "contact_preference.safe_phone", .mask = LN_MASK_NONE,
      .nullable = 1 },
    { .name = NULL }
};

static const ln_stmt_t  contact = {
    .name = "person_export_contact",
    .sql = "SELECT c.may_call,"
                 " c.may_text,"
                 " c.may_leave_message,"
                 " c.may_name_us,"
                 " c.safe_phone"
           " FROM contact_preference c"
           " WHERE c.account_id = :self",
    .columns = contact_columns
};

static const ln_column_t  proxy_columns[] = {
    { .name = "side", .type = LN_STRING },
    { .name = "relation", .type = LN_STRING },
    { .name = "scope", .type = LN_STRING },
    { .name = "evidence", .type = LN_SEALED,
      .seal = "person_proxy.evidence", .mask = LN_MASK_NONE, .nullable = 1 },
    { .name = "valid_from", .type = LN_INSTANT },
    { .name = "valid_to", .type = LN_INSTANT },
    { .name = "confirmed_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "ended_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = NULL }
};

/* Not the other's name: it is his data. */

static const ln_stmt_t  proxies = {
    .name = "person_export_proxies",
    .sql = "SELECT IF(x.proxy_id = a.person_id, 'proxy', 'person') AS side,"
                 " x.relation,"
                 " x.scope,"
                 " x.evidence,"
                 " x.valid_from,"
                 " x.valid_to,"
                 " x.confirmed_at,"
                 " x.ended_at"
           " FROM account a"
           " JOIN person_proxy x ON a.person_id IN (x.person_id, x.proxy_id)"
           " WHERE a.id = :self"
           " ORDER BY x.created_at, x.id"
           " LIMIT " MOST,
    .columns = proxy_columns
};

static const ln_column_t  notice_columns[] = {
    { .name = "template", .type = LN_STRING },
    { .name = "recipient", .type = LN_SEALED, .seal = "outbox.recipient",
      .mask = LN_MASK_NONE, .nullable = 1,
      .summary = "null: the number of the account" },
    { .name = "state", .type = LN_STRING },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = NULL }
};

static const ln_stmt_t  notices = {
    .name = "person_export_notices",
    .sql = "SELECT o.template,"
                 " o.recipient,"
                 " o.state,"
                 " o.created_at"
           " FROM outbox o"
           " WHERE o.account_id = :self"
           " ORDER BY o.id DESC"
           " LIMIT " MOST,
    .columns = notice_columns
};

static const ln_column_t  event_columns[] = {
    { .name = "at", .type = LN_INSTANT },
    { .name = "action", .type = LN_STRING },
    { .name = "request_id", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  events = {
    .name = "person_export_events",
    .sql = "SELECT e.at,"
                 " e.action,"
                 " e.request_id"
           " FROM audit_event e"
           " WHERE e.account_id = :self"
           " ORDER BY e.id DESC"
           " LIMIT " MOST,
    .columns = event_columns,
    .lane = LN_LANE_REPORT
};

const ln_also_t  person_export_also[] = {
    { "sessions", NULL, &sessions, "Where one was signed in" },
    { "identities", NULL, &identities, "Other ways of signing in" },
    { "consents", NULL, &consents, "What one agreed to" },
    { "contact", NULL, &contact, "How one may be reached" },
    { "proxies", NULL, &proxies, "Acting for others, and others for one" },
    { "notices", NULL, &notices, "What was sent to one" },
    { "acts", NULL, &events, "What one did, the newest 1000" },
    { NULL, NULL, NULL, NULL }
};
