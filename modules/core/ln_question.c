
#include "ln_question.h"


#define LN_QUESTION_PARTS  (2 * LN_MAX_PARAMS * LN_MAX_ARITY + 8)


ngx_int_t
ln_question_digest(ln_request_t *lr, ngx_uint_t whole,
    u_char digest[LN_SHA256])
{
    u_char             heads[LN_MAX_PARAMS * LN_MAX_ARITY][4];
    ngx_str_t         *part, parts[LN_QUESTION_PARTS];
    ngx_uint_t         i, j, n;
    const ln_value_t  *value;
    const ln_param_t  *params;

    params = lr->endpoint->route->params;
    part = parts;
    n = 0;

    *part++ = lr->endpoint->name;
    *part++ = lr->conf->database;

    for (i = 0; i < lr->endpoint->nparams; i++) {

        if (!whole
            && (params[i].type == LN_CURSOR
                || ngx_strcmp(params[i].name, "limit") == 0))
        {
            continue;
        }

        for (j = 0; j < lr->given[i]; j++) {

            value = &lr->values[i * LN_MAX_ARITY + j];

            /* parameter and length first: no two questions read alike */
            heads[n][0] = i;
            heads[n][1] = j;
            heads[n][2] = value->string.len >> 8;
            heads[n][3] = value->string.len & 0xff;

            part->data = heads[n++];
            part++->len = 4;
            *part++ = value->string;
        }
    }

    return ln_sha256(parts, part - parts, digest);
}


const ln_chosen_t *
ln_question_choose(ln_request_t *lr)
{
    ngx_uint_t  i;

    for (i = 0; i < lr->endpoint->nchoices - 1; i++) {
        if (ln_question_holds(lr, &lr->endpoint->choices[i])) {
            break;
        }
    }

    return &lr->endpoint->choices[i];
}


ngx_uint_t
ln_question_holds(ln_request_t *lr, const ln_chosen_t *chosen)
{
    ngx_uint_t   i;
    ngx_str_t    text;
    ln_when_t   *term;
    ln_value_t  *value;

    for (i = 0; i < chosen->nwhen; i++) {

        term = &chosen->when[i];
        value = &lr->values[term->param * LN_MAX_ARITY];
        text = value->string;

        if (value->type == LN_BOOLEAN) {
            /* 1 and 0 are spellings of it */
            text.data = (u_char *) (value->integer ? "true" : "false");
            text.len = ngx_strlen(text.data);
        }

        if (lr->given[term->param] == 0
            || ngx_max(lr->given[term->param], lr->nderived[term->param])
               < term->count
            || (term->equals.len
                && (text.len != term->equals.len
                    || ngx_memcmp(text.data, term->equals.data, text.len)
                       != 0)))
        {
            return 0;
        }
    }

    return 1;
}
