
/*
 * Grants, for the security administrator: nobody gives himself
 * anything, nobody gives more than his own grant covers, and nobody ends up
 * with roles of two of system, security and audit.
 */

#include "auth.h"


static const ln_column_t  grant_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "account.id", .type = LN_UUID },
    { .name = "account.name", .type = LN_STRING, .nullable = 1 },
    { .name = "role.code", .type = LN_STRING },
    { .name = "role.name", .type = LN_STRING },
    { .name = "region.code", .type = LN_STRING, .nullable = 1,
      .summary = "null: everywhere" },
    { .name = "region.name", .type = LN_STRING, .nullable = 1 },
    { .name = "organization.id", .type = LN_ID, .nullable = 1 },
    { .name = "organization.name", .type = LN_STRING, .nullable = 1 },
    { .name = "valid_from", .type = LN_INSTANT },
    { .name = "valid_to", .type = LN_INSTANT, .nullable = 1 },
    { .name = "revoked_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "holds", .type = LN_BOOLEAN, .summary = "At this moment" },
    { .name = NULL }
};

static const ln_column_t  listed_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "account.id", .type = LN_UUID },
    { .name = "account.name", .type = LN_STRING, .nullable = 1 },
    { .name = "role.code", .type = LN_STRING },
    { .name = "role.name", .type = LN_STRING },
    { .name = "region.code", .type = LN_STRING, .nullable = 1,
      .summary = "null: everywhere" },
    { .name = "region.name", .type = LN_STRING, .nullable = 1 },
    { .name = "organization.id", .type = LN_ID, .nullable = 1 },
    { .name = "organization.name", .type = LN_STRING, .nullable = 1 },
    { .name = "valid_from", .type = LN_INSTANT },
    { .name = "valid_to", .type = LN_INSTANT, .nullable = 1 },
    { .name = "revoked_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "holds", .type = LN_BOOLEAN, .summary = "At this moment" },
    { .name = "cursor.1", .type = LN_UUID },
    { .name = NULL }
};

#define GRANT                                                                 \
    "SELECT g.id,"                                                            \
          " g.account_id AS `account.id`,"                                    \
          " a.login_name AS `account.name`,"                                  \
          " ro.code AS `role.code`,"                                          \
          " ro.name AS `role.name`,"                                          \
          " re.code AS `region.code`,"                                        \
          " re.name AS `region.name`,"                                        \
          " og.id AS `organization.id`,"                                      \
          " og.name AS `organization.name`,"                                  \
          " g.valid_from,"                                                    \
          " g.valid_to,"                                                      \
          " g.revoked_at,"                                                    \
          " " AUTH_GRANT_HOLDS("g") " AS holds"

#define GRANT_FROM                                                            \
    " FROM access_grant g"                                                    \
    " JOIN account a ON a.id = g.account_id"                                  \
    " JOIN role ro ON ro.id = g.role_id"                                      \
    " LEFT JOIN region re ON re.id = g.region_id"                             \
    " LEFT JOIN organization og ON og.id = g.organization_id"

/* The region that a grant is about: of an organization, where that is. */
#define GRANT_REGION                                                          \
    "COALESCE(g.region_id, (SELECT gr.region_id"                              \
                          " FROM organization gr"                             \
                          " WHERE gr.id = g.organization_id))"


const ln_param_t  auth_grant_list_in[] = {

    { .name = "account", .type = LN_UUID, .summary = "Of one account" },

    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = LN_MAX_PAGE,
      .fallback = "20", .summary = "Items on a page" },

    { .name = "cursor", .type = LN_CURSOR, .summary = "The page before's" },
    { .name = NULL }
};

static const ln_page_t  grant_page[] = {
    { LN_UUID, "00000000-0000-0000-0000-000000000000" },
    { 0, NULL }
};

const ln_stmt_t  auth_grant_list = {
    .name = "auth_grant_list",
    .sql = GRANT ","
                 " g.id AS `cursor.1`"
           GRANT_FROM
           " WHERE g.id > :cursor.1"
             " AND (:account IS NULL OR g.account_id = :account)"
             " AND " LN_IN_SCOPE(GRANT_REGION)
           " ORDER BY g.id"
           " LIMIT :page",
    .columns = listed_columns,
    .page = grant_page
};


const ln_param_t  auth_grant_create_in[] = {

    { .name = "account", .type = LN_UUID, .in = LN_BODY, .required = 1,
      .summary = "To whom: an account of staff" },

    { .name = "role", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 1, .max = 32, .summary = "The role's code" },

    { .name = "region", .type = LN_STRING, .in = LN_BODY, .min = 2, .max = 12,
      .summary = "The region's code, with all in it; left out: everywhere" },

    { .name = "organization", .type = LN_ID, .in = LN_BODY, .min = 1,
      .max = INT64_MAX, .summary = "One organization, instead of a region" },

    { .name = "valid_from", .type = LN_INSTANT, .in = LN_BODY,
      .summary = "Left out: now" },

    { .name = "valid_to", .type = LN_INSTANT, .in = LN_BODY,
      .summary = "The first instant without it; left out: until revoked" },

    { .name = NULL }
};


