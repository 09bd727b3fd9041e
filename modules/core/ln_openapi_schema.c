
/*
 * JSON Schemas (2020-12, as OpenAPI 3.1 takes them) from the tables.
 *
 * The names of columns are paths: `organization.name`, `areas[].code`,
 * `phones[]`, and, of a document that is a list itself, `[].code`.  Objects
 * are written by walking the table once for every prefix; that is quadratic,
 * and runs when nginx starts.
 */

#include "ln_openapi.h"


static void ln_openapi_type(ln_json_t *json, ln_type_e type,
    ngx_uint_t nullable);
static const char *ln_openapi_format(ln_type_e type);
static const char *ln_openapi_pattern(ln_type_e type);
static void ln_openapi_values(ln_members_t *schema,
    const char *const *values, ngx_uint_t nullable);
static void ln_openapi_bounds(ln_members_t *schema, const char *low,
    const char *high, const ln_param_t *param);
static void ln_openapi_wire(ln_json_t *json, ln_type_e type,
    const char *text);
static void ln_openapi_object(ln_json_t *json, const ln_column_t *columns,
    const char *prefix, size_t len);
static void ln_openapi_properties(ln_members_t *object,
    const ln_column_t *columns, const char *prefix, size_t len);
static void ln_openapi_required(ln_members_t *object,
    const ln_column_t *columns, const char *prefix, size_t len);
static void ln_openapi_column(ln_json_t *json, const ln_column_t *column);
static ngx_uint_t ln_openapi_segment(const ln_column_t *columns,
    const ln_column_t *column, const char *prefix, size_t len, size_t *segment);
static const ln_column_t *ln_openapi_spliced(const ln_column_t *columns);
static ngx_uint_t ln_openapi_shows(const ln_column_t *columns);
static const ln_choice_t *ln_openapi_choice(const ln_choice_t *choice);
static ngx_uint_t ln_openapi_width(const ln_column_t *columns);
static ngx_uint_t ln_openapi_find(const ln_column_t *columns,
    const char *name);
static ngx_uint_t ln_openapi_count(const ln_choice_t *choice,
    const char *name);


void
ln_openapi_member(ln_members_t *members, const char *name, size_t len)
{
    ngx_str_t  text;

    text.data = (u_char *) name;
    text.len = len;

    if (members->n++) {
        ln_json_text(members->json, ",");
    }

    ln_json_string(members->json, &text);
    ln_json_text(members->json, ":");
}


void
ln_openapi_text(ln_members_t *members, const char *name, const char *text)
{
    if (text) {
        ln_openapi_cmember(members, name);
        ln_json_cstring(members->json, text);
    }
}


static void
ln_openapi_type(ln_json_t *json, ln_type_e type, ngx_uint_t nullable)
{
    const char  *name;

    switch (type) {

    case LN_INTEGER:
        name = "integer";
        break;

    case LN_NUMBER:
        name = "number";
        break;

    case LN_BOOLEAN:
        name = "boolean";
        break;

    case LN_ARRAY:
        name = "array";
        break;

    default:
        name = "string";
    }

    if (nullable) {
        ln_json_text(json, "[");
        ln_json_cstring(json, name);
        ln_json_text(json, ",\"null\"]");
        return;
    }

    ln_json_cstring(json, name);
}


static const char *
ln_openapi_format(ln_type_e type)
{
    switch (type) {

    case LN_INTEGER:
        return "int64";

    case LN_NUMBER:
        return "double";

    case LN_UUID:
        return "uuid";

    case LN_DATE:
        return "date";

    case LN_INSTANT:
        return "date-time";

    default:
        return NULL;
    }
}


static const char *
ln_openapi_pattern(ln_type_e type)
{
    switch (type) {

    case LN_ID:
        return "^[1-9][0-9]{0,18}$";

    case LN_POINT:
        return "^-?[0-9]{1,3}(\\.[0-9]+)?,-?[0-9]{1,2}(\\.[0-9]+)?$";

    default:
        return NULL;
    }
}


