
/*
 * Rules as dated rows, for the system administrator: a new value holds from a
 * day on, what has held is never changed.
 */

#include "auth.h"


#define TODAY  "DATE(UTC_TIMESTAMP(6) + INTERVAL 8 HOUR)"


const ln_param_t  auth_rule_list_in[] = {
    { .name = "name", .type = LN_STRING, .min = 1, .max = 64,
      .summary = "Of one rule" },
    { .name = NULL }
};

static const ln_column_t  rule_columns[] = {
    { .name = "name", .type = LN_STRING },
    { .name = "valid_from", .type = LN_DATE,
      .summary = "First day, in Asia/Shanghai" },
    { .name = "value", .type = LN_INTEGER },
    { .name = "unit", .type = LN_STRING },
    { .name = "basis", .type = LN_STRING },
    { .name = "holds", .type = LN_BOOLEAN, .summary = "Today" },
    { .name = NULL }
};

#define RULE                                                                  \
    "SELECT r.name,"                                                          \
          " r.valid_from,"                                                    \
          " r.value,"                                                         \
          " r.unit,"                                                          \
          " r.basis,"                                                         \
          " r.valid_from = (SELECT MAX(n.valid_from)"                         \
                          " FROM rule n"                                      \
                          " WHERE n.name = r.name"                            \
                            " AND n.valid_from <= " TODAY ") AS holds"        \
    " FROM rule r"

const ln_stmt_t  auth_rule_list = {
    .name = "auth_rule_list",
    .sql = RULE
           " WHERE (:name IS NULL OR r.name = :name)"
             " AND " AUTH_ALLOWED
           " ORDER BY r.name,"
                    " r.valid_from"
           " LIMIT 1000",
    .columns = rule_columns
};


const ln_param_t  auth_rule_create_in[] = {

    { .name = "name", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 1, .max = 64, .summary = "One of the rules that there are" },

    { .name = "valid_from", .type = LN_DATE, .in = LN_BODY, .required = 1,
      .summary = "First day; today at the earliest" },

    { .name = "value", .type = LN_INTEGER, .in = LN_BODY, .required = 1,
      .min = 0, .max = 1000000000000, .summary = "In the rule's unit" },

    { .name = "basis", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 2, .max = 255, .summary = "Law, standard or decision" },

    { .name = NULL }
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  create = {
    .name = "auth_rule_create",
    .sql = "INSERT INTO rule"
           " (name,"
            " valid_from,"
            " value,"
            " unit,"
            " basis)"
           " SELECT DISTINCT r.name,"
                  " :valid_from,"
                  " :value,"
                  " r.unit,"
                  " :basis"
           " FROM rule r"
           " WHERE r.name = :name"
             " AND r.valid_from = (SELECT MAX(n.valid_from)"
                                 " FROM rule n"
                                 " WHERE n.name = :name)"
             " AND :valid_from >= " TODAY
             " AND " AUTH_ALLOWED
};

static const ln_stmt_t  not_created = {
    .name = "auth_rule_not_created",
    .sql = "SELECT CASE"
                 " WHEN NOT " AUTH_ALLOWED " THEN 'forbidden'"
                 " WHEN NOT EXISTS (SELECT 1"
                                  " FROM rule r"
                                  " WHERE r.name = :name) THEN 'not_found'"
                 " WHEN :valid_from < " TODAY " THEN 'past_rule'"
                 " ELSE 'conflict'"
                 " END AS code",
    .columns = code_columns
};

const ln_step_t  auth_rule_create_steps[] = {
    { .stmt = &create, .otherwise = &not_created },
    { .stmt = NULL }
};

const ln_stmt_t  auth_rule_created = {
    .name = "auth_rule_created",
    .sql = RULE
           " WHERE r.name = :name"
             " AND r.valid_from = :valid_from",
    .columns = rule_columns
};
