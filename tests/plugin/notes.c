
/*
 * A third party's feature in one file, built against nginx and legalnet/ln.h
 * only: notes, and boxes that hold a limited number of them.  It uses every
 * kind of table once, so that tests can reach what core does with each.
 *
 * With one of NOTES_WRONG_ABI, NOTES_TWICE, NOTES_DUPLICATE_PATH … defined it
 * has exactly that mistake, which `nginx -t` must name.
 */

#include <legalnet/ln.h>


#define NOTES_MAX_TITLE  60


/* Columns */

static const char *const  notes_colors[] = { "red", "green", "blue", NULL };

static const ln_column_t  notes_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "title", .type = LN_STRING },
    { .name = "color", .type = LN_ENUM, .values = notes_colors,
      .nullable = 1 },
    { .name = "place.position", .type = LN_INTEGER,
      .summary = "Where it stands in the list" },
    { .name = "due", .type = LN_DATE, .omit_null = 1 },
    { .name = "version", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_column_t  notes_list_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "title", .type = LN_STRING },
    { .name = "place.position", .type = LN_INTEGER },
    { .name = "cursor.1", .type = LN_INTEGER },
    { .name = "cursor.2", .type = LN_UUID },
    { .name = NULL }
};

static const ln_column_t  notes_code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_column_t  notes_box_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = "capacity", .type = LN_INTEGER },
    { .name = "used", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_column_t  notes_nap_columns[] = {
    { .name = "slept", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_column_t  notes_count_columns[] = {
    { .name = "color", .type = LN_STRING, .nullable = 1 },
    { .name = "count", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_column_t  notes_kinds_columns[] = {
    { .name = "text", .type = LN_STRING, .nullable = 1 },
    { .name = "count", .type = LN_INTEGER, .nullable = 1 },
    { .name = "ratio", .type = LN_NUMBER, .nullable = 1 },
    { .name = "flag", .type = LN_BOOLEAN, .nullable = 1 },
    { .name = "color", .type = LN_STRING, .nullable = 1 },
    { .name = "number", .type = LN_ID, .nullable = 1 },
    { .name = "key", .type = LN_UUID, .nullable = 1 },
    { .name = "day", .type = LN_DATE, .nullable = 1 },
    { .name = "at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "near.longitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = "near.latitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = NULL }
};


/* Statements */

static const ln_page_t  notes_page[] = {
    { LN_INTEGER, "-1" },
    { LN_UUID, "00000000-0000-0000-0000-000000000000" },
    { 0, NULL }
};

#define NOTES_LIST                                                            \
    "SELECT id,"                                                              \
          " title,"                                                           \
          " position AS `place.position`,"                                    \
          " position AS `cursor.1`,"                                          \
          " id AS `cursor.2`"                                                 \
    " FROM note"                                                              \
    " WHERE position >= :cursor.1"                                            \
      " AND (position > :cursor.1 OR id > :cursor.2)"

static const ln_stmt_t  notes_list = {
    .name = "list",
    .sql = NOTES_LIST
           " ORDER BY position, id"
           " LIMIT :page",
    .columns = notes_list_columns,
    .page = notes_page
};

static const ln_stmt_t  notes_list_by_color = {
    .name = "list_by_color",
    .sql = NOTES_LIST
           " AND color IN (:color)"
           " ORDER BY position, id"
           " LIMIT :page",
    .columns = notes_list_columns,
    .page = notes_page
};

static const ln_stmt_t  notes_counts = {
    .name = "counts",
    .sql = "SELECT color,"
                 " COUNT(*) AS count"
           " FROM note"
           " GROUP BY color"
           " ORDER BY color",
    .columns = notes_count_columns
};

static const ln_stmt_t  notes_mine = {
    .name = "mine",
    .sql = NOTES_LIST
           " AND account_id = :self"
           " ORDER BY position, id"
           " LIMIT :page",
    .columns = notes_list_columns,
    .page = notes_page
};

#define NOTES_GET                                                             \
    "SELECT id,"                                                              \
          " title,"                                                           \
          " color,"                                                           \
          " position AS `place.position`,"                                    \
          " due,"                                                             \
          " version"                                                          \
    " FROM note"

static const ln_stmt_t  notes_get = {
    .name = "get",
    .sql = NOTES_GET
           " WHERE id = :id",
    .columns = notes_columns,
    .key = "id"
};

static const ln_stmt_t  notes_made = {
    .name = "made",
    .sql = NOTES_GET
           " WHERE id = :new_id",
    .columns = notes_columns
};

static const ln_stmt_t  notes_insert = {
    .name = "insert",
    .sql = "INSERT INTO note (id, account_id, title, color, position, due)"
           " VALUES (:new_id, :self, :title, :color, :position, :due)"
};

static const ln_stmt_t  notes_update = {
    .name = "update",
    .sql = "UPDATE note"
           " SET title = :title,"
               " due = IF(:due.given, :due, due),"
               " version = version + 1"
           " WHERE id = :id"
             " AND version = :version"
};

static const ln_stmt_t  notes_delete = {
    .name = "delete",
    .sql = "DELETE FROM note"
           " WHERE id = :id"
             " AND version = :version"
};

static const ln_stmt_t  notes_stale = {
    .name = "stale",
    .sql = "SELECT IF(COUNT(*) = 0, 'not_found', 'stale') AS code"
           " FROM note"
           " WHERE id = :id",
    .columns = notes_code_columns
};

static const ln_stmt_t  notes_box_get = {
    .name = "box_get",
    .sql = "SELECT id,"
                 " capacity,"
                 " used"
           " FROM note_box"
           " WHERE id = :box",
    .columns = notes_box_columns
};

static const ln_stmt_t  notes_box_take = {
    .name = "box_take",
    .sql = "UPDATE note_box"
           " SET used = used + :count"
           " WHERE id = :box"
             " AND used + :count <= capacity"
};

static const ln_stmt_t  notes_box_full = {
    .name = "box_full",
    .sql = "SELECT IF(COUNT(*) = 0, 'not_found', 'full') AS code"
           " FROM note_box"
           " WHERE id = :box",
    .columns = notes_code_columns
};

static const ln_stmt_t  notes_box_put = {
    .name = "box_put",
    .sql = "INSERT INTO note_in_box (box_id, note_id, copies)"
           " VALUES (:taken.id, :items.note, :items.copies)"
};

static const ln_stmt_t  notes_nap = {
    .name = "nap",
    .sql = "SELECT SLEEP(:seconds) AS slept",
    .columns = notes_nap_columns
};

static const ln_stmt_t  notes_kinds = {
    .name = "kinds",
    .sql = "SELECT CAST(:text AS CHAR(100)) AS text,"
                 " CAST(:count AS SIGNED) AS count,"
                 " CAST(:ratio AS DOUBLE) AS ratio,"
                 " CAST(:flag AS SIGNED) AS flag,"
                 " CAST(:color AS CHAR(10)) AS color,"
                 " CAST(:number AS SIGNED) AS number,"
                 " CAST(:key AS BINARY(16)) AS `key`,"
                 " CAST(:day AS DATE) AS day,"
                 " CAST(:at AS DATETIME(6)) AS at,"
                 " CAST(:near.longitude AS DOUBLE) AS `near.longitude`,"
                 " CAST(:near.latitude AS DOUBLE) AS `near.latitude`",
    .columns = notes_kinds_columns
};


/* Steps */

static ngx_int_t
notes_check_count(ln_request_t *lr, const ln_value_t *row)
{
    /* the box's columns: id, capacity, used */

    if (row[2].integer > row[1].integer) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "full");
    }

    if (ln_param(lr, "count")->integer == 13) {
        return ln_fail_field(lr, "count", "unlucky");
    }

    return NGX_OK;
}


static const ln_step_t  notes_create_steps[] = {
    { .stmt = &notes_insert },
    { .stmt = NULL }
};

static const ln_step_t  notes_update_steps[] = {
    { .stmt = &notes_update, .otherwise = &notes_stale },
    { .stmt = NULL }
};

static const ln_step_t  notes_delete_steps[] = {
    { .stmt = &notes_delete, .otherwise = &notes_stale },
    { .stmt = NULL }
};

static const ln_step_t  notes_fill_steps[] = {
    { .stmt = &notes_box_take, .otherwise = &notes_box_full },
    { .stmt = &notes_box_get, .name = "taken", .check = notes_check_count },
    { .stmt = &notes_box_put, .each = "items" },
    { .stmt = NULL }
};

/* a transaction that lasts: for deadlocks, lost connections, quick exits */

static const ln_step_t  notes_slow_steps[] = {
    { .stmt = &notes_box_take, .otherwise = &notes_box_full },
    { .stmt = &notes_nap },
    { .stmt = NULL }
};


/* Parameters */

static const ln_param_t  notes_list_in[] = {
    { .name = "color", .type = LN_ENUM, .values = notes_colors, .arity = 3,
      .summary = "Only these colors" },
    { .name = "counts", .type = LN_BOOLEAN, .summary = "Count by color" },
    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = LN_MAX_PAGE,
      .fallback = "20", .summary = "Items on a page" },
    { .name = "cursor", .type = LN_CURSOR, .summary = "The page before's" },
    { .name = NULL }
};

#define NOTES_ID                                                              \
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,            \
      .summary = "The note" }

#define NOTES_VERSION                                                         \
    { .name = "version", .type = LN_INTEGER, .in = LN_VERSION,                \
      .required = 1, .summary = "The version that was read" }

#define NOTES_TITLE                                                           \
    { .name = "title", .type = LN_STRING, .in = LN_BODY, .min = 1,            \
      .max = NOTES_MAX_TITLE, .required = 1, .summary = "What it says" }

static const ln_param_t  notes_get_in[] = {
    NOTES_ID,
    { .name = NULL }
};

static const ln_param_t  notes_create_in[] = {
    NOTES_TITLE,
    { .name = "color", .type = LN_ENUM, .in = LN_BODY,
      .values = notes_colors, .summary = "Its color" },
    { .name = "position", .type = LN_INTEGER, .in = LN_BODY, .min = 0,
      .max = 1000000, .fallback = "0", .summary = "Where it stands" },
    { .name = "due", .type = LN_DATE, .in = LN_BODY, .summary = "Until when",
      .example = "2025-03-09" },
    { .name = NULL }
};

static const ln_param_t  notes_update_in[] = {
    NOTES_ID,
    NOTES_VERSION,
    NOTES_TITLE,
    { .name = "due", .type = LN_DATE, .in = LN_BODY, .nullable = 1,
      .summary = "Until when; null: for ever" },
    { .name = NULL }
};

static const ln_param_t  notes_delete_in[] = {
    NOTES_ID,
    NOTES_VERSION,
    { .name = NULL }
};

static const ln_param_t  notes_item[] = {
    { .name = "note", .type = LN_UUID, .in = LN_BODY, .required = 1,
      .summary = "The note" },
    { .name = "copies", .type = LN_INTEGER, .in = LN_BODY, .min = 1,
      .max = 9, .required = 1, .summary = "How many of it" },
    { .name = NULL }
};

#define NOTES_BOX                                                             \
    { .name = "box", .type = LN_ID, .in = LN_PATH, .required = 1,             \
      .summary = "The box" },                                                 \
    { .name = "count", .type = LN_INTEGER, .in = LN_BODY, .min = 1,           \
      .max = 100, .required = 1, .summary = "Places that are needed" }

static const ln_param_t  notes_fill_in[] = {
    NOTES_BOX,
    { .name = "items", .type = LN_ARRAY, .in = LN_BODY, .min = 1, .max = 5,
      .required = 1, .members = notes_item, .summary = "What goes in" },
    { .name = NULL }
};

static const ln_param_t  notes_slow_in[] = {
    NOTES_BOX,
    { .name = "seconds", .type = LN_NUMBER, .in = LN_BODY, .min = 0,
      .max = 60, .required = 1, .summary = "How long the transaction lasts" },
    { .name = NULL }
};

static const ln_param_t  notes_box_in[] = {
    { .name = "box", .type = LN_ID, .in = LN_PATH, .required = 1,
#if defined(NOTES_NULL_IN_PATH)
      .nullable = 1,
#endif
      .summary = "The box" },
    { .name = NULL }
};

static const ln_param_t  notes_nap_in[] = {
    { .name = "seconds", .type = LN_NUMBER, .min = 0, .max = 60,
      .required = 1, .summary = "How long", .example = "0.1" },
    { .name = NULL }
};

static const ln_param_t  notes_kinds_in[] = {
    { .name = "text", .type = LN_STRING, .min = 2, .max = 5,
      .summary = "2 to 5 characters" },
    { .name = "count", .type = LN_INTEGER, .min = -5, .max = 5,
      .summary = "-5 to 5" },
    { .name = "ratio", .type = LN_NUMBER, .min = 0, .max = 2,
      .summary = "0 to 2" },
    { .name = "flag", .type = LN_BOOLEAN, .summary = "Yes or no" },
    { .name = "color", .type = LN_ENUM, .values = notes_colors,
      .summary = "A color" },
    { .name = "number", .type = LN_ID, .summary = "An id" },
    { .name = "key", .type = LN_UUID, .summary = "A UUID" },
    { .name = "day", .type = LN_DATE, .summary = "A day" },
    { .name = "at", .type = LN_INSTANT, .summary = "An instant" },
    { .name = "near", .type = LN_POINT, .summary = "A point" },
    { .name = "X-Notes-Text", .type = LN_STRING, .in = LN_HEADER, .max = 10,
      .summary = "A header" },
    { .name = NULL }
};


/* Handlers */

static ngx_int_t
notes_hello(ln_request_t *lr)
{
    ngx_str_t          json = ngx_string("{\"hello\":\"world\"}");
    const ln_value_t  *name;

    name = ln_param(lr, "name");

    if (!name->set) {
        return ln_respond_json(lr, NGX_HTTP_OK, &json);
    }

    if (name->string.len == 4 && ngx_strncmp(name->string.data, "full", 4) == 0)
    {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "full");
    }

    return ln_fail_field(lr, "name", "unlucky");
}


static const ln_param_t  notes_hello_in[] = {
    { .name = "name", .type = LN_STRING, .max = 10, .summary = "Of whom" },
    { .name = NULL }
};


/* Routes */

static const ln_choice_t  notes_list_choices[] = {
    { "color", &notes_list_by_color },
    { NULL, &notes_list }
};

static const ln_also_t  notes_list_also[] = {
    { "counts", "counts", &notes_counts, "How many of each color" },
    { NULL, NULL, NULL, NULL }
};


#if defined(NOTES_UNKNOWN_NAME)

static const ln_stmt_t  notes_mistake = {
    .name = "mistake",
    .sql = "SELECT id, capacity, used FROM note_box WHERE id = :bax",
    .columns = notes_box_columns
};

#elif defined(NOTES_NEVER_NULL)

static const ln_stmt_t  notes_mistake = {
    .name = "mistake",
    .sql = "SELECT id, capacity, used FROM note_box"
           " WHERE id = :box AND :box.given",
    .columns = notes_box_columns
};

#elif defined(NOTES_KEY_NOT_IN_SQL)

static const ln_stmt_t  notes_mistake = {
    .name = "mistake",
    .sql = "SELECT id, capacity, used FROM note_box WHERE id >= :box",
    .columns = notes_box_columns,
    .key = "box"
};

#elif defined(NOTES_CACHED_SELF)

static const ln_stmt_t  notes_mistake = {
    .name = "mistake",
    .sql = "SELECT id, capacity, used FROM note_box"
           " WHERE id = :box AND :self IS NULL",
    .columns = notes_box_columns
};

#else

#define notes_mistake  notes_box_get

#endif


static const ln_route_t  notes_routes[] = {

    { .method = NGX_HTTP_GET, .path = "/api/v1/notes", .needs = LN_PUBLIC,
      .params = notes_list_in, .choose = notes_list_choices, .list = 1,
      .also = notes_list_also, .summary = "All notes" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/notes", .needs = LN_PUBLIC,
      .params = notes_create_in, .steps = notes_create_steps,
      .key = LN_KEY_REQUIRED, .answer = &notes_made,
      .location = "/api/v1/notes/{new_id}",
      .subject = { "note", "new_id" }, .summary = "Write a note" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/notes/{id}",
      .needs = LN_PUBLIC, .params = notes_get_in, .stmt = &notes_get,
      .cache = { "note", "id", 0 }, .summary = "One note" },

    { .method = NGX_HTTP_PUT, .path = "/api/v1/notes/{id}",
      .needs = LN_PUBLIC, .params = notes_update_in,
      .steps = notes_update_steps, .answer = &notes_get,
      .subject = { "note", "id" }, .summary = "Change a note" },

    { .method = NGX_HTTP_DELETE, .path = "/api/v1/notes/{id}",
      .needs = "note.delete", .params = notes_delete_in,
      .steps = notes_delete_steps, .subject = { "note", "id" },
      .summary = "Take a note away" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/notes",
      .needs = LN_SIGNED_IN, .params = notes_list_in, .stmt = &notes_mine,
      .list = 1, .summary = "My notes" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/notes",
      .needs = LN_SIGNED_IN, .params = notes_create_in,
      .steps = notes_create_steps, .key = LN_KEY_OPTIONAL,
      .location = "/api/v1/notes/{new_id}",
      .subject = { "note", "new_id" }, .summary = "Write a note of mine" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/note-boxes/{box}",
#if !defined(NOTES_NO_NEEDS)
      .needs = LN_PUBLIC,
#endif
      .params = notes_box_in,
#if !defined(NOTES_NO_WORK) && !defined(NOTES_UNTOLD_READING)
      .stmt = &notes_mistake,
#endif
#if defined(NOTES_TWO_WORKS)
      .handler = notes_hello,
#endif
#if defined(NOTES_CACHED_SELF)
      .cache = { "note_box", "box", 0 },
#endif
#if defined(NOTES_UNTOLD_READING)
      .steps = notes_fill_steps, .subject = { "note_box", "box", NULL },
#endif
#if defined(NOTES_UNKNOWN_DETAIL)
      .subject = { "note_box", "box", "box reason" },
#endif
#if !defined(NOTES_NO_SUMMARY)
      .summary = "One box"
#endif
    },

    { .method = NGX_HTTP_POST, .path = "/api/v1/note-boxes/{box}/fill",
      .needs = LN_PUBLIC, .params = notes_fill_in, .steps = notes_fill_steps,
      .key = LN_KEY_OPTIONAL, .answer = &notes_box_get,
      .subject = { "note_box", "box" }, .summary = "Put notes into a box" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/note-boxes/{box}/slow",
      .needs = LN_PUBLIC, .params = notes_slow_in, .steps = notes_slow_steps,
      .key = LN_KEY_OPTIONAL, .subject = { "note_box", "box" },
      .summary = "Take places in a transaction that lasts" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/note-naps",
      .needs = LN_PUBLIC, .params = notes_nap_in, .stmt = &notes_nap,
      .summary = "A statement that takes its time" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/note-kinds",
      .needs = LN_PUBLIC, .params = notes_kinds_in, .stmt = &notes_kinds,
      .summary = "Every kind of parameter, as it came in" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/note-hello",
      .needs = LN_PUBLIC, .params = notes_hello_in, .handler = notes_hello,
      .summary = "A handler" },

#if defined(NOTES_DUPLICATE_PATH)
    { .method = NGX_HTTP_GET, .path = "/api/v1/notes/{id}",
      .needs = LN_PUBLIC, .params = notes_get_in, .stmt = &notes_get,
      .summary = "One note, again" },
#endif

    { .path = NULL }
};


/*
 * Who is asking: X-Test-Account holds an account's id as 32 hexadecimal
 * characters, X-Test-Permission the one permission it has.
 */

static ngx_str_t *
notes_header(ngx_http_request_t *r, const char *name)
{
    size_t            len;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *header;

    len = ngx_strlen(name);

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        header = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (header[i].key.len == len
                && ngx_strncasecmp(header[i].key.data, (u_char *) name, len)
                   == 0)
            {
                return &header[i].value;
            }
        }
    }

    return NULL;
}


