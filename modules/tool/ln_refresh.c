
#include <stdlib.h>
#include <string.h>

#include "ln_import.h"
#include "ln_projection.h"
#include "ln_text_prefix.h"
#include "ln_text_token.h"


#define LN_WEIGHT_ORGANIZATION  20       /* in the box of suggestions */
#define LN_WEIGHT_PRACTITIONER  30


/* How one kind of thing is refreshed. */

typedef struct {
    const char *const  *projection;
    const char         *delete_tokens;
    const char         *delete_suggestions;
    const char         *select;          /* id, rank_order, name, and names
                                            that are lists, see refresh_row */
    ln_token_kind_e     tokens;
    ln_prefix_kind_e    prefixes;
    unsigned            weight;
    const char         *suggested;
    const char         *event;
    ln_bulk_t          *bulk;
} ln_refresh_t;


typedef struct {
    ln_db_t             *db;
    const ln_refresh_t  *refresh;
    ln_tokens_t          set;
} ln_refreshing_t;


/*
 * id, rank_order, name; employer or types, of which each is a text of its own;
 * areas likewise; what tells the suggestion apart.  Only what is listed.
 */

static const char  ln_organizations_sql[] =
    "SELECT o.id, l.rank_order, o.name,"
    "       (SELECT GROUP_CONCAT(y.name SEPARATOR '\x1e')"
    "          FROM organization_hat oh"
    "          JOIN organization_type y ON y.id = oh.type_id"
    "         WHERE oh.organization_id = o.id),"
    "       (SELECT GROUP_CONCAT(a.name SEPARATOR '\x1e')"
    "          FROM organization_area oa"
    "          JOIN practice_area a ON a.id = oa.area_id"
    "         WHERE oa.organization_id = o.id),"
    "       r.full_name"
    "  FROM ln_touched t"
    "  JOIN organization o ON o.id = t.id"
    "  JOIN region r ON r.id = o.region_id"
    "  JOIN organization_listing l"
    "    ON l.organization_id = o.id"
    "   AND l.type_id = 0"
    "   AND l.area_id = 0"
    "   AND l.region_id = 0";

static const char  ln_practitioners_sql[] =
    "SELECT p.id, l.rank_order, p.name, o.name,"
    "       (SELECT GROUP_CONCAT(a.name SEPARATOR '\x1e')"
    "          FROM practitioner_area pa"
    "          JOIN practice_area a ON a.id = pa.area_id"
    "         WHERE pa.practitioner_id = p.id),"
    "       IFNULL(o.name, r.full_name)"
    "  FROM ln_touched t"
    "  JOIN practitioner p ON p.id = t.id"
    "  JOIN region r ON r.id = p.region_id"
    "  JOIN practitioner_listing l"
    "    ON l.practitioner_id = p.id"
    "   AND l.kind_id = 0"
    "   AND l.area_id = 0"
    "   AND l.region_id = 0"
    "  LEFT JOIN organization o ON o.id = p.organization_id";


static ln_bulk_t  ln_organization_tokens = LN_BULK(
    "INSERT INTO organization_token (token, weight_order, rank_order,"
    " organization_id) VALUES ", "(?,?,?,?)", 4);

static ln_bulk_t  ln_practitioner_tokens = LN_BULK(
    "INSERT INTO practitioner_token (token, weight_order, rank_order,"
    " practitioner_id) VALUES ", "(?,?,?,?)", 4);

static ln_bulk_t  ln_suggestions = LN_BULK(
    "INSERT INTO suggestion (prefix, weight_order, kind, ref, label, detail)"
    " VALUES ", "(?,?,?,?,?,?)", 6);


static const ln_refresh_t  ln_refreshes[] = {
    [LN_REFRESH_ORGANIZATIONS] = {
        .projection = ln_projection_organizations,
        .delete_tokens =
            "DELETE k"
            "  FROM organization_token k"
            "  JOIN ln_touched t ON t.id = k.organization_id",
        .delete_suggestions =
            "DELETE s"
            "  FROM ln_touched t"
            "  JOIN suggestion s"
            "    ON s.kind = 'organization'"
            "   AND s.ref = CAST(t.id AS CHAR) COLLATE utf8mb4_bin",
        .select = ln_organizations_sql,
        .tokens = LN_TOKEN_ORGANIZATION,
        .prefixes = LN_PREFIX_ORGANIZATION,
        .weight = LN_WEIGHT_ORGANIZATION,
        .suggested = "organization",
        .event =
            "INSERT INTO change_event (topic, subject, at)"
            " SELECT 'organization', id, UTC_TIMESTAMP(6)"
            "   FROM ln_touched",
        .bulk = &ln_organization_tokens
    },
    [LN_REFRESH_PRACTITIONERS] = {
        .projection = ln_projection_practitioners,
        .delete_tokens =
            "DELETE k"
            "  FROM practitioner_token k"
            "  JOIN ln_touched t ON t.id = k.practitioner_id",
        .delete_suggestions =
            "DELETE s"
            "  FROM ln_touched t"
            "  JOIN suggestion s"
            "    ON s.kind = 'practitioner'"
            "   AND s.ref = CAST(t.id AS CHAR) COLLATE utf8mb4_bin",
        .select = ln_practitioners_sql,
        .tokens = LN_TOKEN_PERSON,
        .prefixes = LN_PREFIX_PERSON,
        .weight = LN_WEIGHT_PRACTITIONER,
        .suggested = "practitioner",
        .event =
            "INSERT INTO change_event (topic, subject, at)"
            " SELECT 'practitioner', id, UTC_TIMESTAMP(6)"
            "   FROM ln_touched",
        .bulk = &ln_practitioner_tokens
    }
};


