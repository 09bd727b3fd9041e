
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ln_import.h"
#include "ln_text_prefix.h"


/*
 * legalnet reindex: everything that search reads, from the tables of record.
 */

#define LN_WEIGHT_AREA    0          /* in the box of suggestions */
#define LN_WEIGHT_REGION  10


typedef struct {
    ln_db_t     *db;
    const char  *kind;
    unsigned     weight;
    int          failed;
} ln_reindex_t;


static ln_bulk_t  ln_reindex_suggestions = LN_BULK(
    "INSERT IGNORE INTO suggestion (prefix, weight_order, kind, ref, label,"
    " detail) VALUES ", "(?,?,?,?,?,?)", 6);


/*
 * code, name, detail, other words for it parted by spaces, and how far behind
 * others of its kind it stands.
 */

static int
ln_reindex_word(void *data, const ln_cell_t *row)
{
    size_t         i, len;
    ln_bind_t      binds[6];
    const char    *p;
    ln_tokens_t    set;
    ln_reindex_t  *reindex;

    reindex = data;
    set.count = 0;
    ln_text_prefixes(&set, LN_PREFIX_WORD, row[1].data, row[1].len);

    for (p = row[3].data; *p != '\0'; p += len + (p[len] != '\0')) {
        len = strcspn(p, " ");
        ln_text_prefixes(&set, LN_PREFIX_WORD, p, len);
    }

    binds[2] = ln_bind_text(reindex->kind);
    binds[3] = ln_bind_bytes(row[0].data, row[0].len);
    binds[4] = ln_bind_bytes(row[1].data, row[1].len);
    binds[5] = ln_bind_bytes(row[2].data, row[2].len);

    for (i = 0; i < set.count; i++) {
        binds[0] = ln_bind_bytes(set.items[i].text, set.items[i].len);
        binds[1] = ln_bind_number(reindex->weight + ln_cell_number(row[4])
                                  + set.items[i].weight);

        if (ln_bulk_add(reindex->db, &ln_reindex_suggestions, binds) != 0) {
            reindex->failed = 1;
            return -1;
        }
    }

    return 0;
}


static int
ln_reindex_words(ln_db_t *db, const char *kind, unsigned weight,
    const char *select)
{
    ln_bind_t     bind;
    ln_reindex_t  reindex;

    reindex.db = db;
    reindex.kind = kind;
    reindex.weight = weight;
    reindex.failed = 0;
    bind = ln_bind_text(kind);

    if (ln_db_execute(db, "DELETE FROM suggestion WHERE kind = ?", &bind, 1)
        != 0
        || ln_db_select(db, select, NULL, 0, ln_reindex_word, &reindex) != 0
        || reindex.failed
        || ln_bulk_flush(db, &ln_reindex_suggestions) != 0)
    {
        return -1;
    }

    return ln_db_commit(db);
}


static int
ln_reindex_some(void *data, const ln_cell_t *row)
{
    (void) row;
    *(int *) data = 1;

    return 1;
}


int
ln_reindex_first(ln_db_t *db)
{
    int  some;

    some = 0;

    if (ln_db_select(db, "SELECT 1 FROM suggestion WHERE kind = 'area' LIMIT 1",
                     NULL, 0, ln_reindex_some, &some)
        != 0)
    {
        return -1;
    }

    return some ? 0 : ln_reindex_vocabularies(db);
}


/* What regions are found by; their readings come with them. */

static const char *const  ln_reindex_regions[] = {
    "DELETE FROM region_word",
    "INSERT INTO region_word (word, region_id)"
    " WITH RECURSIVE place (n) AS"
    " (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < 64)"
    " SELECT LOWER(SUBSTRING(r.name FROM p.n)) AS word, r.id"
    "   FROM place p"
    "   JOIN region r ON CHAR_LENGTH(r.name) >= p.n"
    "  UNION"
    " SELECT LEFT(pinyin, 64), id FROM region"
    "  UNION"
    " SELECT initials, id FROM region"
    "  ORDER BY 1, 2",
    "COMMIT",
    NULL
};


int
ln_reindex_vocabularies(ln_db_t *db)
{
    if (ln_db_run(db, ln_reindex_regions) != 0
        || ln_reindex_words(db, "area", LN_WEIGHT_AREA,
               "SELECT a.code, a.name, p.name, a.plain, 0"
               "  FROM practice_area a"
               "  LEFT JOIN practice_area p ON p.id = a.parent_id")
           != 0)
    {
        return -1;
    }

    return ln_reindex_words(db, "region", LN_WEIGHT_REGION,
        "SELECT code, name, full_name, '', level"
        "  FROM region"
        " WHERE level <= 3"
        "   AND valid_to IS NULL");
}


/* Nobody deletes from the tables of record by hand; should it happen ... */

static const char *const  ln_reindex_orphans[] = {
#define LN_SQL_ORPHANS(table, of)                                             \
    "DELETE l"                                                                \
    "  FROM " table " l"                                                      \
    "  LEFT JOIN " of " r ON r.id = l." of "_id"                              \
    " WHERE r.id IS NULL",                                                    \
    "COMMIT"

    LN_SQL_ORPHANS("organization_listing", "organization"),
    LN_SQL_ORPHANS("organization_detail", "organization"),
    LN_SQL_ORPHANS("organization_place", "organization"),
    LN_SQL_ORPHANS("organization_token", "organization"),
    LN_SQL_ORPHANS("practitioner_listing", "practitioner"),
    LN_SQL_ORPHANS("practitioner_detail", "practitioner"),
    LN_SQL_ORPHANS("practitioner_place", "practitioner"),
    LN_SQL_ORPHANS("practitioner_token", "practitioner"),

    "DELETE s"
    "  FROM suggestion s"
    "  LEFT JOIN organization o ON o.id = s.ref"
    " WHERE s.kind = 'organization'"
    "   AND o.id IS NULL",
    "DELETE s"
    "  FROM suggestion s"
    "  LEFT JOIN practitioner p ON p.id = s.ref"
    " WHERE s.kind = 'practitioner'"
    "   AND p.id IS NULL",
    "COMMIT",
    NULL
};


static int
ln_reindex_all(ln_db_t *db)
{
    if (ln_refresh_prepare(db) != 0
        || ln_refresh_found(db, LN_REFRESH_ORGANIZATIONS,
               "SELECT id FROM organization", NULL, 0)
           != 0
        || ln_refresh_found(db, LN_REFRESH_PRACTITIONERS,
               "SELECT id FROM practitioner", NULL, 0)
           != 0
        || ln_db_run(db, ln_reindex_orphans) != 0)
    {
        return -1;
    }

    return ln_reindex_vocabularies(db);
}


ln_exit_e
ln_reindex_command(const ln_arguments_t *args)
{
    int       rc;
    ln_db_t  *db;

    db = ln_db_connect(ln_option(args, "database"),
                       ln_option(args, "password-file"));
    if (db == NULL) {
        return LN_EXIT_FAILED;
    }

    rc = ln_reindex_all(db);

    if (rc == 0) {
        puts("search is rebuilt");

    } else {
        ln_complain("stopped: %s", ln_interrupted ? "interrupted"
                                                  : ln_db_error(db));
    }

    ln_db_close(db);

    return rc == 0 ? LN_EXIT_OK : LN_EXIT_FAILED;
}
