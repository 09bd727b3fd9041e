
/*
 * A practitioner proposes changes of his own entry; the manager of his
 * organization agrees, then the bureau confirms, and the change takes the way
 * of every edit.  Either may refuse with a reason; nobody decides on his own
 * proposal, and nobody decides twice.  Where no manager is to be had, the
 * bureau decides alone.  Until it is decided he may take it back.
 */

#include "directory_practitioner_edit.h"


static const char *const  statuses[] = {
    "open", "endorsed", "confirmed", "refused", "withdrawn", NULL
};


const ln_param_t  directory_propose_in[] = {

    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The practitioner: oneself" },

    DIRECTORY_PROPOSABLE,

    { .name = "phones", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = NULL }
};


static const ln_column_t  lookup_columns[] = {
    { .name = "areas", .type = LN_INTEGER },
    { .name = "languages", .type = LN_INTEGER },
    { .name = "regions_served", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  directory_propose_lookup = {
    .name = "propose_lookup",
    .sql = "SELECT " DIRECTORY_KNOWN_CODES,
    .columns = lookup_columns
};


ngx_int_t
directory_propose_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_uint_t  i;

    static const char *const  fields[] = {
        "areas", "languages", "regions_served", "legal_aid", "phone",
        "introduction", NULL
    };

    for (i = 0; fields[i]; i++) {
        if (ln_param(lr, fields[i])->set) {
            return directory_proposable(lr, row);
        }
    }

    return ln_fail_field(lr, fields[0], "required");
}


static const ln_stmt_t  insert = {
    .name = "proposal_insert",
    .sql = "INSERT INTO practitioner_proposal"
           " (id,"
            " practitioner_id,"
            " account_id,"
            " fields,"
            " areas,"
            " languages,"
            " regions_served,"
            " legal_aid,"
            " phone,"
            " introduction,"
            " before_areas,"
            " before_languages,"
            " before_regions_served,"
            " before_legal_aid,"
            " before_phone,"
            " before_introduction,"
            " created_at)"
           " SELECT :new_id,"
                  " p.id,"
                  " :self,"
                  " CONCAT_WS(' ',"
                            " IF(:areas IS NULL, NULL, 'areas'),"
                            " IF(:languages IS NULL, NULL, 'languages'),"
                            " IF(:regions_served IS NULL, NULL,"
                               " 'regions_served'),"
                            " IF(:legal_aid IS NULL, NULL, 'legal_aid'),"
                            " IF(:phone IS NULL, NULL, 'phone'),"
                            " IF(:introduction IS NULL, NULL, 'introduction')),"
                  " :areas,"
                  " :languages,"
                  " :regions_served,"
                  " :legal_aid,"
                  " :phones,"
                  " :introduction,"
                  " IF(:areas IS NULL, NULL, " DIRECTORY_AREAS_OF "),"
                  " IF(:languages IS NULL, NULL, " DIRECTORY_LANGUAGES_OF "),"
                  " IF(:regions_served IS NULL, NULL,"
                     " " DIRECTORY_REGIONS_SERVED_OF "),"
                  " IF(:legal_aid IS NULL, NULL, p.legal_aid),"
                  " IF(:phone IS NULL, NULL, p.phone),"
                  " IF(:introduction IS NULL, NULL, p.introduction),"
                  " UTC_TIMESTAMP(6)"
           " FROM practitioner p"
           " JOIN practitioner_account l ON l.practitioner_id = p.id"
           " WHERE p.id = :id"
             " AND l.account_id = :self"
             " AND " LN_ALLOWED_ANYWHERE
};

static const ln_stmt_t  not_inserted = {
    .name = "proposal_not_inserted",
    .sql = "SELECT IF(EXISTS (SELECT 1"
                            " FROM practitioner_account l"
                            " WHERE l.practitioner_id = p.id"
                              " AND l.account_id = :self)"
                    " AND " LN_ALLOWED_ANYWHERE ","
                    " 'already_proposed', 'forbidden') AS code"
           " FROM practitioner p"
           " WHERE p.id = :id",
    .columns = directory_refusal_columns
};

const ln_step_t  directory_propose[] = {
    { .stmt = &insert, .otherwise = &not_inserted },
    { .stmt = NULL }
};


/* A proposal as both sides see it. */

#define PROPOSAL_COLUMNS                                                      \
    { .name = "id", .type = LN_UUID },                                        \
    { .name = "practitioner.id", .type = LN_ID },                             \
    { .name = "practitioner.name", .type = LN_STRING },                       \
    { .name = "organization", .type = LN_STRING, .nullable = 1 },             \
    { .name = "fields", .type = LN_STRING,                                    \
      .summary = "What is proposed, with blanks between" },                   \
    { .name = "before.areas", .type = LN_STRING, .nullable = 1 },             \
    { .name = "before.languages", .type = LN_STRING, .nullable = 1 },         \
    { .name = "before.regions_served", .type = LN_STRING, .nullable = 1 },    \
    { .name = "before.legal_aid", .type = LN_BOOLEAN, .nullable = 1 },        \
    { .name = "before.phone", .type = LN_STRING, .nullable = 1 },             \
    { .name = "before.introduction", .type = LN_STRING, .nullable = 1 },      \
    { .name = "after.areas", .type = LN_STRING, .nullable = 1 },              \
    { .name = "after.languages", .type = LN_STRING, .nullable = 1 },          \
    { .name = "after.regions_served", .type = LN_STRING, .nullable = 1 },     \
    { .name = "after.legal_aid", .type = LN_BOOLEAN, .nullable = 1 },         \
    { .name = "after.phone", .type = LN_STRING, .nullable = 1 },              \
    { .name = "after.introduction", .type = LN_STRING, .nullable = 1 },       \
    { .name = "status", .type = LN_ENUM, .values = statuses,                  \
      .summary = "endorsed: by the organization; the bureau decides next" },  \
    { .name = "stale", .type = LN_BOOLEAN,                                    \
      .summary = "The entry is not any more as it was proposed" },            \
    { .name = "reason", .type = LN_STRING, .nullable = 1,                     \
      .summary = "Of a refusal" },                                            \
    { .name = "created_at", .type = LN_INSTANT },                             \
    { .name = "settled_at", .type = LN_INSTANT, .nullable = 1 }

/* Every field that is proposed still is what it was. */
#define SAME                                                                  \
    "(d.areas IS NULL OR d.before_areas <=> " DIRECTORY_AREAS_OF ")"          \
    " AND (d.languages IS NULL OR"                                            \
         " d.before_languages <=> " DIRECTORY_LANGUAGES_OF ")"                \
    " AND (d.regions_served IS NULL OR"                                       \
         " d.before_regions_served <=> " DIRECTORY_REGIONS_SERVED_OF ")"      \
    " AND (d.legal_aid IS NULL OR d.before_legal_aid <=> p.legal_aid)"        \
    " AND (d.phone IS NULL OR d.before_phone <=> p.phone)"                    \
    " AND (d.introduction IS NULL OR d.before_introduction <=> p.introduction)"

#define PROPOSAL                                                              \
    "SELECT d.id,"                                                            \
          " p.id AS `practitioner.id`,"                                       \
          " p.name AS `practitioner.name`,"                                   \
          " (SELECT o.name"                                                   \
           " FROM organization o"                                             \
           " WHERE o.id = p.organization_id) AS organization,"                \
          " d.fields,"                                                        \
          " d.before_areas AS `before.areas`,"                                \
          " d.before_languages AS `before.languages`,"                        \
          " d.before_regions_served AS `before.regions_served`,"              \
          " d.before_legal_aid AS `before.legal_aid`,"                        \
          " " LN_SQL_MASKED("d.before_phone") " AS `before.phone`,"           \
          " d.before_introduction AS `before.introduction`,"                  \
          " d.areas AS `after.areas`,"                                        \
          " d.languages AS `after.languages`,"                                \
          " d.regions_served AS `after.regions_served`,"                      \
          " d.legal_aid AS `after.legal_aid`,"                                \
          " " LN_SQL_MASKED("d.phone") " AS `after.phone`,"                   \
          " d.introduction AS `after.introduction`,"                          \
          " d.status,"                                                        \
          " d.settled_at IS NULL AND NOT (" SAME ") AS stale,"                \
          " d.reason,"                                                        \
          " d.created_at,"                                                    \
          " d.settled_at"

#define PROPOSAL_FROM                                                         \
    " FROM practitioner_proposal d"                                           \
    " JOIN practitioner p ON p.id = d.practitioner_id"

static const ln_column_t  proposal_columns[] = {
    PROPOSAL_COLUMNS,
    { .name = NULL }
};

static const ln_column_t  listed_columns[] = {
    PROPOSAL_COLUMNS,
    { .name = "cursor.1", .type = LN_UUID },
    { .name = NULL }
};

const ln_stmt_t  directory_proposal_answer = {
    .name = "proposal_answer",
    .sql = PROPOSAL PROPOSAL_FROM
           " WHERE d.id = :new_id",
    .columns = proposal_columns
};


const ln_param_t  directory_proposal_list_in[] = {

    { .name = "status", .type = LN_ENUM, .values = statuses,
      .summary = "Left out: all" },

    { .name = "practitioner", .type = LN_ID, .min = 1, .max = INT64_MAX,
      .summary = "Of one practitioner" },

    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = LN_MAX_PAGE,
      .fallback = "20", .summary = "Items on a page" },

    { .name = "cursor", .type = LN_CURSOR, .summary = "The page before's" },
    { .name = NULL }
};

