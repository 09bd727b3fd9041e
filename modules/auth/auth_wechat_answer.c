
#include <string.h>

#include <jansson.h>

#include "auth_encode.h"
#include "auth_wechat_answer.h"


static const struct {
    json_int_t      errcode;
    auth_wechat_e   means;
} wechat_errors[] = {
    { -1,    AUTH_WECHAT_BUSY },
    { 40029, AUTH_WECHAT_CODE },
    { 40163, AUTH_WECHAT_CODE },
    { 40226, AUTH_WECHAT_BLOCKED },
    { 45011, AUTH_WECHAT_TOO_MANY },
    { 45009, AUTH_WECHAT_BUSY }
};


static auth_wechat_e
wechat_error(json_int_t errcode)
{
    size_t  i;

    for (i = 0; i < sizeof(wechat_errors) / sizeof(wechat_errors[0]); i++) {
        if (wechat_errors[i].errcode == errcode) {
            return wechat_errors[i].means;
        }
    }

    return AUTH_WECHAT_REFUSED;
}


/* Printable ASCII without blanks, which is more than they ever used. */

static bool
wechat_id(const json_t *value, char *out, size_t *n)
{
    size_t       i;
    const char  *text;

    if (!json_is_string(value)) {
        return false;
    }

    text = json_string_value(value);
    *n = json_string_length(value);

    if (*n == 0 || *n > AUTH_OPENID) {
        return false;
    }

    for (i = 0; i < *n; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return false;
        }
    }

    memcpy(out, text, *n);

    return true;
}


static auth_wechat_e
wechat_members(const json_t *root, auth_wechat_t *answer)
{
    const json_t  *errcode, *unionid;

    errcode = json_object_get(root, "errcode");
    unionid = json_object_get(root, "unionid");

    if (errcode && !json_is_integer(errcode)) {
        return AUTH_WECHAT_NONSENSE;
    }

    answer->errcode = json_integer_value(errcode);

    if (answer->errcode != 0) {
        return wechat_error(answer->errcode);
    }

    if (!wechat_id(json_object_get(root, "openid"), answer->openid,
                   &answer->nopenid)
        || (unionid && !json_is_null(unionid)
            && !wechat_id(unionid, answer->unionid, &answer->nunionid)))
    {
        return AUTH_WECHAT_NONSENSE;
    }

    return AUTH_WECHAT_OK;
}


auth_wechat_e
auth_wechat_read(const char *body, size_t n, auth_wechat_t *answer)
{
    json_t         *root;
    const json_t   *key;
    auth_wechat_e   rc;

    memset(answer, 0, sizeof(auth_wechat_t));

    root = json_loadb(body, n, JSON_REJECT_DUPLICATES, NULL);
    if (root == NULL) {
        return AUTH_WECHAT_NONSENSE;
    }

    rc = json_is_object(root) ? wechat_members(root, answer)
                              : AUTH_WECHAT_NONSENSE;

    key = json_object_get(root, "session_key");

    if (json_is_string(key)) {
        auth_wipe((void *) json_string_value(key), json_string_length(key));
    }

    json_decref(root);

    return rc;
}
