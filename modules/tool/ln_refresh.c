
#include <stdlib.h>
#include <string.h>

#include "ln_projection.h"
#include "ln_refresh.h"
#include "ln_text_prefix.h"
#include "ln_text_token.h"
#include "ln_tool.h"
#include "ln_tool_memory.h"


#define LN_WEIGHT_ORGANIZATION  20       /* in the box of suggestions */
#define LN_WEIGHT_PRACTITIONER  30

#define LN_REFRESH_PART         4        /* a quarter of a table is "many" */
#define LN_REFRESH_RETRIES      5        /* of a batch that meets a deadlock */
#define LN_ITEM                 '\x1e'   /* between names in one column */


/* How one kind of thing is refreshed. */

typedef struct {
    const char *const  *stage;
    const char *const  *pick;
    const char *const  *sweep;
    const char *const  *store;
    const char         *select;          /* see below */
    const char         *count;           /* of all there are */
    const char         *stands;          /* whether any was there before */
    ln_token_kind_e     tokens;
    ln_prefix_kind_e    prefixes;
    unsigned            weight;
} ln_refresh_t;


typedef struct {
    ln_db_t             *db;
    const ln_refresh_t  *refresh;
    int                  failed;
    ln_tokens_t          set;
} ln_refreshing_t;


/*
 * id, rank_order, name; employer or types, of which each is a text of its own;
 * what tells the suggestion apart.  Only what was staged.
 */

static const char  ln_organizations_sql[] =
    "SELECT s.id, s.rank_order, o.name,"
    "       (SELECT GROUP_CONCAT(y.name SEPARATOR '\x1e')"
    "          FROM organization_hat oh"
    "          JOIN organization_type y ON y.id = oh.type_id"
    "         WHERE oh.organization_id = o.id),"
    "       r.full_name"
    "  FROM ln_staged_organization s"
    "  STRAIGHT_JOIN organization o ON o.id = s.id"
    "  STRAIGHT_JOIN region r ON r.id = o.region_id";

static const char  ln_practitioners_sql[] =
    "SELECT s.id, s.rank_order, p.name, o.name,"
    "       IFNULL(o.name, r.full_name)"
    "  FROM ln_staged_practitioner s"
    "  STRAIGHT_JOIN practitioner p ON p.id = s.id"
    "  STRAIGHT_JOIN region r ON r.id = p.region_id"
    "  LEFT JOIN organization o ON o.id = p.organization_id";


static ln_bulk_t  ln_touched = LN_BULK(
    "INSERT INTO ln_touched (id) VALUES ", "(?)", 1);

static ln_bulk_t  ln_area_tokens = LN_BULK(
    "INSERT INTO ln_area_token (id, token) VALUES ", "(?,?)", 2);

static ln_bulk_t  ln_tokens = LN_BULK(
    "INSERT INTO ln_staged_token (token, weight_order, rank_order, id)"
    " VALUES ", "(?,?,?,?)", 4);

static ln_bulk_t  ln_suggestions = LN_BULK(
    "INSERT INTO ln_staged_suggestion (prefix, weight_order, id, label,"
    " detail) VALUES ", "(?,?,?,?,?)", 5);


/* Who has no record is nowhere else: a first import has nothing to remove. */
#define LN_SQL_STANDS(of)                                                     \
    "SELECT COUNT(*)"                                                         \
    "  FROM (SELECT 1"                                                        \
    "          FROM ln_touched t"                                             \
    "          STRAIGHT_JOIN " of "_detail d ON d." of "_id = t.id"           \
    "         LIMIT 1) x"


