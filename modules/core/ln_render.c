
/*
 * A row as a JSON object, nested by the dots in its columns' names:
 *
 *     id, organization.id, organization.name
 *     {"id": "7", "organization": {"id": "3", "name": "…"}}
 *
 * ln_compile.c has checked that columns of one object stand together.
 */

#include "ln_core.h"
#include "ln_sealed.h"


static void ln_render_splice(ln_json_t *json, const ngx_str_t *doc);
static size_t ln_render_common(const char *previous, const char *name);
static ngx_uint_t ln_render_depth(const char *name);


void
ln_render_row(ln_json_t *json, const ln_column_t *columns,
    const ln_value_t *row)
{
    size_t              common;
    ngx_str_t           member;
    const char         *name, *previous, *dot;
    ngx_uint_t          depth, keep, first;
    const ln_column_t  *column;

    ln_json_text(json, "{");

    previous = "";
    depth = 0;
    first = 1;

    for (column = columns; column->name; column++, row++) {

        name = column->name;

        if (ngx_strncmp(name, "cursor.", 7) == 0
            || (column->omit_null && !row->set))
        {
            continue;
        }

        if (column->type == LN_DOC && ngx_strcmp(name, "doc") == 0) {
            ln_render_splice(json, &row->string);
            first = (row->string.len <= 2);
            continue;
        }

        common = ln_render_common(previous, name);

        for (keep = ln_render_depth(previous + common); keep; keep--) {
            ln_json_text(json, "}");
            depth--;
            first = 0;
        }

        if (!first) {
            ln_json_text(json, ",");
        }

        name += common;

        while ((dot = strchr(name, '.')) != NULL) {
            member.data = (u_char *) name;
            member.len = dot - name;
            ln_json_string(json, &member);
            ln_json_text(json, ":{");
            depth++;
            name = dot + 1;
        }

        ln_json_cstring(json, name);
        ln_json_text(json, ":");

        if (column->type == LN_SEALED && row->set) {
            ln_sealed_render(json, column, row);

        } else {
            ln_json_value(json, row);
        }

        previous = column->name;
        first = 0;
    }

    while (depth--) {
        ln_json_text(json, "}");
    }

    ln_json_text(json, "}");
}


/* The members of a rendered object, without its braces. */

static void
ln_render_splice(ln_json_t *json, const ngx_str_t *doc)
{
    u_char  *p, *last;

    p = doc->data;
    last = doc->data + doc->len;

    while (p < last && *p != '{') {
        p++;
    }

    while (last > p && last[-1] != '}') {
        last--;
    }

    if (last - p >= 2) {
        ln_json_raw(json, p + 1, last - p - 2);
    }
}


/* The length of the objects' path that both names share, with its last dot. */

static size_t
ln_render_common(const char *previous, const char *name)
{
    size_t  i, common;

    common = 0;

    for (i = 0; previous[i] && previous[i] == name[i]; i++) {
        if (name[i] == '.') {
            common = i + 1;
        }
    }

    return common;
}


static ngx_uint_t
ln_render_depth(const char *name)
{
    ngx_uint_t  n;

    for (n = 0; *name; name++) {
        n += (*name == '.');
    }

    return n;
}