void
ln_openapi_param(ln_json_t *json, const ln_param_t *param)
{
    ln_members_t  schema = { json, 0 };

    ln_json_text(json, "{");
    ln_openapi_cmember(&schema, "type");
    ln_openapi_type(json, param->type, param->nullable);
    ln_openapi_text(&schema, "format", ln_openapi_format(param->type));
    ln_openapi_text(&schema, "pattern", ln_openapi_pattern(param->type));

    switch (param->type) {

    case LN_STRING:
        ln_openapi_bounds(&schema, "minLength", "maxLength", param);
        break;

    case LN_INTEGER:
    case LN_NUMBER:
        if (param->min || param->max) {
            ln_openapi_bounds(&schema, "minimum", "maximum", param);
        }
        break;

    case LN_ENUM:
        ln_openapi_values(&schema, param->values, param->nullable);
        break;

    case LN_ARRAY:
        ln_openapi_bounds(&schema, "minItems", "maxItems", param);
        ln_openapi_cmember(&schema, "items");
        ln_openapi_body(json, param->members, 1);
        break;

    default:
        break;
    }

    if (param->fallback) {
        ln_openapi_cmember(&schema, "default");
        ln_openapi_wire(json, param->type, param->fallback);
    }

    if (param->example) {
        ln_openapi_cmember(&schema, "examples");
        ln_json_text(json, "[");
        ln_openapi_wire(json, param->type, param->example);
        ln_json_text(json, "]");
    }

    if (param->in == LN_BODY) {
        ln_openapi_text(&schema, "description", param->summary);
    }

    ln_json_text(json, "}");
}


static void
ln_openapi_bounds(ln_members_t *schema, const char *low, const char *high,
    const ln_param_t *param)
{
    if (param->min || param->type == LN_INTEGER || param->type == LN_NUMBER) {
        ln_openapi_cmember(schema, low);
        ln_json_integer(schema->json, param->min);
    }

    if (param->max != INT64_MAX) {
        ln_openapi_cmember(schema, high);
        ln_json_integer(schema->json, param->max);
    }
}


static void
ln_openapi_values(ln_members_t *schema, const char *const *values,
    ngx_uint_t nullable)
{
    ngx_uint_t  i;

    ln_openapi_cmember(schema, "enum");
    ln_json_text(schema->json, "[");

    for (i = 0; values[i]; i++) {
        ln_json_raw(schema->json, ",", i ? 1 : 0);
        ln_json_cstring(schema->json, values[i]);
    }

    if (nullable) {
        ln_json_text(schema->json, ",null");
    }

    ln_json_text(schema->json, "]");
}


/* A value in wire form: numbers and booleans stand without quotes in JSON. */

static void
ln_openapi_wire(ln_json_t *json, ln_type_e type, const char *text)
{
    if (type == LN_INTEGER || type == LN_NUMBER || type == LN_BOOLEAN) {
        ln_json_raw(json, text, ngx_strlen(text));
        return;
    }

    ln_json_cstring(json, text);
}


void
ln_openapi_body(ln_json_t *json, const ln_param_t *params,
    ngx_uint_t element)
{
    const char        *name;
    ln_members_t       object = { json, 0 };
    const ln_param_t  *param;

    ln_json_text(json, "{\"type\":\"object\",\"additionalProperties\":false,"
                       "\"properties\":{");

    for (param = params; param->name; param++) {

        if (element || param->in == LN_BODY || param->in == LN_VERSION) {
            name = (param->in == LN_VERSION) ? "version" : param->name;
            ln_openapi_cmember(&object, name);
            ln_openapi_param(json, param);
        }
    }

    ln_json_text(json, "},\"required\":[");

    for (object.n = 0, param = params; param->name; param++) {

        if ((element || param->in == LN_BODY) && param->required) {
            ln_json_raw(json, ",", object.n++ ? 1 : 0);
            ln_json_cstring(json, param->name);
        }
    }

    ln_json_text(json, "]}");
}