static const ln_refresh_t  ln_refreshes[] = {
    [LN_REFRESH_ORGANIZATIONS] = {
        .stage = ln_projection_organizations_stage,
        .pick = ln_projection_organizations_pick,
        .sweep = ln_projection_organizations_sweep,
        .store = ln_projection_organizations_store,
        .select = ln_organizations_sql,
        .count = "SELECT COUNT(*) FROM organization",
        .stands = LN_SQL_STANDS("organization"),
        .tokens = LN_TOKEN_ORGANIZATION,
        .prefixes = LN_PREFIX_ORGANIZATION,
        .weight = LN_WEIGHT_ORGANIZATION
    },
    [LN_REFRESH_PRACTITIONERS] = {
        .stage = ln_projection_practitioners_stage,
        .pick = ln_projection_practitioners_pick,
        .sweep = ln_projection_practitioners_sweep,
        .store = ln_projection_practitioners_store,
        .select = ln_practitioners_sql,
        .count = "SELECT COUNT(*) FROM practitioner",
        .stands = LN_SQL_STANDS("practitioner"),
        .tokens = LN_TOKEN_PERSON,
        .prefixes = LN_PREFIX_PERSON,
        .weight = LN_WEIGHT_PRACTITIONER
    }
};


/* An area is found by its name and by the words people use for it. */

static int
ln_refresh_area(void *data, const ln_cell_t *row)
{
    size_t       i;
    ln_db_t     *db;
    ln_bind_t    binds[2];
    ln_tokens_t  set;

    db = data;
    set.count = 0;
    ln_text_tokens(&set, LN_TOKEN_AREA, row[1].data, row[1].len);
    ln_text_words(&set, row[2].data, row[2].len);

    binds[0] = ln_bind_number(ln_cell_number(row[0]));

    for (i = 0; i < set.count; i++) {
        binds[1] = ln_bind_bytes(set.items[i].text, set.items[i].len);

        if (ln_bulk_add(db, &ln_area_tokens, binds) != 0) {
            return -1;
        }
    }

    return 0;
}


int
ln_refresh_prepare(ln_db_t *db)
{
    ln_bulk_drop(&ln_area_tokens);

    if (ln_db_run(db, ln_projection_session) != 0
        || ln_db_select(db, "SELECT id, name, plain FROM practice_area", NULL,
                        0, ln_refresh_area, db)
           != 0)
    {
        return -1;
    }

    return ln_bulk_flush(db, &ln_area_tokens);
}


void
ln_ids_add(ln_ids_t *ids, uint64_t id)
{
    if (ids->n == ids->size) {
        ids->size = ids->size ? ids->size * 2 : 256;
        ids->list = ln_memory(ids->list, ids->size * sizeof(uint64_t));
    }

    ids->list[ids->n++] = id;
}


