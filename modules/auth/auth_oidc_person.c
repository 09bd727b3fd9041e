
/*
 * What an identity provider knows of somebody: his name and the number of his
 * identity card, believed only when the claim says so that the operator named.
 *
 * From then on the record is as sure as a provider makes it (assurance 3).  A
 * verified record that has the number already is the same person's, if the name
 * is the same; two records are never made one here, that is the counter's to
 * decide.
 */

#include "auth_oidc.h"
#include "auth_identity.h"


#define OIDC_NAME      64              /* characters, as person.name */
#define OIDC_DOCUMENT  "identity_card"
#define OIDC_SURE      3               /* assurance: by an identity provider */


enum {
    HOLDER_ACCOUNT = 0, HOLDER_PERSON, HOLDER_ASSURANCE, HOLDER_OTHER,
    HOLDER_NAME
};

static const ln_column_t  holder_columns[] = {
    [HOLDER_ACCOUNT] = { .name = "id", .type = LN_UUID },
    [HOLDER_PERSON] = { .name = "person", .type = LN_UUID, .nullable = 1 },
    [HOLDER_ASSURANCE] = { .name = "assurance", .type = LN_INTEGER },
    [HOLDER_OTHER] = { .name = "other", .type = LN_UUID, .nullable = 1 },
    [HOLDER_NAME] = { .name = "other_name", .type = LN_SEALED, .nullable = 1,
                      .seal = "person.name", .mask = LN_MASK_NAME },
    { .name = NULL }
};

const ln_stmt_t  auth_oidc_holder = {
    .name = "auth_oidc_holder",
    .sql = "SELECT a.id,"
                 " a.person_id AS person,"
                 " COALESCE(p.assurance, 0) AS assurance,"
                 " v.id AS other,"
                 " v.name AS other_name"
           " FROM account a"
           " LEFT JOIN person p ON p.id = a.person_id"
           " LEFT JOIN person v ON v.document_key = :document_index"
           " WHERE a.id = :account",
    .columns = holder_columns
};


const ln_stmt_t  auth_oidc_make = {
    .name = "auth_oidc_make_person",
    .sql = "INSERT INTO person"
           " (id,"
            " kind,"
            " name,"
            " document_kind,"
            " document_number,"
            " document_index,"
            " assurance,"
            " assured_at,"
            " created_at,"
            " updated_at)"
           " VALUES"
           " (:person,"
            " 'natural',"
            " :person_name,"
            " IF(:document_index IS NULL, NULL, '" OIDC_DOCUMENT "'),"
            " :number,"
            " :document_index,"
            " 3,"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))"
};

const ln_stmt_t  auth_oidc_raise = {
    .name = "auth_oidc_raise_person",
    .sql = "UPDATE person"
           " SET name = :person_name,"
               " document_kind = IF(:document_index IS NULL,"
                                  " document_kind, '" OIDC_DOCUMENT "'),"
               " document_number = COALESCE(:number, document_number),"
               " document_index = COALESCE(:document_index,"
                                         " document_index),"
               " assurance = 3,"
               " assured_at = UTC_TIMESTAMP(6),"
               " assured_by = NULL,"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :person"
             " AND assurance < 3"
             " AND erased_at IS NULL"
};

const ln_stmt_t  auth_oidc_attach = {
    .name = "auth_oidc_attach_person",
    .sql = "UPDATE account"
           " SET person_id = :person,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :account"
             " AND person_id IS NULL"
};


