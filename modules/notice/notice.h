
/*
 * Notices: the one feature that sends.  Others write rows into `outbox`.
 *
 *   ngx_http_legalnet_notice_module.c   routes, jobs, directives
 *   notice_send.c        the rows that are due: claimed, decided, settled
 *   notice_gateway.c     the operator's gateways, one after the other
 *   notice_file.c        a file instead, for a demonstration
 *   notice_contact.c     how somebody may be reached: /me/contact
 *   notice_admin.c       what became of them, for administrators
 *   notice_tidy.c        what expired, what was left, what has served its time
 *   notice_plan.c notice_wire.c   pure C
 */

#ifndef _NOTICE_H_INCLUDED_
#define _NOTICE_H_INCLUDED_


#include "ln.h"
#include "notice_plan.h"
#include "notice_wire.h"


#define NOTICE_GATEWAYS  4         /* each may take its whole time: all of them
                                      less than a claim lasts */
#define NOTICE_TIMEOUT   5000      /* ms, unless the directive says otherwise */
#define NOTICE_MOST_TIME 10000
#define NOTICE_CLAIM     "60"      /* s */
#define NOTICE_KEY_LEAST 32        /* bytes */
#define NOTICE_KEY_MOST  4096

/* The value of a rule today. */
#define NOTICE_RULE(name)                                                     \
    "(SELECT r.value"                                                         \
    " FROM rule r"                                                            \
    " WHERE r.name = '" name "'"                                              \
      " AND r.valid_from <= DATE(UTC_TIMESTAMP(6) + INTERVAL 8 HOUR)"         \
    " ORDER BY r.valid_from DESC"                                             \
    " LIMIT 1)"


/* An operator's gateway, and what this worker knows of it. */
typedef struct {
    ngx_str_t        name;
    ngx_str_t        url;          /* with a zero byte */
    ngx_str_t        key_file;
    ngx_str_t        key;
    ngx_str_t        ca_file;
    ngx_msec_t       timeout;
    ngx_msec_t       until;        /* it rests, when resting */
    ngx_uint_t       failures;     /* in a row */
    unsigned         resting:1;
} notice_gateway_t;

typedef struct {
    ngx_array_t     *gateways;     /* notice_gateway_t; NULL: none */
    ngx_str_t        file;
} notice_conf_t;


/* Columns of a claimed row, in this order. */
enum {
    ROW_ID = 0, ROW_TEMPLATE, ROW_TRIES, ROW_RECIPIENT, ROW_PHONE, ROW_PARAMS,
    ROW_WAITED, ROW_VERSION_ID, ROW_VERSION, ROW_LOCALE, ROW_URGENT, ROW_BODY,
    ROW_NEUTRAL, ROW_DECIDED, ROW_MAY_TEXT, ROW_MAY_NAME_US, ROW_SAFE_PHONE,
    ROW_QUIET_FROM, ROW_QUIET_TO, ROW_SECOND, ROW_NOW, ROW_TRIES_MOST,
    ROW_PAUSE, ROW_PAUSE_MOST
};

/* A notice under way, in its item's pool. */
typedef struct {
    const ln_value_t  *row;
    notice_conf_t     *conf;
    ngx_uint_t         gateway;    /* which comes next */
    const char        *reason;
    const char        *wording;
    char               id[40];
    char              *message;    /* as JSON */
    size_t             length;
} notice_t;


/* Places in notice_measures. */
enum {
    NOTICE_SENT = 0, NOTICE_FAILED, NOTICE_WITHHELD, NOTICE_POSTPONED,
    NOTICE_AGAIN, NOTICE_WAIT, NOTICE_WAITING, NOTICE_OLDEST, NOTICE_GIVEN_UP
};

extern ngx_module_t          ngx_http_legalnet_notice_module;
extern const ln_feature_t    notice_feature;
extern const ln_measure_t    notice_measures[];

notice_conf_t *notice_conf(void);

/*
 * notice_send.c: ends of a notice under way; they return what a .handler
 * returns.
 */
ngx_int_t notice_sent(ln_item_t *item, notice_t *notice,
    const ngx_str_t *gateway, const char *provider_id);
/* For good: `state` as in outbox. */
ngx_int_t notice_ended(ln_item_t *item, const ln_value_t *row,
    const char *state, const char *reason);
/* Later, without a try, in so many ms. */
ngx_int_t notice_postponed(ln_item_t *item, const char *reason, int64_t ms);
/* It was tried: again after a while, or given up. */
ngx_int_t notice_failed(ln_item_t *item, const ln_value_t *row,
    const char *reason);

ngx_int_t notice_handle(ln_item_t *item, const ln_value_t *row);

extern const ln_stmt_t   notice_urgent_peek;
extern const ln_step_t   notice_urgent_steps[];
extern const ln_stmt_t   notice_due_peek;
extern const ln_step_t   notice_due_steps[];
extern const ln_stmt_t   notice_claimed;
extern const ln_param_t  notice_results[];
extern const ln_step_t   notice_settle[];

/* notice_gateway.c */
char *notice_gateway_conf(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
ngx_int_t notice_gateway_send(ln_item_t *item, notice_t *notice);

/* notice_file.c */
ngx_int_t notice_file_init(ngx_cycle_t *cycle, notice_conf_t *conf);
ngx_int_t notice_file_send(ln_item_t *item, notice_t *notice);

/* notice_tidy.c */
extern const ln_stmt_t   notice_expire_peek;
extern const ln_step_t   notice_expire_steps[];
extern const ln_stmt_t   notice_release_peek;
extern const ln_step_t   notice_release_steps[];
extern const ln_step_t   notice_tidy_steps[];
extern const ln_step_t   notice_erase_steps[];
extern const ln_stmt_t   notice_measure_peek;
void notice_measured(const ln_value_t *row);

/* notice_contact.c, notice_admin.c */
extern const ln_stmt_t   notice_contact;
extern const ln_param_t  notice_contact_in[];
extern const ln_step_t   notice_contact_steps[];
ngx_int_t notice_contact_before(ln_request_t *lr);

extern const ln_param_t   notice_list_in[];
extern const ln_choice_t  notice_list[];
extern const ln_param_t   notice_retry_in[];
extern const ln_step_t    notice_retry_steps[];
extern const ln_stmt_t    notice_retry_answer;


#endif /* _NOTICE_H_INCLUDED_ */
