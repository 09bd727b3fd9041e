
/* POST /proposals/{id}/confirm and /refuse. */

#include "directory_practitioner_edit.h"


#define TOLD_DAYS  "7"   /* afterwards he has seen it, or asks */


const ln_param_t  directory_proposal_confirm_in[] = {

    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The proposal" },

    { .name = "stage", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "basis", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "areas", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "languages", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "regions_served", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "practitioner", .type = LN_STRING, .in = LN_COMPUTED },
    DIRECTORY_REFRESH_PARAMS,
    { .name = NULL }
};

const ln_param_t  directory_proposal_refuse_in[] = {

    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The proposal" },

    { .name = "reason", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 2, .max = 500, .summary = "Why, for the one who proposed it" },

    { .name = NULL }
};


/* Whether somebody could agree on behalf of his organization. */
#define MANAGED                                                               \
    "EXISTS (SELECT 1"                                                        \
           " FROM access_grant mg"                                            \
           " JOIN role_permission mp ON mp.role_id = mg.role_id"              \
           " JOIN account ma ON ma.id = mg.account_id"                        \
           " WHERE mg.organization_id = p.organization_id"                    \
             " AND mp.permission = :permission"                               \
             " AND ma.status = 'active'"                                      \
             " AND ma.id <> d.account_id"                                     \
             " AND mg.revoked_at IS NULL"                                     \
             " AND mg.valid_from <= UTC_TIMESTAMP(6)"                         \
             " AND (mg.valid_to IS NULL"                                      \
                  " OR mg.valid_to > UTC_TIMESTAMP(6)))"

#define STAGE                                                                 \
    "IF(d.status = 'open' AND " MANAGED ", 'endorse', 'confirm')"

#define OWN                                                                   \
    "(d.account_id = :self"                                                   \
     " OR d.endorsed_by <=> :self"                                            \
     " OR EXISTS (SELECT 1"                                                   \
                " FROM practitioner_account l"                                \
                " WHERE l.practitioner_id = p.id"                             \
                  " AND l.account_id = :self))"

/* The manager of that organization at his stage, the bureau at its own. */
#define MINE                                                                  \
    "IF(" STAGE " = 'endorse',"                                               \
      " " LN_IN_SCOPE_OF("NULL", "p.organization_id")                         \
      " AND NOT " LN_IN_SCOPE("p.region_id") ","                              \
      " " LN_IN_SCOPE("p.region_id") ")"

#define SAME                                                                  \
    "(d.areas IS NULL OR d.before_areas <=> " DIRECTORY_AREAS_OF ")"          \
    " AND (d.languages IS NULL OR"                                            \
         " d.before_languages <=> " DIRECTORY_LANGUAGES_OF ")"                \
    " AND (d.regions_served IS NULL OR"                                       \
         " d.before_regions_served <=> " DIRECTORY_REGIONS_SERVED_OF ")"      \
    " AND (d.legal_aid IS NULL OR d.before_legal_aid <=> p.legal_aid)"        \
    " AND (d.phone IS NULL OR d.before_phone <=> p.phone)"                    \
    " AND (d.introduction IS NULL OR d.before_introduction <=> p.introduction)"


enum {
    HELD_PRACTITIONER = 0, HELD_STAGE, HELD_BASIS, HELD_AREAS, HELD_LANGUAGES,
    HELD_REGIONS
};

static const ln_column_t  held_columns[] = {
    { .name = "practitioner", .type = LN_ID },
    { .name = "stage", .type = LN_STRING },
    { .name = "basis", .type = LN_STRING },
    { .name = "new_areas", .type = LN_STRING, .nullable = 1 },
    { .name = "new_languages", .type = LN_STRING, .nullable = 1 },
    { .name = "new_regions_served", .type = LN_STRING, .nullable = 1 },
    { .name = "new_legal_aid", .type = LN_BOOLEAN, .nullable = 1 },
    { .name = "new_phone", .type = LN_STRING, .nullable = 1 },
    { .name = "new_introduction", .type = LN_STRING, .nullable = 1 },
    DIRECTORY_PRACTITIONER_RECORD,
    { .name = NULL }
};

static const ln_stmt_t  held = {
    .name = "proposal_held",
    .sql = "SELECT p.id AS practitioner,"
                 " " STAGE " AS stage,"
                 " CONCAT('proposal ', LOWER(HEX(d.id))) AS basis,"
                 " d.areas AS new_areas,"
                 " d.languages AS new_languages,"
                 " d.regions_served AS new_regions_served,"
                 " d.legal_aid AS new_legal_aid,"
                 " d.phone AS new_phone,"
                 " d.introduction AS new_introduction,"
                 " " LN_RECORD_PRACTITIONER
           " FROM practitioner_proposal d"
           " JOIN practitioner p ON p.id = d.practitioner_id"
           " WHERE d.id = :id"
             " AND d.settled_at IS NULL"
             " AND NOT " OWN
             " AND " MINE
             " AND " SAME
           " FOR UPDATE",
    .columns = held_columns
};

static const ln_stmt_t  not_held = {
    .name = "proposal_not_held",
    .sql = "SELECT CASE"
                 " WHEN NOT " LN_IN_SCOPE_OF("p.region_id",
                                             "p.organization_id")
                 " THEN 'not_found'"
                 " WHEN d.settled_at IS NOT NULL THEN 'conflict'"
                 " WHEN " OWN " THEN 'own_proposal'"
                 " WHEN NOT " MINE " THEN 'not_your_turn'"
                 " ELSE 'proposal_stale'"
                 " END AS code"
           " FROM practitioner_proposal d"
           " JOIN practitioner p ON p.id = d.practitioner_id"
           " WHERE d.id = :id",
    .columns = directory_refusal_columns
};


