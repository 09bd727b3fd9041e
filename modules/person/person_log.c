
/*
 * Who opened my record: every audit event that names it.  Of staff one learns
 * the role and the region that it was granted for, as they were at that
 * moment; who it was stays between the clerk and his office.
 */

#include "person.h"


static const char *const  who[] = { "self", "staff", "citizen", "system",
                                    NULL };


const ln_param_t  person_log_in[] = {
    LN_ACTING_FOR,
    PERSON_PAGE,
    { .name = NULL }
};

static const ln_column_t  columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "at", .type = LN_INSTANT },
    { .name = "action", .type = LN_STRING,
      .summary = "Method and path, as in this document" },
    { .name = "clear", .type = LN_BOOLEAN, .summary = "Seen unmasked" },
    { .name = "who", .type = LN_ENUM, .values = who },
    { .name = "role", .type = LN_STRING, .nullable = 1,
      .summary = "Of staff" },
    { .name = "organization", .type = LN_STRING, .nullable = 1,
      .summary = "The organization or region for which the role was granted" },
    { .name = "reason", .type = LN_STRING, .nullable = 1 },
    { .name = "cursor.1", .type = LN_UUID },
    { .name = NULL }
};

static const ln_page_t  page[] = {
    { LN_UUID, "ffffffff-ffff-ffff-ffff-ffffffffffff" },
    { 0, NULL }
};

#define HELD                                                                  \
    " FROM access_grant g"                                                    \
    " JOIN role ro ON ro.id = g.role_id"                                      \
    " LEFT JOIN region gr ON gr.id = g.region_id"                             \
    " LEFT JOIN organization go ON go.id = g.organization_id"                 \
    " WHERE g.account_id = e.account_id"                                      \
      " AND g.valid_from <= e.at"                                             \
      " AND (g.valid_to IS NULL OR g.valid_to > e.at)"                        \
      " AND (g.revoked_at IS NULL OR g.revoked_at > e.at)"                    \
      " AND ro.branch = 'business')"

const ln_stmt_t  person_log = {
    .name = "person_log",
    .sql = "SELECT e.id,"
                 " e.at,"
                 " e.action,"
                 " e.action = 'GET /api/v1/persons/{id}/clear' AS clear,"
                 " CASE"
                 " WHEN e.account_id IS NULL THEN 'system'"
                 " WHEN e.account_id = :self THEN 'self'"
                 " WHEN w.kind = 'staff' THEN 'staff'"
                 " ELSE 'citizen'"
                 " END AS who,"
                 " IF(w.kind = 'staff',"
                    " (SELECT GROUP_CONCAT(DISTINCT ro.name"
                                         " ORDER BY ro.id"
                                         " SEPARATOR ' ')" HELD ", NULL)"
                 " AS role,"
                 " IF(w.kind = 'staff',"
                    " (SELECT GROUP_CONCAT("
                                 "DISTINCT COALESCE(go.name, gr.full_name)"
                                 " SEPARATOR ' ')" HELD ", NULL)"
                 " AS organization,"
                 " JSON_UNQUOTE(JSON_EXTRACT(e.detail, '$.reason'))"
                 " AS reason,"
                 " e.id AS `cursor.1`"
           " FROM person m"
           " JOIN audit_event e ON e.subject_type = 'person'"
                             " AND e.subject_id = " PERSON_TEXT("m.id")
           " LEFT JOIN account w ON w.id = e.account_id"
           " WHERE (m.id = " LN_ACTING_PERSON("'*'")
                  " OR m.merged_into = " LN_ACTING_PERSON("'*'") ")"
             " AND e.id < :cursor.1"
           " ORDER BY e.id DESC"
           " LIMIT :page",
    .columns = columns,
    .page = page
};
