
/*
 * Roles as data, for the security administrator.  Permissions of two branches
 * never stand in one role, a role never changes its branch, nobody edits what
 * he holds himself; of the administrators' roles that came with a migration
 * the permissions stay.  Tokens of whoever holds an edited role become stale.
 */

#include "auth.h"


#define AUTH_MAX_SCOPE  4000   /* characters of a list of permissions */


static const char *const  branches[] = {
    "business", "system", "security", "audit", NULL
};


/* Permissions */

static const ln_column_t  permission_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = "name", .type = LN_STRING },
    { .name = "branch", .type = LN_ENUM, .values = branches },
    { .name = NULL }
};

const ln_stmt_t  auth_permission_list = {
    .name = "auth_permission_list",
    .sql = "SELECT p.code,"
                 " p.name,"
                 " p.branch"
           " FROM permission p"
           " WHERE " AUTH_ALLOWED
           " ORDER BY p.branch,"
                    " p.code"
           " LIMIT 1000",
    .columns = permission_columns
};


/* Roles */

#define ROLE_COLUMNS                                                          \
    { .name = "id", .type = LN_ID },                                          \
    { .name = "version", .type = LN_INTEGER },                                \
    { .name = "code", .type = LN_STRING },                                    \
    { .name = "name", .type = LN_STRING },                                    \
    { .name = "branch", .type = LN_ENUM, .values = branches },                \
    { .name = "built_in", .type = LN_BOOLEAN },                               \
    { .name = "needs_second_factor", .type = LN_BOOLEAN },                    \
    { .name = "holders", .type = LN_INTEGER,                                  \
      .summary = "Accounts that hold it now" },                               \
    { .name = "scope", .type = LN_STRING,                                     \
      .summary = "Its permissions, with blanks between" }

static const ln_column_t  role_columns[] = {
    ROLE_COLUMNS,
    { .name = NULL }
};

#define ROLE                                                                  \
    "SELECT ro.id,"                                                           \
          " ro.version,"                                                      \
          " ro.code,"                                                         \
          " ro.name,"                                                         \
          " ro.branch,"                                                       \
          " ro.built_in,"                                                     \
          " ro.second_factor AS needs_second_factor,"                         \
          " (SELECT COUNT(DISTINCT g.account_id)"                             \
           " FROM access_grant g"                                             \
           " WHERE g.role_id = ro.id"                                         \
             " AND " AUTH_GRANT_HOLDS("g") ") AS holders,"                    \
          " COALESCE((SELECT GROUP_CONCAT(rp.permission"                      \
                                        " ORDER BY rp.permission"             \
                                        " SEPARATOR ' ')"                     \
                    " FROM role_permission rp"                                \
                    " WHERE rp.role_id = ro.id), '') AS scope"                \
    " FROM role ro"

const ln_stmt_t  auth_role_list = {
    .name = "auth_role_list",
    .sql = ROLE
           " WHERE " AUTH_ALLOWED
           " ORDER BY ro.id"
           " LIMIT 200",
    .columns = role_columns
};


#define ROLE_PARAMS                                                           \
    { .name = "scope", .type = LN_STRING, .in = LN_BODY, .required = 1,       \
      .max = AUTH_MAX_SCOPE,                                                  \
      .summary = "All of its permissions, with blanks between" },             \
                                                                              \
    { .name = "needs_second_factor", .type = LN_BOOLEAN, .in = LN_BODY,       \
      .summary = "It counts only after a second factor; left out: as it is" }

const ln_param_t  auth_role_create_in[] = {

    { .name = "code", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 3, .max = 32, .summary = "Small letters, digits, underscores" },

    { .name = "name", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 1, .max = 64, .summary = "As people call it" },

    { .name = "branch", .type = LN_ENUM, .in = LN_BODY, .values = branches,
      .fallback = "business",
      .summary = "Only permissions of this branch may stand in it" },

    ROLE_PARAMS,
    { .name = NULL }
};

