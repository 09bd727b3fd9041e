
/*
 * Which account is which practitioner: said by the bureau or by the manager of
 * his organization, never by himself.  He asks which one he is.
 */

#include "directory_practitioner_edit.h"


const ln_param_t  directory_link_in[] = {

    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The practitioner's id" },

    { .name = "account", .type = LN_UUID, .in = LN_BODY, .required = 1,
      .summary = "His account" },

    { .name = NULL }
};

const ln_param_t  directory_unlink_in[] = {

    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The practitioner's id" },

    { .name = NULL }
};


static const ln_stmt_t  insert = {
    .name = "link_insert",
    .sql = "INSERT INTO practitioner_account"
           " (practitioner_id,"
            " account_id,"
            " linked_by,"
            " linked_at)"
           " SELECT p.id,"
                  " a.id,"
                  " :self,"
                  " UTC_TIMESTAMP(6)"
           " FROM practitioner p"
           " JOIN account a ON a.id = :account"
           " WHERE p.id = :id"
             " AND a.id <> :self"
             " AND a.status = 'active'"
             " AND " LN_IN_SCOPE_OF("p.region_id", "p.organization_id")
};

static const ln_stmt_t  not_inserted = {
    .name = "link_not_inserted",
    .sql = "SELECT CASE"
                 " WHEN :account = :self THEN 'own_account'"
                 " WHEN NOT " LN_IN_SCOPE_OF("p.region_id", "p.organization_id")
                 " THEN 'forbidden'"
                 " WHEN NOT EXISTS (SELECT 1"
                                  " FROM account a"
                                  " WHERE a.id = :account"
                                    " AND a.status = 'active')"
                 " THEN 'not_found'"
                 " ELSE 'already_linked'"
                 " END AS code"
           " FROM practitioner p"
           " WHERE p.id = :id",
    .columns = directory_refusal_columns
};

const ln_step_t  directory_link[] = {
    { .stmt = &insert, .otherwise = &not_inserted },
    { .stmt = NULL }
};


static const ln_stmt_t  delete = {
    .name = "link_delete",
    .sql = "DELETE l"
           " FROM practitioner_account l"
           " JOIN practitioner p ON p.id = l.practitioner_id"
           " WHERE l.practitioner_id = :id"
             " AND " LN_IN_SCOPE_OF("p.region_id", "p.organization_id")
};

static const ln_stmt_t  not_deleted = {
    .name = "link_not_deleted",
    .sql = "SELECT 'forbidden' AS code"
           " FROM practitioner_account l"
           " WHERE l.practitioner_id = :id",
    .columns = directory_refusal_columns
};

const ln_step_t  directory_unlink[] = {
    { .stmt = &delete, .otherwise = &not_deleted },
    { .stmt = NULL }
};


static const ln_column_t  mine_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = "name", .type = LN_STRING },
    { .name = "organization", .type = LN_STRING, .nullable = 1,
      .summary = "Where he is found" },
    { .name = "region", .type = LN_STRING },
    { .name = "shown", .type = LN_BOOLEAN,
      .summary = "Whether the public sees the entry" },
    { .name = NULL }
};

const ln_stmt_t  directory_my_entries = {
    .name = "my_entries",
    .sql = "SELECT p.id,"
                 " p.name,"
                 " o.name AS organization,"
                 " r.full_name AS region,"
                 " p.status = 'active' AS shown"
           " FROM practitioner_account l"
           " JOIN practitioner p ON p.id = l.practitioner_id"
           " JOIN region r ON r.id = p.region_id"
           " LEFT JOIN organization o ON o.id = p.organization_id"
           " WHERE l.account_id = :self"
           " ORDER BY p.id"
           " LIMIT 10",
    .columns = mine_columns,
    .lane = LN_LANE_READ
};
