
/* GET /practitioners/{id}/entry: the entry as staff see it. */

#include "directory_practitioner_edit.h"


static const char *const  statuses[] = { "active", "inactive", NULL };


static const ln_column_t  qualifications_doc[] = {
    { .name = "[].id", .type = LN_ID },
    { .name = "[].kind", .type = LN_STRING },
    { .name = "[].kind_name", .type = LN_STRING },
    { .name = "[].licence_number", .type = LN_STRING, .nullable = 1 },
    { .name = "[].status", .type = LN_ENUM,
      .values = directory_qualification_statuses },
    { .name = "[].organization", .type = LN_DOC, .nullable = 1,
      .doc = directory_organization_name, .schema = "OrganizationName",
      .summary = "Where it is practiced" },
    { .name = "[].valid_from", .type = LN_DATE, .nullable = 1 },
    { .name = "[].valid_to", .type = LN_DATE, .nullable = 1,
      .summary = "The last day" },
    { .name = "[].current", .type = LN_BOOLEAN,
      .summary = "In force today" },
    { .name = NULL }
};

#define QUALIFICATIONS                                                        \
    "(SELECT CONCAT('[', IFNULL(GROUP_CONCAT("                                \
        "'{\"id\":\"', q.id,"                                                 \
        " '\",\"kind\":\"', k.code,"                                          \
        " '\",\"kind_name\":', JSON_QUOTE(k.name),"                           \
        " ',\"licence_number\":', " LN_SQL_TEXT("q.licence_number") ","       \
        " ',\"status\":\"', q.status,"                                        \
        " '\",\"organization\":', IF(w.id IS NULL, 'null',"                   \
            " CONCAT('{\"id\":\"', w.id,"                                     \
                   " '\",\"name\":', JSON_QUOTE(w.name), '}')),"              \
        " ',\"valid_from\":', " LN_SQL_DATE("q.valid_from") ","               \
        " ',\"valid_to\":', " LN_SQL_DATE("q.valid_to") ","                   \
        " ',\"current\":', IF(" LN_SQL_CURRENT("q") ", 'true', 'false'),"     \
        " '}'"                                                                \
        " ORDER BY IF(" LN_SQL_CURRENT("q") ", 0, 1), k.position, q.id"       \
        " SEPARATOR ','), ''), ']')"                                          \
     " FROM qualification q"                                                  \
     " JOIN qualification_kind k ON k.id = q.kind_id"                         \
     " LEFT JOIN organization w ON w.id = q.organization_id"                  \
     " WHERE q.practitioner_id = p.id)"


static const ln_column_t  entry_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = "version", .type = LN_INTEGER },
    { .name = "name", .type = LN_STRING },
    { .name = "sex", .type = LN_STRING, .nullable = 1 },
    { .name = "organization", .type = LN_ID, .nullable = 1 },
    { .name = "region.code", .type = LN_STRING },
    { .name = "region.full_name", .type = LN_STRING },
    { .name = "qualifications", .type = LN_DOC, .doc = qualifications_doc,
      .schema = "EntryQualifications",
      .summary = "Those in force first, then the history" },
    { .name = "areas", .type = LN_STRING, .nullable = 1,
      .summary = "Codes, with blanks between" },
    { .name = "languages", .type = LN_STRING, .nullable = 1 },
    { .name = "regions_served", .type = LN_STRING, .nullable = 1 },
    { .name = "legal_aid", .type = LN_BOOLEAN },
    { .name = "practicing_since", .type = LN_DATE, .nullable = 1 },
    { .name = "phone", .type = LN_STRING, .nullable = 1,
      .summary = "Masked" },
    { .name = "introduction", .type = LN_STRING, .nullable = 1 },
    { .name = "status", .type = LN_ENUM, .values = statuses },
    { .name = "source", .type = LN_STRING,
      .summary = "Who states the fields that nobody corrected" },
    { .name = "last_verified_on", .type = LN_DATE, .nullable = 1 },
    { .name = "linked", .type = LN_BOOLEAN,
      .summary = "Whether somebody's account is known to be his" },
    { .name = NULL }
};

#define ENTRY                                                                 \
    "SELECT p.id,"                                                            \
          " p.version,"                                                       \
          " p.name,"                                                          \
          " p.sex,"                                                           \
          " p.organization_id AS organization,"                               \
          " r.code AS `region.code`,"                                         \
          " r.full_name AS `region.full_name`,"                               \
          " " QUALIFICATIONS " AS qualifications,"                            \
          " " DIRECTORY_AREAS_OF " AS areas,"                                 \
          " " DIRECTORY_LANGUAGES_OF " AS languages,"                         \
          " " DIRECTORY_REGIONS_SERVED_OF " AS regions_served,"               \
          " p.legal_aid,"                                                     \
          " p.practicing_since,"                                              \
          " " LN_SQL_MASKED("p.phone") " AS phone,"                           \
          " p.introduction,"                                                  \
          " p.status,"                                                        \
          " p.source,"                                                        \
          " p.last_verified_on,"                                              \
          " EXISTS (SELECT 1"                                                 \
                  " FROM practitioner_account l"                              \
                  " WHERE l.practitioner_id = p.id) AS linked"                \
    " FROM practitioner p"                                                    \
    " JOIN region r ON r.id = p.region_id"

const ln_stmt_t  directory_practitioner_edited = {
    .name = "practitioner_edited",
    .sql = ENTRY
           " WHERE p.id = :entry",
    .columns = entry_columns
};

const ln_stmt_t  directory_practitioner_entry = {
    .name = "practitioner_entry",
    .sql = ENTRY
           " WHERE p.id = :id"
             " AND " LN_IN_SCOPE_OF("p.region_id", "p.organization_id"),
    .columns = entry_columns,
    .lane = LN_LANE_READ
};

const ln_stmt_t  directory_practitioner_corrections = {
    .name = "practitioner_corrections",
    .sql = DIRECTORY_CORRECTIONS
           " FROM practitioner p"
           " JOIN correction c ON c.row_id = p.id"
           " WHERE p.id = :id"
             " AND c.table_name = 'practitioner'"
             " AND " LN_IN_SCOPE_OF("p.region_id", "p.organization_id")
           " ORDER BY c.field"
           " LIMIT 100",
    .columns = directory_correction_columns
};