const ln_param_t  auth_role_edit_in[] = {

    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The role" },

    { .name = "version", .type = LN_INTEGER, .in = LN_VERSION, .required = 1,
      .summary = "The version that was read" },

    { .name = "name", .type = LN_STRING, .in = LN_BODY, .min = 1, .max = 64,
      .summary = "Left out: as it is" },

    ROLE_PARAMS,
    { .name = NULL }
};

const ln_param_t  auth_role_delete_in[] = {
    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The role" },
    { .name = NULL }
};


/* How many of the permissions exist, and how many in the role's branch. */

#define SCOPE_SET  "REPLACE(:scope, ' ', ',')"

#define KNOWN(branch)                                                         \
    "SELECT COUNT(*) AS known,"                                               \
          " COALESCE(SUM(p.branch = " branch "), 0) AS fitting"               \
    " FROM permission p"                                                      \
    " WHERE FIND_IN_SET(p.code, " SCOPE_SET ")"

static const ln_column_t  known_columns[] = {
    { .name = "known", .type = LN_INTEGER },
    { .name = "fitting", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  auth_role_create_lookup = {
    .name = "auth_role_create_lookup",
    .sql = KNOWN(":branch"),
    .columns = known_columns
};

const ln_stmt_t  auth_role_edit_lookup = {
    .name = "auth_role_edit_lookup",
    .sql = KNOWN("(SELECT r.branch FROM role r WHERE r.id = :id)"),
    .columns = known_columns
};


ngx_int_t
auth_role_prepare(ln_request_t *lr, const ln_value_t *row)
{
    size_t             i;
    u_char             c;
    int64_t            n;
    const ngx_str_t   *scope, *code;

    scope = &ln_param(lr, "scope")->string;

    for (n = 0, i = 0; i < scope->len; i++) {
        n += scope->data[i] != ' ' && (i == 0 || scope->data[i - 1] == ' ');
    }

    if (n != row[0].integer) {
        return ln_fail_field(lr, "scope", "unknown");
    }

    if (n != row[1].integer) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "mixed_branches");
    }

    code = ln_param(lr, "id")->set ? NULL : &ln_param(lr, "code")->string;

    for (i = 0; code && i < code->len; i++) {

        c = code->data[i];

        if ((c < 'a' || c > 'z') && c != '_' && (c < '0' || c > '9' || i == 0))
        {
            return ln_fail_field(lr, "code", "bad_name");
        }
    }

    return NGX_OK;
}


static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_column_t  id_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = NULL }
};

static const ln_stmt_t  create = {
    .name = "auth_role_create",
    .sql = "INSERT INTO role"
           " (code,"
            " name,"
            " branch,"
            " second_factor)"
           " SELECT :code,"
                  " :name,"
                  " :branch,"
                  " COALESCE(:needs_second_factor, 0)"
           " FROM (SELECT 1 AS one) x"
           " WHERE " AUTH_ALLOWED
};

static const ln_stmt_t  not_created = {
    .name = "auth_role_not_created",
    .sql = "SELECT IF(" AUTH_ALLOWED ", 'conflict', 'forbidden') AS code",
    .columns = code_columns
};

static const ln_stmt_t  created = {
    .name = "auth_role_created",
    .sql = "SELECT ro.id"
           " FROM role ro"
           " WHERE ro.code = :code",
    .columns = id_columns
};

#define ALLOW(role)                                                           \
    "INSERT INTO role_permission"                                             \
    " (role_id,"                                                              \
     " permission)"                                                           \
    " SELECT " role ","                                                       \
           " p.code"                                                          \
    " FROM permission p"                                                      \
    " WHERE FIND_IN_SET(p.code, " SCOPE_SET ")"

static const ln_stmt_t  allow_created = {
    .name = "auth_role_allow_created",
    .sql = ALLOW(":created.id")
};

const ln_step_t  auth_role_create_steps[] = {
    { .stmt = &create, .otherwise = &not_created },
    { .stmt = &created, .name = "created" },
    { .stmt = &allow_created, .optional = 1 },
    { .stmt = NULL }
};