static ngx_int_t
notes_authenticate(ngx_http_request_t *r, ln_principal_t *principal)
{
    ngx_int_t    octet;
    ngx_str_t   *account;
    ngx_uint_t   i;

    account = notes_header(r, "X-Test-Account");

    if (account == NULL) {
        return NGX_OK;
    }

    if (account->len != 32) {
        return NGX_DECLINED;
    }

    for (i = 0; i < 16; i++) {

        octet = ngx_hextoi(account->data + i * 2, 2);
        if (octet == NGX_ERROR) {
            return NGX_DECLINED;
        }

        principal->account[i] = (u_char) octet;
    }

    principal->signed_in = 1;
    principal->claims = notes_header(r, "X-Test-Permission");

    return NGX_OK;
}


static ngx_int_t
notes_permitted(const ln_principal_t *principal, ngx_str_t *permission)
{
    ngx_str_t  *claim;

    claim = principal->claims;

    return (claim && claim->len == permission->len
            && ngx_strncmp(claim->data, permission->data, claim->len) == 0)
           ? NGX_OK : NGX_DECLINED;
}


static const ln_feature_t  notes_feature = {
#if defined(NOTES_WRONG_ABI)
    .abi = LN_ABI + 1,
#else
    .abi = LN_ABI,
#endif
#if defined(NOTES_WRONG_LAYOUT)
    .layout = LN_LAYOUT + 8,
#else
    .layout = LN_LAYOUT,
#endif
    .name = "notes",
    .migration = "9001",
    .routes = notes_routes,
    .authenticate = notes_authenticate,
    .permitted = notes_permitted
};


static ngx_int_t
ngx_http_notes_register(ngx_conf_t *cf)
{
#if defined(NOTES_TWICE)
    if (ln_register(cf, &notes_feature) != NGX_OK) {
        return NGX_ERROR;
    }
#endif

    return ln_register(cf, &notes_feature);
}


static ngx_http_module_t  ngx_http_notes_module_ctx = {
    ngx_http_notes_register,               /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_notes_module = {
    NGX_MODULE_V1,
    &ngx_http_notes_module_ctx,            /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};
