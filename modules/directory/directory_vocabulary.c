
/*
 * Vocabularies: what a matter is about, what organizations and practitioners
 * are, which languages are spoken.  They are data, so clients ask for them.
 */

#include "directory.h"


static const ln_column_t  term_id_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = "id", .type = LN_ID },
    { .name = NULL }
};


const ln_stmt_t  directory_area_id = {
    .name = "area_id",
    .sql = "SELECT code,"
                 " id"
           " FROM practice_area"
           " WHERE code = :key",
    .columns = term_id_columns,
    .key = "key"
};


const ln_stmt_t  directory_type_id = {
    .name = "type_id",
    .sql = "SELECT code,"
                 " id"
           " FROM organization_type"
           " WHERE code = :key",
    .columns = term_id_columns,
    .key = "key"
};


const ln_stmt_t  directory_language_id = {
    .name = "language_id",
    .sql = "SELECT code,"
                 " id"
           " FROM language"
           " WHERE code = :key",
    .columns = term_id_columns,
    .key = "key"
};


const ln_stmt_t  directory_kind_id = {
    .name = "kind_id",
    .sql = "SELECT code,"
                 " id"
           " FROM qualification_kind"
           " WHERE code = :key",
    .columns = term_id_columns,
    .key = "key"
};


static const ln_column_t  area_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = "name", .type = LN_STRING },
    { .name = "parent_code", .type = LN_STRING, .nullable = 1,
      .summary = "The wider area; a search for it finds this one too" },
    { .name = "plain", .type = LN_STRING,
      .summary = "The words people use for it, separated by spaces" },
    { .name = NULL }
};


/* Each parent is followed by its children. */

const ln_stmt_t  directory_area_list = {
    .name = "area_list",
    .sql = "SELECT a.code,"
                 " a.name,"
                 " p.code AS parent_code,"
                 " a.plain"
           " FROM practice_area a"
           " LEFT JOIN practice_area p ON p.id = a.parent_id"
           " ORDER BY COALESCE(p.position, a.position),"
                    " p.id IS NOT NULL,"
                    " a.position,"
                    " a.code",
    .columns = area_columns
};


static const ln_column_t  type_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = "name", .type = LN_STRING },
    { .name = "parent_code", .type = LN_STRING, .nullable = 1,
      .summary = "The wider type; a search for it finds this one too" },
    { .name = NULL }
};


const ln_stmt_t  directory_type_list = {
    .name = "type_list",
    .sql = "SELECT t.code,"
                 " t.name,"
                 " p.code AS parent_code"
           " FROM organization_type t"
           " LEFT JOIN organization_type p ON p.id = t.parent_id"
           " ORDER BY COALESCE(p.position, t.position),"
                    " p.id IS NOT NULL,"
                    " t.position,"
                    " t.code",
    .columns = type_columns
};


const ln_column_t  directory_term_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = "name", .type = LN_STRING },
    { .name = NULL }
};


const ln_stmt_t  directory_language_list = {
    .name = "language_list",
    .sql = "SELECT code,"
                 " name"
           " FROM language"
           " ORDER BY position,"
                    " code",
    .columns = directory_term_columns
};


const ln_stmt_t  directory_kind_list = {
    .name = "kind_list",
    .sql = "SELECT code,"
                 " name"
           " FROM qualification_kind"
           " ORDER BY position,"
                    " code",
    .columns = directory_term_columns
};