static const ln_page_t  newest[] = {
    { LN_UUID, "ffffffff-ffff-ffff-ffff-ffffffffffff" },
    { 0, NULL }
};

/* Who may decide sees what is in his scope, everybody what is his own. */

static const ln_stmt_t  list = {
    .name = "proposal_list",
    .sql = PROPOSAL ","
                 " d.id AS `cursor.1`"
           PROPOSAL_FROM
           " WHERE d.id < :cursor.1"
             " AND (:status IS NULL OR d.status = :status)"
             " AND (:practitioner IS NULL OR p.id = :practitioner)"
             " AND " LN_IN_SCOPE_OF("p.region_id", "p.organization_id")
           " ORDER BY d.id DESC"
           " LIMIT :page",
    .columns = listed_columns,
    .page = newest
};

const ln_choice_t  directory_proposal_list[] = {
    { NULL, &list }
};

const ln_stmt_t  directory_my_proposals = {
    .name = "my_proposals",
    .sql = PROPOSAL ","
                 " d.id AS `cursor.1`"
           PROPOSAL_FROM
           " WHERE d.id < :cursor.1"
             " AND d.account_id = :self"
           " ORDER BY d.id DESC"
           " LIMIT :page",
    .columns = listed_columns,
    .page = newest
};

const ln_param_t  directory_my_proposals_in[] = {

    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = LN_MAX_PAGE,
      .fallback = "20", .summary = "Items on a page" },

    { .name = "cursor", .type = LN_CURSOR, .summary = "The page before's" },
    { .name = NULL }
};


const ln_param_t  directory_proposal_withdraw_in[] = {

    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "One's own proposal" },

    { .name = NULL }
};

static const ln_stmt_t  withdraw = {
    .name = "proposal_withdraw",
    .sql = "UPDATE practitioner_proposal"
           " SET status = 'withdrawn',"
               " settled_by = :self,"
               " settled_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND account_id = :self"
             " AND settled_at IS NULL"
             " AND " LN_ALLOWED_ANYWHERE
};

static const ln_stmt_t  not_withdrawn = {
    .name = "proposal_not_withdrawn",
    .sql = "SELECT IF(" LN_ALLOWED_ANYWHERE ","
                    " 'conflict', 'forbidden') AS code"
           " FROM practitioner_proposal"
           " WHERE id = :id"
             " AND account_id = :self",
    .columns = directory_refusal_columns
};

const ln_step_t  directory_proposal_withdraw[] = {
    { .stmt = &withdraw, .otherwise = &not_withdrawn },
    { .stmt = NULL }
};