int
ln_refresh_prepare(ln_db_t *db)
{
    return ln_db_run(db, ln_projection_session);
}


static void
ln_refresh_add_names(ln_tokens_t *set, ln_token_kind_e kind, ln_cell_t names)
{
    size_t       len;
    const char  *p, *end;

    if (names.data == NULL) {
        return;
    }

    end = names.data + names.len;

    for (p = names.data; p < end; p += len + 1) {
        len = strcspn(p, (char[]) { LN_ITEM, '\0' });
        ln_text_tokens(set, kind, p, len);
    }
}


static int
ln_refresh_tokens(ln_refreshing_t *r, const ln_cell_t *row)
{
    size_t     i;
    ln_bind_t  binds[4];

    r->set.count = 0;
    ln_text_tokens(&r->set, r->refresh->tokens, row[2].data, row[2].len);
    ln_refresh_add_names(&r->set, r->refresh->tokens == LN_TOKEN_PERSON
                                  ? LN_TOKEN_EMPLOYER : LN_TOKEN_TYPE, row[3]);
    ln_refresh_add_names(&r->set, LN_TOKEN_AREA, row[4]);

    binds[2] = ln_bind_number(ln_cell_number(row[1]));
    binds[3] = ln_bind_number(ln_cell_number(row[0]));

    for (i = 0; i < r->set.count; i++) {
        binds[0] = ln_bind_bytes(r->set.items[i].text, r->set.items[i].len);
        binds[1] = ln_bind_number(r->set.items[i].weight);

        if (ln_bulk_add(r->db, r->refresh->bulk, binds) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
ln_refresh_suggestions(ln_refreshing_t *r, const ln_cell_t *row)
{
    size_t     i;
    ln_bind_t  binds[6];

    r->set.count = 0;
    ln_text_prefixes(&r->set, r->refresh->prefixes, row[2].data, row[2].len);

    binds[2] = ln_bind_text(r->refresh->suggested);
    binds[3] = ln_bind_bytes(row[0].data, row[0].len);
    binds[4] = ln_bind_bytes(row[2].data, row[2].len);
    binds[5] = ln_bind_bytes(row[5].data, row[5].len);

    for (i = 0; i < r->set.count; i++) {
        binds[0] = ln_bind_bytes(r->set.items[i].text, r->set.items[i].len);
        binds[1] = ln_bind_number(r->refresh->weight + r->set.items[i].weight);

        if (ln_bulk_add(r->db, &ln_suggestions, binds) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
ln_refresh_row(void *data, const ln_cell_t *row)
{
    ln_refreshing_t  *r;

    r = data;

    if (ln_refresh_tokens(r, row) != 0 || ln_refresh_suggestions(r, row) != 0) {
        r->db = NULL;
        return -1;
    }

    return 0;
}


int
ln_refresh_touched(ln_db_t *db, ln_refresh_e what)
{
    ln_refreshing_t      r;
    const ln_refresh_t  *refresh;

    refresh = &ln_refreshes[what];
    r.db = db;
    r.refresh = refresh;

    ln_bulk_drop(refresh->bulk);
    ln_bulk_drop(&ln_suggestions);

    if (ln_db_run(db, refresh->projection) != 0
        || ln_db_execute(db, refresh->delete_tokens, NULL, 0) != 0
        || ln_db_execute(db, refresh->delete_suggestions, NULL, 0) != 0
        || ln_db_select(db, refresh->select, NULL, 0, ln_refresh_row, &r) != 0
        || r.db == NULL
        || ln_bulk_flush(db, refresh->bulk) != 0
        || ln_bulk_flush(db, &ln_suggestions) != 0)
    {
        return -1;
    }

    return ln_db_execute(db, refresh->event, NULL, 0);
}


static int
ln_compare_ids(const void *a, const void *b)
{
    uint64_t  x, y;

    x = *(const uint64_t *) a;
    y = *(const uint64_t *) b;

    return x < y ? -1 : x > y;
}


int
ln_refresh_parents(ln_db_t *db, uint64_t *ids, size_t n)
{
    size_t  i, distinct;

    if (n == 0) {
        return 0;
    }

    qsort(ids, n, sizeof(uint64_t), ln_compare_ids);

    for (i = 1, distinct = 1; i < n; i++) {
        if (ids[i] != ids[distinct - 1]) {
            ids[distinct++] = ids[i];
        }
    }

    if (ln_import_touch(db, ids, distinct) != 0) {
        return -1;
    }

    return ln_refresh_touched(db, LN_REFRESH_ORGANIZATIONS);
}


/* The ids of one step through a table, in order; the last one is kept. */

static int
ln_refresh_last_id(void *data, const ln_cell_t *row)
{
    *(uint64_t *) data = ln_cell_number(row[0]);

    return 0;
}


/* Fills ln_touched; *last is the greatest id, 0 if there is none. */

static int
ln_refresh_fill(ln_db_t *db, const char *fill, const ln_bind_t *binds,
    size_t n, uint64_t *last)
{
    *last = 0;

    if (ln_db_execute(db, "DELETE FROM ln_touched", NULL, 0) != 0
        || ln_db_execute(db, fill, binds, n) != 0)
    {
        return -1;
    }

    return ln_db_select(db, "SELECT MAX(id) FROM ln_touched", NULL, 0,
                        ln_refresh_last_id, last);
}


int
ln_refresh_members(ln_db_t *db, const uint64_t *organizations, size_t n)
{
    size_t     i;
    uint64_t   last;
    ln_bind_t  binds[2];

    for (i = 0; i < n; i++) {
        binds[0] = ln_bind_number(organizations[i]);
        binds[1] = ln_bind_number(0);

        for ( ;; ) {
            if (ln_refresh_fill(db,
                    "INSERT INTO ln_touched (id)"
                    " SELECT id"
                    "   FROM practitioner"
                    "  WHERE organization_id = ?"
                    "    AND id > ?"
                    "  ORDER BY id"
                    "  LIMIT 2000", binds, 2, &last)
                != 0)
            {
                return -1;
            }

            if (last == 0) {
                break;
            }

            if (ln_refresh_touched(db, LN_REFRESH_PRACTITIONERS) != 0) {
                return -1;
            }

            binds[1] = ln_bind_number(last);
        }
    }

    return 0;
}


/* One step of a walk is a transaction, and may be repeated. */

static int
ln_refresh_step(ln_db_t *db, ln_refresh_e what, const char *fill,
    ln_bind_t *binds, size_t n, uint64_t *last)
{
    if (ln_refresh_fill(db, fill, binds, n, last) != 0) {
        return -1;
    }

    if (*last == 0) {
        return ln_db_rollback(db);
    }

    if (ln_refresh_touched(db, what) != 0
        || ln_db_execute(db, LN_SQL_DIRECTORY_EVENT, NULL, 0) != 0)
    {
        return -1;
    }

    return ln_db_commit(db);
}


int
ln_refresh_walk(ln_db_t *db, ln_refresh_e what, const char *fill,
    uint64_t import_id, void (*progress)(uint64_t id))
{
    int        tries;
    size_t     n;
    uint64_t   last;
    ln_bind_t  binds[2];

    binds[0] = ln_bind_number(0);
    binds[1] = ln_bind_number(import_id);
    n = import_id != 0 ? 2 : 1;
    tries = 0;

    for ( ;; ) {
        if (ln_interrupted) {
            return -1;
        }

        if (ln_refresh_step(db, what, fill, binds, n, &last) != 0) {
            if (!ln_db_is_deadlock(db) || ++tries > LN_IMPORT_RETRIES) {
                return -1;
            }

            (void) ln_db_rollback(db);
            continue;
        }

        if (last == 0) {
            return 0;
        }

        tries = 0;
        binds[0] = ln_bind_number(last);

        if (progress != NULL) {
            progress(last);
        }
    }
}


int
ln_refresh_followers(ln_db_t *db, const ln_kind_t *kind, uint64_t import_id)
{
    if (kind == &ln_organizations) {
        return ln_refresh_walk(db, LN_REFRESH_PRACTITIONERS,
            "INSERT INTO ln_touched (id)"
            " SELECT DISTINCT f.id"
            "   FROM (SELECT p.id"
            "           FROM practitioner p"
            "           JOIN organization o ON o.id = p.organization_id"
            "          WHERE p.id > ?"
            "            AND o.import_id = ?"
            "          ORDER BY p.id"
            "          LIMIT 2000) f", import_id, NULL);
    }

    return ln_refresh_walk(db, LN_REFRESH_ORGANIZATIONS,
        "INSERT INTO ln_touched (id)"
        " SELECT DISTINCT p.organization_id"
        "   FROM practitioner p"
        "  WHERE p.organization_id > ?"
        "    AND p.import_id = ?"
        "  ORDER BY p.organization_id"
        "  LIMIT 2000", import_id, NULL);
}