static const ln_column_t  id_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = NULL }
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

/* Of two who grant the same account at once the second waits, and sees. */

static const ln_stmt_t  lock = {
    .name = "auth_grant_lock",
    .sql = "SELECT a.id"
           " FROM account a"
           " WHERE a.id = :account"
             " AND a.kind = 'staff'"
             " AND a.status = 'active'"
           " FOR UPDATE",
    .columns = id_columns
};

#define OTHER_BRANCH                                                          \
    "EXISTS (SELECT 1"                                                        \
           " FROM access_grant og"                                            \
           " JOIN role o ON o.id = og.role_id"                                \
           " JOIN role n ON n.code = :role"                                   \
           " WHERE og.account_id = :account"                                  \
             " AND og.revoked_at IS NULL"                                     \
             " AND (og.valid_to IS NULL OR og.valid_to > UTC_TIMESTAMP(6))"   \
             " AND o.branch <> 'business'"                                    \
             " AND n.branch <> 'business'"                                    \
             " AND o.branch <> n.branch)"

static const ln_stmt_t  create = {
    .name = "auth_grant_create",
    .sql = "INSERT INTO access_grant"
           " (id,"
            " account_id,"
            " role_id,"
            " region_id,"
            " organization_id,"
            " valid_from,"
            " valid_to,"
            " granted_by,"
            " granted_at)"
           " SELECT :new_id,"
                  " a.id,"
                  " ro.id,"
                  " re.id,"
                  " gx.id,"
                  " COALESCE(:valid_from, UTC_TIMESTAMP(6)),"
                  " :valid_to,"
                  " :self,"
                  " UTC_TIMESTAMP(6)"
           " FROM account a"
           " JOIN role ro ON ro.code = :role"
           " LEFT JOIN region re ON re.code = :region"
           " LEFT JOIN organization gx ON gx.id = :organization"
           " WHERE a.id = :account"
             " AND a.id <> :self"
             " AND (:region IS NULL OR re.id IS NOT NULL)"
             " AND (:organization IS NULL"
                  " OR (gx.id IS NOT NULL"
                      " AND :region IS NULL"
                      " AND ro.branch = 'business'))"
             " AND " LN_IN_SCOPE("COALESCE(re.id, gx.region_id)")
             " AND NOT " OTHER_BRANCH
};

static const ln_stmt_t  not_created = {
    .name = "auth_grant_not_created",
    .sql = "SELECT CASE"
                 " WHEN :account = :self THEN 'own_account'"
                 " WHEN NOT EXISTS (SELECT 1"
                                  " FROM role n"
                                  " WHERE n.code = :role)"
                 " OR (:region IS NOT NULL AND re.id IS NULL)"
                 " OR (:organization IS NOT NULL AND gx.id IS NULL)"
                 " THEN 'not_found'"
                 " WHEN :region IS NOT NULL AND :organization IS NOT NULL"
                 " THEN 'conflict'"
                 " WHEN NOT " LN_IN_SCOPE("COALESCE(re.id, gx.region_id)")
                 " THEN 'forbidden'"
                 " WHEN :organization IS NOT NULL"
                 " AND (SELECT n.branch"
                      " FROM role n"
                      " WHERE n.code = :role) <> 'business'"
                 " THEN 'separate_branches'"
                 " WHEN " OTHER_BRANCH " THEN 'separate_branches'"
                 " ELSE 'already_granted'"
                 " END AS code"
           " FROM (SELECT 1 AS one) x"
           " LEFT JOIN region re ON re.code = :region"
           " LEFT JOIN organization gx ON gx.id = :organization",
    .columns = code_columns
};

const ln_step_t  auth_grant_create_steps[] = {
    { .stmt = &lock, .name = "lock" },
    { .stmt = &create, .otherwise = &not_created },
    { .stmt = NULL }
};

const ln_stmt_t  auth_grant_answer = {
    .name = "auth_grant_answer",
    .sql = GRANT GRANT_FROM
           " WHERE g.id = :new_id",
    .columns = grant_columns
};


const ln_param_t  auth_grant_revoke_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The grant" },
    { .name = NULL }
};

static const ln_stmt_t  revocable = {
    .name = "auth_grant_revocable",
    .sql = "SELECT g.id"
           " FROM access_grant g"
           " WHERE g.id = :id"
             " AND g.account_id <> :self"
             " AND g.revoked_at IS NULL"
             " AND " LN_IN_SCOPE(GRANT_REGION)
           " FOR UPDATE",
    .columns = id_columns
};