void
ln_ids_free(ln_ids_t *ids)
{
    free(ids->list);
    memset(ids, 0, sizeof(*ids));
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

    binds[2] = ln_bind_number(ln_cell_number(row[1]));
    binds[3] = ln_bind_number(ln_cell_number(row[0]));

    for (i = 0; i < r->set.count; i++) {
        binds[0] = ln_bind_bytes(r->set.items[i].text, r->set.items[i].len);
        binds[1] = ln_bind_number(r->set.items[i].weight);

        if (ln_bulk_add(r->db, &ln_tokens, binds) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
ln_refresh_suggestions(ln_refreshing_t *r, const ln_cell_t *row)
{
    size_t     i;
    ln_bind_t  binds[5];

    r->set.count = 0;
    ln_text_prefixes(&r->set, r->refresh->prefixes, row[2].data, row[2].len);

    binds[2] = ln_bind_number(ln_cell_number(row[0]));
    binds[3] = ln_bind_bytes(row[2].data, row[2].len);
    binds[4] = ln_bind_bytes(row[4].data, row[4].len);

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
        r->failed = 1;
    }

    return r->failed;
}


static int
ln_refresh_number(void *data, const ln_cell_t *row)
{
    *(uint64_t *) data = ln_cell_number(row[0]);

    return 0;
}


static int
ln_refresh_remove(ln_db_t *db, const ln_refresh_t *refresh, int many)
{
    uint64_t  stands;

    stands = 0;

    if (ln_db_select(db, refresh->stands, NULL, 0, ln_refresh_number, &stands)
        != 0)
    {
        return -1;
    }

    return stands ? ln_db_run(db, many ? refresh->sweep : refresh->pick) : 0;
}


/* What stands in ln_touched, in the open transaction. */

static int
ln_refresh_touched(ln_db_t *db, ln_refresh_e what, int many)
{
    ln_refreshing_t      r;
    const ln_refresh_t  *refresh;

    refresh = &ln_refreshes[what];
    r.db = db;
    r.refresh = refresh;
    r.failed = 0;

    ln_bulk_drop(&ln_tokens);
    ln_bulk_drop(&ln_suggestions);

    if (ln_db_run(db, refresh->stage) != 0
        || ln_refresh_remove(db, refresh, many) != 0
        || ln_db_select(db, refresh->select, NULL, 0, ln_refresh_row, &r) != 0
        || r.failed
        || ln_bulk_flush(db, &ln_tokens) != 0
        || ln_bulk_flush(db, &ln_suggestions) != 0)
    {
        return -1;
    }

    return ln_db_run(db, refresh->store);
}


int
ln_refresh_touch(ln_db_t *db, const uint64_t *ids, size_t n)
{
    size_t     i;
    ln_bind_t  bind;

    ln_bulk_drop(&ln_touched);

    if (ln_db_execute(db, "DELETE FROM ln_touched", NULL, 0) != 0) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        bind = ln_bind_number(ids[i]);

        if (ln_bulk_add(db, &ln_touched, &bind) != 0) {
            return -1;
        }
    }

    return ln_bulk_flush(db, &ln_touched);
}


static int
ln_compare_ids(const void *a, const void *b)
{
    uint64_t  x, y;

    x = *(const uint64_t *) a;
    y = *(const uint64_t *) b;

    return x < y ? -1 : x > y;
}


static void
ln_ids_sort(ln_ids_t *ids)
{
    size_t  i, distinct;

    if (ids->n == 0) {
        return;
    }

    qsort(ids->list, ids->n, sizeof(uint64_t), ln_compare_ids);

    for (i = 1, distinct = 1; i < ids->n; i++) {
        if (ids->list[i] != ids->list[distinct - 1]) {
            ids->list[distinct++] = ids->list[i];
        }
    }

    ids->n = distinct;
}


int
ln_refresh_now(ln_db_t *db, ln_refresh_e what, ln_ids_t *ids)
{
    if (ids->n == 0) {
        return 0;
    }

    ln_ids_sort(ids);

    if (ln_refresh_touch(db, ids->list, ids->n) != 0) {
        return -1;
    }

    return ln_refresh_touched(db, what, 0);
}


static int
ln_refresh_batch(ln_db_t *db, ln_refresh_e what, int many, const uint64_t *ids,
    size_t n)
{
    int  tries;

    for (tries = 0; /* void */; tries++) {
        if (ln_interrupted) {
            return -1;
        }

        if (ln_refresh_touch(db, ids, n) == 0
            && ln_refresh_touched(db, what, many) == 0
            && ln_db_commit(db) == 0)
        {
            return 0;
        }

        if (!ln_db_is_deadlock(db) || tries == LN_REFRESH_RETRIES) {
            return -1;
        }

        (void) ln_db_rollback(db);
    }
}


int
ln_refresh_ids(ln_db_t *db, ln_refresh_e what, ln_ids_t *ids)
{
    int       many;
    size_t    i, n, batch;
    uint64_t  all;

    ln_ids_sort(ids);
    all = 0;

    if (ln_db_select(db, ln_refreshes[what].count, NULL, 0, ln_refresh_number,
                     &all)
        != 0)
    {
        return -1;
    }

    many = ids->n > LN_PROJECTION_BATCH && ids->n >= all / LN_REFRESH_PART;
    batch = many ? LN_PROJECTION_MANY : LN_PROJECTION_BATCH;

    for (i = 0; i < ids->n; i += n) {
        n = ids->n - i < batch ? ids->n - i : batch;

        if (ln_refresh_batch(db, what, many, ids->list + i, n) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
ln_refresh_id(void *data, const ln_cell_t *row)
{
    ln_ids_add(data, ln_cell_number(row[0]));

    return 0;
}


int
ln_refresh_found(ln_db_t *db, ln_refresh_e what, const char *sql,
    const ln_bind_t *binds, size_t n)
{
    int       rc;
    ln_ids_t  ids;

    memset(&ids, 0, sizeof(ids));
    rc = ln_db_select(db, sql, binds, n, ln_refresh_id, &ids);

    if (rc == 0) {
        rc = ln_refresh_ids(db, what, &ids);
    }

    ln_ids_free(&ids);

    return rc;
}
