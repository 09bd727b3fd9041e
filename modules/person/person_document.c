
/* Names and numbers on their way in: what is common to all routes. */

#include "person.h"


#define HASH_FIELD  64


static ngx_int_t person_document_take(ln_request_t *lr, ngx_uint_t seek);
static int person_today(ln_request_t *lr);


const char *const  person_kinds[] = { "natural", "legal", NULL };

const char *const  person_documents[] = {
    "identity_card", "foreigner_residence", "hk_macao_taiwan_residence",
    "passport", "uscc", NULL
};

_Static_assert(sizeof(person_documents) / sizeof(person_documents[0])
               == LN_PAPER_KINDS + 1, "every kind of document");

const char *const  person_relations[] = {
    "guardian", "relative", "agent", NULL
};


const ln_column_t  person_code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

const ln_column_t  person_id_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = NULL }
};


static const ln_column_t  known_columns[] = {
    PERSON_KNOWN_COLUMNS,
    { .name = NULL }
};

const ln_stmt_t  person_known = {
    .name = "person_known",
    .sql = "SELECT " PERSON_KNOWN,
    .columns = known_columns
};


ngx_int_t
person_are_known(ln_request_t *lr, const ln_value_t *row)
{
    if (row == NULL) {
        return person_broken(lr);
    }

    if (row[0].integer == 0) {
        return ln_fail_field(lr, "document_number", "document_division");
    }

    return row[1].integer ? NGX_OK : ln_fail_field(lr, "region", "unknown");
}


ngx_int_t
person_broken(ln_request_t *lr)
{
    return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
}


ngx_int_t
person_set_bytes(ln_request_t *lr, const char *name, const void *data,
    size_t len)
{
    u_char  *copy;

    copy = ngx_pnalloc(ln_pool(lr), len);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(copy, data, len);

    return ln_set_string(lr, name, copy, len);
}


ngx_int_t
person_set_uuid(ln_request_t *lr, const char *name, const u_char id[16])
{
    return person_set_bytes(lr, name, id, 16);
}


ngx_int_t
person_session(ln_request_t *lr)
{
    return person_set_uuid(lr, "session", ln_principal(lr)->session) == NGX_OK
           ? NGX_OK : person_broken(lr);
}


ngx_int_t
person_hash(ln_request_t *lr, const char *purpose, const ngx_str_t *text,
    u_char hash[32])
{
    char    field[HASH_FIELD];
    u_char *end;

    end = ngx_snprintf((u_char *) field, HASH_FIELD - 1, "person.%s.1",
                       purpose);
    *end = '\0';

    if (ln_blind(lr, field, text, hash) != NGX_OK) {
        return NGX_ERROR;
    }

    end[-1] = '2';

    return ln_blind(lr, field, text, hash + 16);
}


/* Documents */

ngx_int_t
person_document(ln_request_t *lr)
{
    return person_document_take(lr, 0);
}


ngx_int_t
person_document_sought(ln_request_t *lr)
{
    return person_document_take(lr, 1);
}


static int
person_today(ln_request_t *lr)
{
    ngx_tm_t  tm;

    ngx_gmtime((time_t) (ln_now(ln_http_request(lr)) / 1000000 + 8 * 3600),
               &tm);

    return tm.ngx_tm_year * 10000 + tm.ngx_tm_mon * 100 + tm.ngx_tm_mday;
}


static ngx_int_t
person_document_set(ln_request_t *lr, ln_paper_kind_e kind,
    const ln_paper_t *document)
{
    u_char      index[16], *text;
    ngx_str_t   whole;
    size_t      len;

    /* the same digits are another paper when the kind is another */

    len = ngx_strlen(ln_paper_name(kind));
    whole.len = len + 1 + ngx_strlen(document->number);
    text = ngx_pnalloc(ln_pool(lr), whole.len + 1);

    if (text == NULL) {
        return person_broken(lr);
    }

    whole.data = text;
    (void) ngx_sprintf(text, "%s:%s%Z", ln_paper_name(kind),
                       document->number);

    if (ln_blind(lr, "person.document_number", &whole, index) != NGX_OK
        || person_set_bytes(lr, "document_index", index, 16) != NGX_OK
        || ln_set_string(lr, "number", text + len + 1, whole.len - len - 1)
           != NGX_OK
        || (document->region[0]
            && person_set_bytes(lr, "division", document->region,
                                LN_PAPER_REGION)
               != NGX_OK))
    {
        return person_broken(lr);
    }

    return NGX_OK;
}


static ngx_int_t
person_document_take(ln_request_t *lr, ngx_uint_t seek)
{
    ln_paper_e        rc;
    ln_paper_t        document;
    const char          *text;
    const ln_value_t    *kind, *number;
    ln_paper_kind_e   which;

    static const char *const  codes[] = {
        [LN_PAPER_LENGTH] = "document_length",
        [LN_PAPER_CHARACTER] = "document_character",
        [LN_PAPER_PREFIX] = "document_prefix",
        [LN_PAPER_DATE] = "document_date",
        [LN_PAPER_CHECK] = "document_check"
    };

    kind = ln_param(lr, "document_kind");
    number = ln_param(lr, "document_number");

    if (!number->set) {
        return kind->set && !seek
               ? ln_fail_field(lr, "document_number", "required") : NGX_OK;
    }

    if (!kind->set) {
        return ln_fail_field(lr, "document_kind", "required");
    }

    which = ln_paper_kind((char *) kind->string.data, kind->string.len);
    text = (char *) number->string.data;

    rc = seek ? ln_paper_seek(which, text, number->string.len,
                                 person_today(lr), &document)
              : ln_paper_read(which, text, number->string.len,
                                 person_today(lr), &document);

    return rc == LN_PAPER_OK ? person_document_set(lr, which, &document)
                                : ln_fail_field(lr, "document_number",
                                                codes[rc]);
}


ngx_int_t
person_reason(ln_request_t *lr, const char *name)
{
    size_t             i;
    ngx_uint_t         digits;
    const ln_value_t  *reason;

    reason = ln_param(lr, name);
    digits = 0;

    /* the audit trail keeps it: a phone or an identity number must not be */

    for (i = 0; reason->set && i < reason->string.len; i++) {

        if (reason->string.data[i] >= '0' && reason->string.data[i] <= '9') {
            digits++;
        }
    }

    return digits < 7 ? NGX_OK : ln_fail_field(lr, name, "personal_number");
}
