
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "ln_import.h"


/*
 * A row before or after a change, as import_change keeps it:
 *     {"import_id": 7, "values": {"name": "...", "phone": null, ...}}
 */

char *
ln_document_make(const ln_kind_t *kind, const char *const *values,
    uint64_t import_id)
{
    char    *text;
    json_t  *document, *members;
    size_t   i;

    members = json_object();

    for (i = 0; i < kind->nfields; i++) {
        (void) json_object_set_new_nocheck(members, kind->fields[i],
                   values[i] != NULL ? json_string_nocheck(values[i])
                                     : json_null());
    }

    document = json_object();
    (void) json_object_set_new_nocheck(document, "import_id",
                                       json_integer((json_int_t) import_id));
    (void) json_object_set_new_nocheck(document, "values", members);

    text = json_dumps(document, JSON_COMPACT);
    json_decref(document);

    if (text == NULL) {
        ln_complain("out of memory");
        exit(LN_EXIT_FAILED);
    }

    return text;
}


int
ln_document_read(const ln_kind_t *kind, const char *text, ln_arena_t *arena,
    const char **values, uint64_t *import_id)
{
    json_t      *document, *members, *member;
    size_t       i;
    const char  *value;

    document = json_loads(text, 0, NULL);
    members = json_object_get(document, "values");

    if (!json_is_object(members)) {
        json_decref(document);
        return -1;
    }

    *import_id = (uint64_t)
        json_integer_value(json_object_get(document, "import_id"));

    for (i = 0; i < kind->nfields; i++) {
        member = json_object_get(members, kind->fields[i]);
        value = json_string_value(member);
        values[i] = value != NULL
                    ? ln_arena_copy(arena, value, strlen(value)) : NULL;
    }

    json_decref(document);

    return 0;
}