void
ln_openapi_row(ln_json_t *json, const ln_column_t *columns)
{
    const ln_column_t  *doc;

    doc = ln_openapi_spliced(columns);

    if (doc && !ln_openapi_shows(columns)) {
        ln_openapi_column(json, doc);
        return;
    }

    if (doc) {
        ln_json_text(json, "{\"allOf\":[");
        ln_openapi_column(json, doc);
        ln_json_text(json, ",");
        ln_openapi_object(json, columns, "", 0);
        ln_json_text(json, "]}");
        return;
    }

    if (columns[0].name && ngx_strncmp(columns[0].name, "[].", 3) == 0) {
        ln_json_text(json, "{\"type\":\"array\",\"items\":");
        ln_openapi_object(json, columns, "[].", 3);
        ln_json_text(json, "}");
        return;
    }

    ln_openapi_object(json, columns, "", 0);
}


static const ln_column_t *
ln_openapi_spliced(const ln_column_t *columns)
{
    for ( /* void */ ; columns->name; columns++) {
        if (columns->type == LN_DOC && ngx_strcmp(columns->name, "doc") == 0) {
            return columns;
        }
    }

    return NULL;
}


/* Does a row show members of its own beside its document? */

static ngx_uint_t
ln_openapi_shows(const ln_column_t *columns)
{
    size_t              segment;
    const ln_column_t  *column;

    for (column = columns; column->name; column++) {
        if (ln_openapi_segment(columns, column, "", 0, &segment)) {
            return 1;
        }
    }

    return 0;
}


static void
ln_openapi_object(ln_json_t *json, const ln_column_t *columns,
    const char *prefix, size_t len)
{
    ln_members_t  object = { json, 0 };

    ln_json_text(json, "{\"type\":\"object\",\"properties\":{");
    ln_openapi_properties(&object, columns, prefix, len);
    ln_json_text(json, "},\"required\":[");

    object.n = 0;
    ln_openapi_required(&object, columns, prefix, len);
    ln_json_text(json, "]}");
}


static void
ln_openapi_properties(ln_members_t *object, const ln_column_t *columns,
    const char *prefix, size_t len)
{
    size_t              segment, name;
    const char         *rest;
    ngx_uint_t          list;
    const ln_column_t  *column;

    for (column = columns; column->name; column++) {

        if (!ln_openapi_segment(columns, column, prefix, len, &segment)) {
            continue;
        }

        rest = column->name + len;
        list = (segment > 2 && rest[segment - 2] == '[');
        name = list ? segment - 2 : segment;

        ln_openapi_member(object, rest, name);

        if (list) {
            ln_json_text(object->json, "{\"type\":\"array\",\"items\":");
        }

        if (rest[segment] == '.') {
            ln_openapi_object(object->json, columns, column->name,
                              len + segment + 1);
        } else {
            ln_openapi_column(object->json, column);
        }

        if (list) {
            ln_json_text(object->json, "}");
        }
    }
}


static void
ln_openapi_required(ln_members_t *object, const ln_column_t *columns,
    const char *prefix, size_t len)
{
    size_t              segment;
    ngx_str_t           name;
    const ln_column_t  *column;

    for (column = columns; column->name; column++) {

        if (column->omit_null
            || !ln_openapi_segment(columns, column, prefix, len, &segment))
        {
            continue;
        }

        name.data = (u_char *) column->name + len;
        name.len = segment;

        if (segment > 2 && name.data[segment - 2] == '[') {
            name.len -= 2;
        }

        ln_json_raw(object->json, ",", object->n++ ? 1 : 0);
        ln_json_string(object->json, &name);
    }
}


/*
 * Is the column the first below the prefix that shows this member?  Its name
 * there is `segment` long, with [] when it is a list.
 */

static ngx_uint_t
ln_openapi_segment(const ln_column_t *columns, const ln_column_t *column,
    const char *prefix, size_t len, size_t *segment)
{
    const char         *rest;
    const ln_column_t  *before;

    if (ngx_strncmp(column->name, prefix, len) != 0
        || (len == 0 && ngx_strncmp(column->name, "cursor.", 7) == 0)
        || (len == 0 && column->type == LN_DOC
            && ngx_strcmp(column->name, "doc") == 0))
    {
        return 0;
    }

    rest = column->name + len;
    *segment = strcspn(rest, ".");

    for (before = columns; before < column; before++) {

        if (ngx_strncmp(before->name, column->name, len + *segment) == 0
            && (before->name[len + *segment] == '.'
                || before->name[len + *segment] == '\0'))
        {
            return 0;
        }
    }

    return 1;
}


