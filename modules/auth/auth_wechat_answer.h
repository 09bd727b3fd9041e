
/*
 * What WeChat's code2session answers: pure C.
 *
 * A session_key that comes with it opens what WeChat encrypts for the
 * mini-program; nothing here needs it, so it is wiped where it was read.
 */

#ifndef _AUTH_WECHAT_ANSWER_H_INCLUDED_
#define _AUTH_WECHAT_ANSWER_H_INCLUDED_


#include <stddef.h>


#define AUTH_OPENID  128           /* as long as account_identity.subject */


typedef enum {
    AUTH_WECHAT_OK = 0,
    AUTH_WECHAT_CODE,              /* 40029, 40163: no such code, or used */
    AUTH_WECHAT_TOO_MANY,          /* 45011: 100 a minute and person */
    AUTH_WECHAT_BLOCKED,           /* 40226: WeChat thinks him a danger */
    AUTH_WECHAT_BUSY,              /* -1: later */
    AUTH_WECHAT_REFUSED,           /* any other: app id, secret, address */
    AUTH_WECHAT_NONSENSE           /* nothing that the documentation knows */
} auth_wechat_e;

typedef struct {
    char         openid[AUTH_OPENID];
    size_t       nopenid;
    char         unionid[AUTH_OPENID];
    size_t       nunionid;         /* 0: none, the app has no open platform */
    long long    errcode;
} auth_wechat_t;


/* Of the body, whatever its type says: the real one says text/plain. */
auth_wechat_e auth_wechat_read(const char *body, size_t n,
    auth_wechat_t *answer);


#endif /* _AUTH_WECHAT_ANSWER_H_INCLUDED_ */