static ngx_int_t
oidc_person(ln_request_t *lr, const char *what, const u_char *id)
{
    return auth_set_text(lr, "person_act", what) == NGX_OK
           && (id == NULL || auth_set_uuid(lr, "person", id) == NGX_OK)
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_oidc_whose(ln_request_t *lr, const ln_value_t *row)
{
    u_char            id[16];
    ngx_int_t         rc;
    ngx_str_t         name;
    const ln_value_t *mine;

    if (row == NULL) {
        return auth_broken(lr);
    }

    mine = ln_param(lr, "person_name");

    if (row[HOLDER_PERSON].set) {

        if (row[HOLDER_ASSURANCE].integer >= OIDC_SURE
            || row[HOLDER_OTHER].set)
        {
            return oidc_person(lr, "none", NULL);
        }

        return oidc_person(lr, "raise", row[HOLDER_PERSON].string.data);
    }

    if (!row[HOLDER_OTHER].set) {
        ln_uuid7(id);
        return oidc_person(lr, "make", id);
    }

    rc = ln_unseal(lr, "person.name", &row[HOLDER_NAME], &name);

    if (rc != NGX_OK || name.len != mine->string.len
        || ngx_memcmp(name.data, mine->string.data, name.len) != 0)
    {
        ngx_log_error(NGX_LOG_WARN, ln_http_request(lr)->connection->log, 0,
                      "legalnet: the identity provider knows somebody by "
                      "another name than the record of his document does");
        return oidc_person(lr, "none", NULL);
    }

    return oidc_person(lr, "attach", row[HOLDER_OTHER].string.data);
}


static const json_t *
oidc_text(const json_t *claims, const ngx_str_t *claim)
{
    const json_t  *value;

    value = claim->len ? json_object_get(claims, (char *) claim->data) : NULL;

    return json_string_length(value) ? value : NULL;
}


static ngx_uint_t
oidc_verified(const auth_oidc_conf_t *conf, const json_t *claims)
{
    const json_t  *value;

    if (conf->verified.len == 0) {
        return 0;
    }

    value = json_object_get(claims, (char *) conf->verified.data);

    if (conf->value.len == 0) {
        return json_is_true(value);
    }

    return json_string_length(value) == conf->value.len
           && ngx_memcmp(json_string_value(value), conf->value.data,
                         conf->value.len) == 0;
}


static ngx_uint_t
oidc_name(const json_t *name)
{
    size_t         i, n;
    const u_char  *p;

    n = json_string_length(name);
    p = (const u_char *) json_string_value(name);

    for (i = 0; i < n; i++) {
        if (p[i] < ' ' || p[i] == '*' || p[i] == 0x7f) {
            return 0;
        }
    }

    return n > 0 && ngx_utf8_length((u_char *) p, n) <= OIDC_NAME;
}


static int
oidc_today(ln_request_t *lr)
{
    ngx_tm_t  tm;

    ngx_gmtime((time_t) (ln_now(ln_http_request(lr)) / 1000000 + 8 * 3600),
               &tm);

    return tm.ngx_tm_year * 10000 + tm.ngx_tm_mon * 100 + tm.ngx_tm_mday;
}


static ngx_int_t
oidc_number(ln_request_t *lr, const json_t *number)
{
    u_char         index[16], text[sizeof(OIDC_DOCUMENT)
                                   + AUTH_DOCUMENT_MAX + 1];
    ngx_int_t      rc;
    ngx_str_t      whole;
    auth_number_t  read;

    if (auth_number_check(AUTH_IDENTITY_CARD, json_string_value(number),
                          json_string_length(number), oidc_today(lr), &read)
        != AUTH_NUMBER_OK)
    {
        return NGX_DECLINED;
    }

    /* as the records of the counter are looked for */

    whole.data = text;
    whole.len = ngx_sprintf(text, "%s:%*s", OIDC_DOCUMENT, read.length,
                            read.canonical) - text;

    rc = ln_blind(lr, "person.document_number", &whole, index) == NGX_OK
         && auth_set_bytes(lr, "document_index", index, 16) == NGX_OK
         && auth_set_bytes(lr, "number", read.canonical, read.length)
            == NGX_OK
         ? NGX_OK : NGX_ERROR;

    auth_wipe(text, sizeof(text));
    auth_wipe(&read, sizeof(read));

    return rc;
}


ngx_int_t
auth_oidc_person_claims(ln_request_t *lr, const json_t *claims)
{
    ngx_int_t                rc;
    const json_t            *name, *number;
    const auth_oidc_conf_t  *conf;

    conf = auth_conf(ln_http_request(lr))->oidc;

    if (!oidc_verified(conf, claims)) {
        return NGX_OK;
    }

    name = oidc_text(claims, &conf->name);
    number = oidc_text(claims, &conf->document);

    rc = !oidc_name(name) || (conf->document.len && number == NULL)
         ? NGX_DECLINED : number ? oidc_number(lr, number) : NGX_OK;

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_WARN, ln_http_request(lr)->connection->log, 0,
                      "legalnet: the identity provider says verified, but "
                      "gives no name or number that can be");
        return NGX_OK;
    }

    return rc == NGX_OK
           && auth_set_bytes(lr, "person_name", json_string_value(name),
                             json_string_length(name)) == NGX_OK
           && auth_set_text(lr, "verified", "yes") == NGX_OK
           ? NGX_OK : auth_broken(lr);
}