static ngx_int_t
whose(ln_request_t *lr, const ln_value_t *row)
{
    ngx_uint_t  i;

    static const struct {
        ngx_uint_t   column;
        const char  *param;
    } texts[] = {
        { HELD_STAGE, "stage" },
        { HELD_BASIS, "basis" },
        { HELD_AREAS, "areas" },
        { HELD_LANGUAGES, "languages" },
        { HELD_REGIONS, "regions_served" }
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (row[texts[i].column].set) {
            (void) ln_set(lr, texts[i].param, &row[texts[i].column]);
        }
    }

    return directory_practitioner_is(lr, row[HELD_PRACTITIONER].integer);
}


static const ln_stmt_t  endorse = {
    .name = "proposal_endorse",
    .sql = "UPDATE practitioner_proposal"
           " SET status = 'endorsed',"
               " endorsed_by = :self,"
               " endorsed_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND status = 'open'"
};

static const ln_stmt_t  confirm = {
    .name = "proposal_confirm",
    .sql = "UPDATE practitioner_proposal"
           " SET status = 'confirmed',"
               " settled_by = :self,"
               " settled_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND settled_at IS NULL"
};

static const ln_stmt_t  update = {
    .name = "proposal_update",
    .sql = "UPDATE practitioner"
           " SET " DIRECTORY_VALUE("legal_aid", ":held.new_legal_aid") ","
               " " DIRECTORY_TEXT("phone", ":held.new_phone") ","
               " " DIRECTORY_TEXT("introduction", ":held.new_introduction") ","
               " last_verified_on = " DIRECTORY_TODAY ","
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :entry"
};

/* The number is the account's own: notice knows it, and may it be used. */

static const ln_stmt_t  tell = {
    .name = "proposal_tell",
    .sql = "INSERT INTO outbox"
           " (id,"
            " template,"
            " locale,"
            " account_id,"
            " due_at,"
            " expires_at,"
            " created_at,"
            " updated_at)"
           " SELECT :new_id,"
                  " 'proposal_decided',"
                  " a.locale,"
                  " a.id,"
                  " UTC_TIMESTAMP(6),"
                  " UTC_TIMESTAMP(6) + INTERVAL " TOLD_DAYS " DAY,"
                  " UTC_TIMESTAMP(6),"
                  " UTC_TIMESTAMP(6)"
           " FROM practitioner_proposal d"
           " JOIN account a ON a.id = d.account_id"
           " WHERE d.id = :id"
             " AND a.status = 'active'"
};

#define FINAL(statement)  { .stmt = statement, .when = "stage=confirm",       \
                            .optional = 1 }

const ln_step_t  directory_proposal_confirm[] = {
    { .stmt = &held, .name = "held", .otherwise = &not_held, .check = whose },
    { .stmt = &endorse, .when = "stage=endorse" },
    { .stmt = &confirm, .when = "stage=confirm" },
    FINAL(&update),
    { .stmt = &directory_practitioner_lists[0], .when = "stage=confirm areas",
      .optional = 1 },
    { .stmt = &directory_practitioner_lists[1], .when = "stage=confirm areas",
      .optional = 1 },
    { .stmt = &directory_practitioner_lists[2],
      .when = "stage=confirm languages", .optional = 1 },
    { .stmt = &directory_practitioner_lists[3],
      .when = "stage=confirm languages", .optional = 1 },
    { .stmt = &directory_practitioner_lists[4],
      .when = "stage=confirm regions_served", .optional = 1 },
    { .stmt = &directory_practitioner_lists[5],
      .when = "stage=confirm regions_served", .optional = 1 },
    { .stmt = &directory_practitioner_now, .name = "now" },
    FINAL(&directory_practitioner_correct),
    FINAL(&directory_practitioner_agree),
    FINAL(&tell),
    { .stmt = &directory_practitioner_words,
      .check = directory_practitioner_said },
    DIRECTORY_REFRESH(practitioner),
    DIRECTORY_FOLLOW(practitioner),
    { .stmt = NULL }
};


static const ln_stmt_t  refuse = {
    .name = "proposal_refuse",
    .sql = "UPDATE practitioner_proposal d"
           " JOIN practitioner p ON p.id = d.practitioner_id"
           " SET d.status = 'refused',"
               " d.reason = :reason,"
               " d.settled_by = :self,"
               " d.settled_at = UTC_TIMESTAMP(6)"
           " WHERE d.id = :id"
             " AND d.settled_at IS NULL"
             " AND NOT " OWN
             " AND " LN_IN_SCOPE_OF("p.region_id", "p.organization_id")
};

const ln_step_t  directory_proposal_refuse[] = {
    { .stmt = &refuse, .otherwise = &not_held },
    { .stmt = &tell, .optional = 1 },
    { .stmt = NULL }
};


static const ln_column_t  settled_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "status", .type = LN_STRING },
    { .name = NULL }
};

const ln_stmt_t  directory_proposal_settled = {
    .name = "proposal_settled",
    .sql = "SELECT id,"
                 " status"
           " FROM practitioner_proposal"
           " WHERE id = :id",
    .columns = settled_columns
};
