
/*
 * The words by which an entry that was edited is found, and the jobs that make
 * those entries anew which show something of it.
 *
 * An edit refreshes its own entry at once.  Practitioners show their
 * organization's name, place and hours, organizations their practitioners'
 * number and languages: those rows are noted in practitioner_due and
 * organization_due in the same transaction, and follow within seconds, one
 * small transaction each, however many there are.
 */

#include "directory_refresh.h"
#include "ln_text_prefix.h"
#include "ln_text_token.h"


#define ITEM  '\x1e'   /* between things in one column */
#define PART  '\x1f'   /* between the parts of one */
#define AREA  3        /* weight of all that a practice area is found by */


/* A record is 42 octets: weight, length, text. */
typedef char directory_word_fits[DIRECTORY_WORD == LN_TOKEN_BYTES + 2 ? 1 : -1];

typedef struct {
    ln_token_kind_e   name;
    ln_token_kind_e   more;
    ln_prefix_kind_e  prefixes;
} directory_words_t;

/* Records that grow, see DIRECTORY_WORDS. */
typedef struct {
    ngx_pool_t  *pool;
    u_char      *data;
    size_t       len;
    size_t       size;
    unsigned     failed:1;
} directory_list_t;


static ngx_int_t directory_said(ln_request_t *lr, const ln_value_t *row,
    const directory_words_t *words);
static ngx_int_t directory_item_said(ln_item_t *item, const ln_value_t *row,
    const directory_words_t *words);
static ngx_int_t directory_words(ngx_pool_t *pool, const ln_value_t *row,
    const directory_words_t *words, ngx_str_t *tokens, ngx_str_t *prefixes);
static void directory_list_each(directory_list_t *list, ln_tokens_t *set,
    ln_token_kind_e kind, const ngx_str_t *text);
static void directory_list_start(directory_list_t *list, ngx_pool_t *pool);
static void directory_list_add(directory_list_t *list,
    const ln_tokens_t *set, ngx_uint_t least);
static ngx_int_t directory_list_grow(directory_list_t *list, size_t need);
static ngx_int_t directory_list_end(directory_list_t *list, ngx_str_t *text);


static const directory_words_t  organization_words = {
    LN_TOKEN_ORGANIZATION, LN_TOKEN_TYPE, LN_PREFIX_ORGANIZATION
};

static const directory_words_t  practitioner_words = {
    LN_TOKEN_PERSON, LN_TOKEN_EMPLOYER, LN_PREFIX_PERSON
};


const ln_column_t  directory_words_columns[] = {
    DIRECTORY_WORDS_COLUMNS,
    { .name = NULL }
};


/* Suggestions and lists, besides the entry's own topic. */

const ln_stmt_t  directory_changed = {
    .name = "directory_changed",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " VALUES"
           " ('directory',"
            " '*',"
            " UTC_TIMESTAMP(6))"
};


/*
 * Rows that follow.  Each is claimed for so long as a round may take; settling
 * looks whether the entry is still the one whose words were made, and leaves
 * the row to the next round if it is not.
 */

const ln_param_t  directory_follow_results[] = {
    DIRECTORY_REFRESH_PARAMS,
    { .name = NULL }
};


#define FOLLOW(thing)                                                         \
                                                                              \
static const ln_stmt_t  thing##_claim = {                                     \
    .name = "follow_" #thing "_claim",                                        \
    .sql = "UPDATE " #thing "_due"                                            \
           " SET claim = :new_id,"                                            \
               " claimed_until = UTC_TIMESTAMP(6) + INTERVAL 30 SECOND"       \
           " WHERE claim IS NULL"                                             \
              " OR claimed_until < UTC_TIMESTAMP(6)"                          \
           " ORDER BY " #thing "_id"                                          \
           " LIMIT 50"                                                        \
};                                                                            \
                                                                              \
const ln_step_t  directory_follow_##thing##s[] = {                            \
    { .stmt = &thing##_claim },                                               \
    { .stmt = NULL }                                                          \
};                                                                            \
                                                                              \
static const ln_stmt_t  thing##_event = {                                     \
    .name = "follow_" #thing "_event",                                        \
    .sql = "INSERT INTO change_event"                                         \
           " (topic,"                                                         \
            " subject,"                                                       \
            " at)"                                                            \
           " VALUES"                                                          \
           " ('" #thing "',"                                                  \
            " CAST(:row.id AS CHAR),"                                         \
            " UTC_TIMESTAMP(6))"                                              \
};                                                                            \
                                                                              \
