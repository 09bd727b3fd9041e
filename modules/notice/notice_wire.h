
/*
 * What a gateway gets and gives: pure C on jansson and OpenSSL.
 */

#ifndef _NOTICE_WIRE_H_INCLUDED_
#define _NOTICE_WIRE_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define NOTICE_TEXT         2000 /* bytes of a filled-in text */
#define NOTICE_BODY         8192 /* bytes of a message as JSON */
#define NOTICE_PLACE        32   /* characters of a place's name */
#define NOTICE_PROVIDER_ID  64
#define NOTICE_SIGNATURE    64   /* hexadecimal digits */


typedef struct {
    const char  *id;             /* of the outbox row, 36 characters */
    const char  *to;
    const char  *template;
    const char  *locale;
    const char  *wording;        /* "plain" or "neutral" */
    int64_t      version;
    const char  *body;           /* with {places} */
    const char  *params;         /* JSON object that fills them, or NULL */
    const char  *at;             /* for the file; NULL: left out */
} notice_message_t;


/*
 * The message as JSON, with the text that its places make and the parameters
 * that it names, no others.  0: a place that no parameter fills, parameters
 * that are no object, or too long.
 */
size_t notice_message(const notice_message_t *message,
    char out[NOTICE_BODY]);

/* The id in a gateway's answer, {"id": "…"}; false: there is none. */
bool notice_answer(const char *body, size_t n,
    char id[NOTICE_PROVIDER_ID + 1]);

/* HMAC-SHA256 of TIMESTAMP.BODY, hexadecimal; false: OpenSSL failed. */
bool notice_sign(const void *key, size_t nkey, int64_t timestamp,
    const char *body, size_t n, char signature[NOTICE_SIGNATURE]);


#endif /* _NOTICE_WIRE_H_INCLUDED_ */