const ln_stmt_t  auth_role_created = {
    .name = "auth_role_created_answer",
    .sql = ROLE
           " WHERE ro.code = :code",
    .columns = role_columns
};


/* Editing */

#define OWN                                                                   \
    "EXISTS (SELECT 1"                                                        \
           " FROM access_grant og"                                            \
           " WHERE og.role_id = ro.id"                                        \
             " AND og.account_id = :self"                                     \
             " AND og.revoked_at IS NULL)"

static const ln_stmt_t  editable = {
    .name = "auth_role_editable",
    .sql = "SELECT ro.id"
           " FROM role ro"
           " WHERE ro.id = :id"
             " AND ro.version = :version"
             " AND (ro.built_in = 0 OR ro.branch = 'business')"
             " AND NOT " OWN
             " AND " AUTH_ALLOWED
           " FOR UPDATE",
    .columns = id_columns
};

static const ln_stmt_t  not_editable = {
    .name = "auth_role_not_editable",
    .sql = "SELECT CASE"
                 " WHEN NOT " AUTH_ALLOWED " THEN 'forbidden'"
                 " WHEN " OWN " THEN 'own_account'"
                 " WHEN ro.built_in = 1 AND ro.branch <> 'business'"
                 " THEN 'built_in_role'"
                 " ELSE 'stale'"
                 " END AS code"
           " FROM role ro"
           " WHERE ro.id = :id",
    .columns = code_columns
};

static const ln_stmt_t  edit = {
    .name = "auth_role_edit",
    .sql = "UPDATE role"
           " SET name = COALESCE(:name, name),"
               " second_factor = COALESCE(:needs_second_factor,"
                                        " second_factor),"
               " version = version + 1"
           " WHERE id = :id"
             " AND version = :version"
};

static const ln_stmt_t  disallow = {
    .name = "auth_role_disallow",
    .sql = "DELETE FROM role_permission"
           " WHERE role_id = :id"
};

static const ln_stmt_t  allow = {
    .name = "auth_role_allow",
    .sql = ALLOW(":id")
};

static const ln_stmt_t  tell = {
    .name = "auth_role_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " SELECT DISTINCT 'account',"
                  " LOWER(HEX(g.account_id)),"
                  " UTC_TIMESTAMP(6)"
           " FROM access_grant g"
           " WHERE g.role_id = :id"
             " AND g.revoked_at IS NULL"
};

const ln_step_t  auth_role_edit_steps[] = {
    { .stmt = &editable, .name = "editable", .otherwise = &not_editable },
    { .stmt = &edit },
    { .stmt = &disallow, .optional = 1 },
    { .stmt = &allow, .optional = 1 },
    { .stmt = &tell, .optional = 1 },
    { .stmt = NULL }
};

const ln_stmt_t  auth_role_edited = {
    .name = "auth_role_edited",
    .sql = ROLE
           " WHERE ro.id = :id",
    .columns = role_columns
};


/* What somebody has held stays, because his grants do. */

static const ln_stmt_t  delete = {
    .name = "auth_role_delete",
    .sql = "DELETE ro"
           " FROM role ro"
           " WHERE ro.id = :id"
             " AND ro.built_in = 0"
             " AND NOT EXISTS (SELECT 1"
                             " FROM access_grant g"
                             " WHERE g.role_id = ro.id)"
             " AND " AUTH_ALLOWED
};

static const ln_stmt_t  not_deleted = {
    .name = "auth_role_not_deleted",
    .sql = "SELECT CASE"
                 " WHEN NOT " AUTH_ALLOWED " THEN 'forbidden'"
                 " WHEN ro.built_in = 1 THEN 'built_in_role'"
                 " ELSE 'role_in_use'"
                 " END AS code"
           " FROM role ro"
           " WHERE ro.id = :id",
    .columns = code_columns
};

const ln_step_t  auth_role_delete_steps[] = {
    { .stmt = &delete, .otherwise = &not_deleted },
    { .stmt = NULL }
};
