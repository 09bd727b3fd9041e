
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ln_import.h"


typedef struct {
    uint64_t  rows;
} ln_list_t;


static int
ln_list_row(void *data, const ln_cell_t *row)
{
    (void) data;

    printf("%6s  %-8s %-14s %-20s %s  %s new, %s changed, %s unchanged,"
           " %s refused  %s\n", row[0].data, row[1].data, row[2].data,
           row[3].data, row[4].data, row[5].data, row[6].data, row[7].data,
           row[8].data, row[9].data);

    return 0;
}


ln_exit_e
ln_import_list_command(const ln_arguments_t *args)
{
    int       rc;
    ln_db_t  *db;

    db = ln_db_connect(ln_option(args, "database"),
                       ln_option(args, "password-file"));
    if (db == NULL) {
        return LN_EXIT_FAILED;
    }

    rc = ln_db_select(db,
        "SELECT id, status, kind, source,"
        "       DATE_FORMAT(started_at, '%Y-%m-%dT%H:%i:%sZ'),"
        "       rows_added, rows_changed, rows_unchanged, rows_refused,"
        "       file_name"
        "  FROM import_run"
        " ORDER BY id DESC"
        " LIMIT 100", NULL, 0, ln_list_row, NULL);

    if (rc != 0) {
        ln_complain("the database failed: %s", ln_db_error(db));
    }

    ln_db_close(db);

    return rc == 0 ? LN_EXIT_OK : LN_EXIT_FAILED;
}


static int
ln_duplicate_row(void *data, const ln_cell_t *row)
{
    ln_list_t  *list;

    list = data;
    list->rows++;
    printf("%s %s \"%s\" and %s \"%s\": %s\n", row[0].data, row[1].data,
           row[2].data, row[3].data, row[4].data, row[5].data);

    return 0;
}


/* Both tables in one statement: the names stand in one or the other. */

static const char  ln_duplicates_sql[] =
    "SELECT d.table_name,"
    "       CONCAT(COALESCE(o.source, p.source), ':',"
    "              COALESCE(o.source_key, p.source_key)),"
    "       COALESCE(o.name, p.name),"
    "       CONCAT(COALESCE(oo.source, pp.source), ':',"
    "              COALESCE(oo.source_key, pp.source_key)),"
    "       COALESCE(oo.name, pp.name),"
    "       d.reason"
    "  FROM possible_duplicate d"
    "  LEFT JOIN organization o"
    "    ON d.table_name = 'organization' AND o.id = d.row_id"
    "  LEFT JOIN organization oo"
    "    ON d.table_name = 'organization' AND oo.id = d.other_id"
    "  LEFT JOIN practitioner p"
    "    ON d.table_name = 'practitioner' AND p.id = d.row_id"
    "  LEFT JOIN practitioner pp"
    "    ON d.table_name = 'practitioner' AND pp.id = d.other_id"
    " WHERE d.import_id = ?"
    "   AND d.status = 'open'"
    "   AND COALESCE(o.id, p.id) IS NOT NULL"
    "   AND COALESCE(oo.id, pp.id) IS NOT NULL"
    " ORDER BY d.id";


ln_exit_e
ln_import_duplicates_command(const ln_arguments_t *args)
{
    int        rc;
    ln_db_t   *db;
    ln_bind_t  id;
    ln_list_t  list;

    db = ln_db_connect(ln_option(args, "database"),
                       ln_option(args, "password-file"));
    if (db == NULL) {
        return LN_EXIT_FAILED;
    }

    list.rows = 0;
    id = ln_bind_number(strtoull(args->words[0], NULL, 10));
    rc = ln_db_select(db, ln_duplicates_sql, &id, 1, ln_duplicate_row, &list);

    if (rc != 0) {
        ln_complain("the database failed: %s", ln_db_error(db));

    } else {
        printf("%llu possible duplicates\n", (unsigned long long) list.rows);
    }

    ln_db_close(db);

    return rc == 0 ? LN_EXIT_OK : LN_EXIT_FAILED;
}