static const ln_stmt_t  not_revocable = {
    .name = "auth_grant_not_revocable",
    .sql = "SELECT CASE"
                 " WHEN COUNT(*) = 0 THEN 'not_found'"
                 " WHEN MAX(g.account_id = :self) THEN 'own_account'"
                 " WHEN NOT MAX(" LN_IN_SCOPE(GRANT_REGION) ")"
                 " THEN 'forbidden'"
                 " ELSE 'conflict'"
                 " END AS code"
           " FROM access_grant g"
           " WHERE g.id = :id",
    .columns = code_columns
};

static const ln_stmt_t  withdraw = {
    .name = "auth_grant_revoke",
    .sql = "UPDATE access_grant"
           " SET revoked_at = UTC_TIMESTAMP(6),"
               " revoked_by = :self"
           " WHERE id = :id"
             " AND revoked_at IS NULL"
};

static const ln_stmt_t  tell = {
    .name = "auth_grant_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " SELECT 'account',"
                  " LOWER(HEX(g.account_id)),"
                  " UTC_TIMESTAMP(6)"
           " FROM access_grant g"
           " WHERE g.id = :id"
};

const ln_step_t  auth_grant_revoke_steps[] = {
    { .stmt = &revocable, .name = "revocable", .otherwise = &not_revocable },
    { .stmt = &withdraw },
    { .stmt = &tell },
    { .stmt = NULL }
};


/* Why may somebody do something, or not? */

const ln_param_t  auth_why_in[] = {

    { .name = "account", .type = LN_UUID, .required = 1, .summary = "Who" },

    { .name = "permission_asked", .type = LN_STRING, .required = 1, .min = 1,
      .max = 64, .summary = "What" },

    { .name = "region", .type = LN_STRING, .min = 2, .max = 12,
      .summary = "Where: the region of the resource" },

    { .name = "organization", .type = LN_ID, .min = 1, .max = INT64_MAX,
      .summary = "The organization that the resource belongs to" },

    { .name = NULL }
};

static const ln_column_t  why_columns[] = {
    { .name = "grant", .type = LN_UUID },
    { .name = "role.code", .type = LN_STRING },
    { .name = "role.name", .type = LN_STRING },
    { .name = "region.code", .type = LN_STRING, .nullable = 1 },
    { .name = "organization", .type = LN_ID, .nullable = 1 },
    { .name = "valid_from", .type = LN_INSTANT },
    { .name = "valid_to", .type = LN_INSTANT, .nullable = 1 },
    { .name = "revoked_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "account_active", .type = LN_BOOLEAN },
    { .name = "password_current", .type = LN_BOOLEAN,
      .summary = "It need not be changed first" },
    { .name = "holds", .type = LN_BOOLEAN, .summary = "By its dates" },
    { .name = "covers", .type = LN_BOOLEAN, .summary = "The region" },
    { .name = "needs_second_factor", .type = LN_BOOLEAN },
    { .name = "allows", .type = LN_BOOLEAN,
      .summary = "All of it; the answer is yes when one grant says so" },
    { .name = NULL }
};

#define COVERS                                                                \
    "(g.region_id IS NULL AND g.organization_id IS NULL"                      \
     " OR COALESCE(g.organization_id = :organization, 0)"                     \
     " OR EXISTS (SELECT 1"                                                   \
                " FROM region_closure wc"                                     \
                " JOIN region wr ON wr.id = wc.descendant_id"                 \
                " WHERE wc.ancestor_id = g.region_id"                         \
                  " AND wr.code = :region))"

const ln_stmt_t  auth_why = {
    .name = "auth_why",
    .sql = "SELECT g.id AS `grant`,"
                 " ro.code AS `role.code`,"
                 " ro.name AS `role.name`,"
                 " re.code AS `region.code`,"
                 " g.organization_id AS organization,"
                 " g.valid_from,"
                 " g.valid_to,"
                 " g.revoked_at,"
                 " a.status = 'active' AS account_active,"
                 " a.password_must_change = 0 AS password_current,"
                 " " AUTH_GRANT_HOLDS("g") " AS holds,"
                 " " COVERS " AS covers,"
                 " ro.second_factor AS needs_second_factor,"
                 " a.status = 'active'"
                 " AND a.password_must_change = 0"
                 " AND " AUTH_GRANT_HOLDS("g")
                 " AND " COVERS " AS allows"
           " FROM access_grant g"
           " JOIN account a ON a.id = g.account_id"
           " JOIN role ro ON ro.id = g.role_id"
           " JOIN role_permission wp ON wp.role_id = ro.id"
           " LEFT JOIN region re ON re.id = g.region_id"
           " WHERE g.account_id = :account"
             " AND wp.permission = :permission_asked"
             " AND " AUTH_ALLOWED
           " ORDER BY g.id"
           " LIMIT 200",
    .columns = why_columns
};