static const ln_stmt_t  thing##_done = {                                      \
    .name = "follow_" #thing "_done",                                         \
    .sql = "DELETE FROM " #thing "_due"                                       \
           " WHERE " #thing "_id = :row.id"                                   \
             " AND claim = :new_id"                                           \
};                                                                            \
                                                                              \
const ln_step_t  directory_follow_##thing##s_settle[] = {                     \
    { .stmt = &thing##_same, .name = "same" },                                \
    { .stmt = &thing##_done },                                                \
    DIRECTORY_REFRESH(thing),                                                 \
    { .stmt = &thing##_event },                                               \
    { .stmt = NULL }                                                          \
};                                                                            \
                                                                              \
ngx_int_t                                                                     \
directory_follow_##thing(ln_item_t *item, const ln_value_t *row)              \
{                                                                             \
    return directory_item_said(item, row, &thing##_words);                    \
}


static const ln_column_t  organization_claimed_columns[] = {
    DIRECTORY_WORDS_COLUMNS,
    { .name = "version", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_column_t  practitioner_claimed_columns[] = {
    DIRECTORY_WORDS_COLUMNS,
    { .name = "version", .type = LN_INTEGER },
    { .name = "organization_version", .type = LN_INTEGER, .nullable = 1 },
    { .name = NULL }
};

static const ln_column_t  same_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = NULL }
};


const ln_stmt_t  directory_follow_organizations_claimed = {
    .name = "follow_organization_claimed",
    .sql = "SELECT " DIRECTORY_ORGANIZATION_WORDS ","
                 " o.version"
           " FROM organization_due d"
           " JOIN organization o ON o.id = d.organization_id"
           " WHERE d.claim = :new_id"
           " LIMIT 50",
    .columns = organization_claimed_columns
};

static const ln_stmt_t  organization_same = {
    .name = "follow_organization_same",
    .sql = "SELECT o.id"
           " FROM organization o"
           " WHERE o.id = :row.id"
             " AND o.version = :row.version"
           " FOR UPDATE",
    .columns = same_columns
};

const ln_stmt_t  directory_follow_practitioners_claimed = {
    .name = "follow_practitioner_claimed",
    .sql = "SELECT " DIRECTORY_PRACTITIONER_WORDS ","
                 " p.version,"
                 " o.version AS organization_version"
           " FROM practitioner_due d"
           " JOIN practitioner p ON p.id = d.practitioner_id"
           " LEFT JOIN organization o ON o.id = p.organization_id"
           " WHERE d.claim = :new_id"
           " LIMIT 50",
    .columns = practitioner_claimed_columns
};

static const ln_stmt_t  practitioner_same = {
    .name = "follow_practitioner_same",
    .sql = "SELECT p.id"
           " FROM practitioner p"
           " LEFT JOIN organization o ON o.id = p.organization_id"
           " WHERE p.id = :row.id"
             " AND p.version = :row.version"
             " AND (o.version IS NULL"
                  " OR o.version = :row.organization_version)"
           " FOR UPDATE",
    .columns = same_columns
};


FOLLOW(organization)
FOLLOW(practitioner)


ngx_int_t
directory_organization_said(ln_request_t *lr, const ln_value_t *row)
{
    return directory_said(lr, row, &organization_words);
}


ngx_int_t
directory_practitioner_said(ln_request_t *lr, const ln_value_t *row)
{
    return directory_said(lr, row, &practitioner_words);
}


static ngx_int_t
directory_said(ln_request_t *lr, const ln_value_t *row,
    const directory_words_t *words)
{
    ngx_str_t  tokens, prefixes;

    if (directory_words(ln_pool(lr), row, words, &tokens, &prefixes) != NGX_OK
        || ln_set_integer(lr, "entry", row[DIRECTORY_WORDS_ID].integer)
           != NGX_OK
        || ln_set_string(lr, "tokens", tokens.data, tokens.len) != NGX_OK
        || ln_set_string(lr, "prefixes", prefixes.data, prefixes.len)
           != NGX_OK)
    {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    return NGX_OK;
}


static ngx_int_t
directory_item_said(ln_item_t *item, const ln_value_t *row,
    const directory_words_t *words)
{
    ngx_str_t  tokens, prefixes;

    if (directory_words(ln_item_pool(item), row, words, &tokens, &prefixes)
        != NGX_OK
        || ln_item_set_integer(item, "entry", row[DIRECTORY_WORDS_ID].integer)
           != NGX_OK
        || ln_item_set_string(item, "tokens", tokens.data, tokens.len)
           != NGX_OK
        || ln_item_set_string(item, "prefixes", prefixes.data, prefixes.len)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * A set holds the words of one text, or of texts of one kind, so that none is
 * lost for another's sake; where a word comes twice, SQL takes the better one.
 */

static ngx_int_t
directory_words(ngx_pool_t *pool, const ln_value_t *row,
    const directory_words_t *words, ngx_str_t *tokens, ngx_str_t *prefixes)
{
    ln_tokens_t      *set;
    const ngx_str_t  *name;
    directory_list_t  list;

    set = ngx_palloc(pool, sizeof(ln_tokens_t));
    if (set == NULL) {
        return NGX_ERROR;
    }

    name = &row[DIRECTORY_WORDS_NAME].string;

    directory_list_start(&list, pool);
    set->count = 0;
    ln_text_tokens(set, words->name, (char *) name->data, name->len);
    directory_list_each(&list, set, words->more,
                        &row[DIRECTORY_WORDS_MORE].string);
    directory_list_add(&list, set, 0);

    set->count = 0;
    directory_list_each(&list, set, LN_TOKEN_AREA,
                        &row[DIRECTORY_WORDS_AREAS].string);

    if (directory_list_end(&list, tokens) != NGX_OK) {
        return NGX_ERROR;
    }

    directory_list_start(&list, pool);
    set->count = 0;
    ln_text_prefixes(set, words->prefixes, (char *) name->data, name->len);
    directory_list_add(&list, set, 0);

    return directory_list_end(&list, prefixes);
}


/* Areas are added one by one: name, PART, the words people use. */

static void
directory_list_each(directory_list_t *list, ln_tokens_t *set,
    ln_token_kind_e kind, const ngx_str_t *text)
{
    size_t       len, name;
    const char  *p, *end, *part;

    p = (const char *) text->data;
    end = p + text->len;

    for ( /* void */ ; p < end; p += len + 1) {

        part = memchr(p, ITEM, end - p);
        len = part ? (size_t) (part - p) : (size_t) (end - p);

        if (kind != LN_TOKEN_AREA) {
            ln_text_tokens(set, kind, p, len);
            continue;
        }

        part = memchr(p, PART, len);
        name = part ? (size_t) (part - p) : len;

        set->count = 0;
        ln_text_tokens(set, kind, p, name);

        if (part) {
            ln_text_words(set, part + 1, len - name - 1);
        }

        directory_list_add(list, set, AREA);
    }
}


static void
directory_list_start(directory_list_t *list, ngx_pool_t *pool)
{
    ngx_memzero(list, sizeof(directory_list_t));
    list->pool = pool;
}


static void
directory_list_add(directory_list_t *list, const ln_tokens_t *set,
    ngx_uint_t least)
{
    size_t   i;
    u_char  *p, record[DIRECTORY_WORD];

    if (directory_list_grow(list, list->len
                                  + set->count * 2 * DIRECTORY_WORD)
        != NGX_OK)
    {
        list->failed = 1;
        return;
    }

    p = list->data + list->len;

    for (i = 0; i < set->count; i++) {
        ngx_memzero(record, DIRECTORY_WORD);
        record[0] = ngx_max(set->items[i].weight, least);
        record[1] = set->items[i].len;
        ngx_memcpy(record + 2, set->items[i].text, set->items[i].len);
        p = ngx_hex_dump(p, record, DIRECTORY_WORD);
    }

    list->len = p - list->data;
}


static ngx_int_t
directory_list_grow(directory_list_t *list, size_t need)
{
    u_char  *grown;

    if (need <= list->size) {
        return NGX_OK;
    }

    grown = ngx_palloc(list->pool, need * 2);
    if (grown == NULL) {
        return NGX_ERROR;
    }

    if (list->len) {
        ngx_memcpy(grown, list->data, list->len);
    }

    list->data = grown;
    list->size = need * 2;

    return NGX_OK;
}


static ngx_int_t
directory_list_end(directory_list_t *list, ngx_str_t *text)
{
    if (list->failed) {
        return NGX_ERROR;
    }

    text->data = list->len ? list->data : (u_char *) "";
    text->len = ngx_min(list->len, DIRECTORY_MAX_WORDS * 2 * DIRECTORY_WORD);

    return NGX_OK;
}
