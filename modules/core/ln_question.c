
#include "ln_question.h"


void
ln_question_digest(ln_request_t *lr, ngx_uint_t whole,
    uint64_t digest[LN_HASH_WORDS])
{
    ln_hash_t          hash;
    ngx_uint_t         i, j;
    const ln_value_t  *value;
    const ln_param_t  *params;

    params = lr->endpoint->route->params;

    ln_hash_start(&hash, lr->app->key_question);
    ln_hash_text(&hash, lr->endpoint->name.data, lr->endpoint->name.len);
    ln_hash_text(&hash, lr->conf->database.data, lr->conf->database.len);

    for (i = 0; i < lr->endpoint->nparams; i++) {

        if (!whole
            && (params[i].type == LN_CURSOR
                || ngx_strcmp(params[i].name, "limit") == 0))
        {
            continue;
        }

        for (j = 0; j < lr->given[i]; j++) {
            value = &ln_values(lr, i)[j];

            ln_hash_word(&hash, i);
            ln_hash_text(&hash, value->string.data, value->string.len);
        }
    }

    ln_hash_end(&hash, digest);
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
        value = ln_values(lr, term->param);
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