static void
ln_openapi_column(ln_json_t *json, const ln_column_t *column)
{
    ln_members_t  schema = { json, 0 };

    if (column->type == LN_DOC && column->schema) {

        ln_json_raw(json, "{\"oneOf\":[", column->nullable ? 10 : 0);
        ln_json_text(json, "{\"$ref\":\"#/components/schemas/");
        ln_json_raw(json, column->schema, ngx_strlen(column->schema));
        ln_json_text(json, "\"}");
        ln_json_raw(json, ",{\"type\":\"null\"}]}",
                    column->nullable ? 18 : 0);
        return;
    }

    if (column->type == LN_DOC && column->doc) {
        ln_openapi_row(json, column->doc);
        return;
    }

    ln_json_text(json, "{");

    if (column->type != LN_DOC) {
        ln_openapi_cmember(&schema, "type");
        ln_openapi_type(json, column->type, column->nullable);
    }

    ln_openapi_text(&schema, "format", ln_openapi_format(column->type));

    if (column->type == LN_ENUM && column->values) {
        ln_openapi_values(&schema, column->values, column->nullable);
    }

    ln_openapi_text(&schema, "description", column->summary);
    ln_json_text(json, "}");
}


const ln_column_t *
ln_openapi_union(ngx_pool_t *pool, const ln_choice_t *choices)
{
    ngx_uint_t          n, of;
    ln_column_t        *all;
    const ln_choice_t  *choice;
    const ln_column_t  *column;

    n = 1;
    of = 0;

    for (choice = choices; choice; choice = ln_openapi_choice(choice)) {
        n += ln_openapi_width(choice->stmt->columns);
        of++;
    }

    all = ngx_pcalloc(pool, n * sizeof(ln_column_t));
    if (all == NULL) {
        return NULL;
    }

    n = 0;

    for (choice = choices; choice; choice = ln_openapi_choice(choice)) {

        for (column = choice->stmt->columns; column->name; column++) {

            if (ln_openapi_find(all, column->name)) {
                continue;
            }

            all[n] = *column;

            if (ln_openapi_count(choices, column->name) < of) {
                all[n].omit_null = 1;
            }

            n++;
        }
    }

    return all;
}


/* The choice after this one; NULL after the last. */

static const ln_choice_t *
ln_openapi_choice(const ln_choice_t *choice)
{
    while (choice->when) {

        if ((++choice)->stmt) {
            return choice;
        }

        /* a refusal has no answer */
    }

    return NULL;
}


static ngx_uint_t
ln_openapi_width(const ln_column_t *columns)
{
    ngx_uint_t  n;

    for (n = 0; columns[n].name; n++) { /* void */ }

    return n;
}


static ngx_uint_t
ln_openapi_find(const ln_column_t *columns, const char *name)
{
    for ( /* void */ ; columns->name; columns++) {
        if (ngx_strcmp(columns->name, name) == 0) {
            return 1;
        }
    }

    return 0;
}


/* How many of the choices have a column of that name. */

static ngx_uint_t
ln_openapi_count(const ln_choice_t *choice, const char *name)
{
    ngx_uint_t  n;

    for (n = 0; choice; choice = ln_openapi_choice(choice)) {
        n += ln_openapi_find(choice->stmt->columns, name);
    }

    return n;
}


void
ln_openapi_documents(ln_members_t *members, ngx_array_t *seen,
    const ln_column_t *columns)
{
    ngx_uint_t           i;
    const char         **name;
    const ln_column_t   *column;

    for (column = columns; column && column->name; column++) {

        if (column->doc == NULL) {
            continue;
        }

        ln_openapi_documents(members, seen, column->doc);

        name = seen->elts;

        for (i = 0; column->schema && i < seen->nelts; i++) {
            if (ngx_strcmp(name[i], column->schema) == 0) {
                break;
            }
        }

        if (column->schema == NULL || i < seen->nelts) {
            continue;
        }

        name = ngx_array_push(seen);
        if (name == NULL) {
            members->json->failed = 1;
            return;
        }

        *name = column->schema;

        ln_openapi_cmember(members, column->schema);
        ln_openapi_row(members->json, column->doc);
    }
}
