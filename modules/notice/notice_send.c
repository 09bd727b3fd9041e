
/*
 * What is due is claimed by a conditional UPDATE, sent, and settled: at least
 * once, whoever dies in between (ln.h, ln_job_t).  What is soon worthless has
 * a job of its own, so that a sign-in code never waits behind ten thousand
 * reminders.
 *
 * Safe contact is enforced here and nowhere else.  A text that the person
 * asked for a moment ago (notice_template.urgent) goes to the very number, at
 * any hour; any other only if he may be sent texts, to his safe number if he
 * gave one, outside quiet hours.  Who has said nothing yet gets neutral words.
 */

#include "notice.h"


#define LATER  1000                  /* ms: a queue was full */
#define NOWHERE  60000               /* ms: no gateway and no file is named */


static ngx_int_t notice_begin(ln_item_t *item, const ln_value_t *row);
static ngx_int_t notice_render(ln_item_t *item, notice_t *notice);
static ngx_int_t notice_to(ln_item_t *item, const ln_value_t *row,
    ngx_str_t *to);
static const char *notice_text(ln_item_t *item, const ngx_str_t *text);
static ngx_int_t notice_settled(ln_item_t *item, const char *state,
    const char *reason);


/* Claims */

#define HELD                                                                  \
    "UPDATE outbox FORCE INDEX (outbox_queue)"                                \
    " SET state = 'sending',"                                                 \
        " claim = :new_id,"                                                   \
        " claimed_until = UTC_TIMESTAMP(6)"                                   \
                      " + INTERVAL " NOTICE_CLAIM " SECOND,"                  \
        " tries = tries + 1,"                                                 \
        " updated_at = UTC_TIMESTAMP(6)"

#define DUE(hurry)                                                            \
    " WHERE state = 'waiting'"                                                \
      " AND hurry = " hurry                                                   \
      " AND due_at <= UTC_TIMESTAMP(6)"                                       \
      " AND (expires_at IS NULL"                                              \
           " OR expires_at > UTC_TIMESTAMP(6))"

/* As the index has it: else MariaDB sorts the whole queue, and locks it. */
#define IN_ORDER                                                              \
    " ORDER BY state, hurry, due_at"                                          \
    " LIMIT 8"

static const ln_column_t  peek_columns[] = {
    { .name = "waiting", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  notice_urgent_peek = {
    .name = "notice_urgent_peek",
    .sql = "SELECT 1 AS waiting"
           " FROM outbox FORCE INDEX (outbox_queue)"
           DUE("1")
           " LIMIT 1",
    .columns = peek_columns
};

const ln_stmt_t  notice_due_peek = {
    .name = "notice_due_peek",
    .sql = "SELECT 1 AS waiting"
           " FROM outbox FORCE INDEX (outbox_queue)"
           DUE("0")
           " LIMIT 1",
    .columns = peek_columns
};

static const ln_stmt_t  claim_urgent = {
    .name = "notice_claim_urgent",
    .sql = HELD DUE("1") IN_ORDER
};

static const ln_stmt_t  claim_due = {
    .name = "notice_claim_due",
    .sql = HELD DUE("0") IN_ORDER
};

const ln_step_t  notice_urgent_steps[] = {
    { .stmt = &claim_urgent },
    { .stmt = NULL }
};

const ln_step_t  notice_due_steps[] = {
    { .stmt = &claim_due },
    { .stmt = NULL }
};


static const ln_column_t  claimed_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "template", .type = LN_STRING },
    { .name = "tries", .type = LN_INTEGER },
    { .name = "recipient", .type = LN_BYTES, .nullable = 1 },
    { .name = "phone", .type = LN_BYTES, .nullable = 1 },
    { .name = "params", .type = LN_BYTES, .nullable = 1 },
    { .name = "waited", .type = LN_INTEGER },
    { .name = "version_id", .type = LN_INTEGER, .nullable = 1 },
    { .name = "version", .type = LN_INTEGER, .nullable = 1 },
    { .name = "locale", .type = LN_STRING, .nullable = 1 },
    { .name = "urgent", .type = LN_INTEGER, .nullable = 1 },
    { .name = "body", .type = LN_STRING, .nullable = 1 },
    { .name = "neutral", .type = LN_STRING, .nullable = 1 },
    { .name = "decided", .type = LN_INTEGER },
    { .name = "may_text", .type = LN_INTEGER, .nullable = 1 },
    { .name = "may_name_us", .type = LN_INTEGER, .nullable = 1 },
    { .name = "safe_phone", .type = LN_BYTES, .nullable = 1 },
    { .name = "quiet_from", .type = LN_INTEGER, .nullable = 1 },
    { .name = "quiet_to", .type = LN_INTEGER, .nullable = 1 },
    { .name = "second", .type = LN_INTEGER },
    { .name = "now", .type = LN_INSTANT },
    { .name = "tries_most", .type = LN_INTEGER },
    { .name = "pause", .type = LN_INTEGER },
    { .name = "pause_most", .type = LN_INTEGER },
    { .name = NULL }
};

/* The newest text in the person's language, or else in Chinese. */

const ln_stmt_t  notice_claimed = {
    .name = "notice_claimed",
    .sql = "SELECT o.id,"
                 " o.template,"
                 " o.tries,"
                 " o.recipient,"
                 " IF(a.status = 'active', a.phone, NULL) AS phone,"
                 " o.params,"
                 " TIMESTAMPDIFF(MICROSECOND, o.due_at, UTC_TIMESTAMP(6))"
                 " AS waited,"
                 " t.id AS version_id,"
                 " t.version,"
                 " t.locale,"
                 " t.urgent,"
                 " t.body,"
                 " t.neutral,"
                 " c.account_id IS NOT NULL AS decided,"
                 " c.may_text,"
                 " c.may_name_us,"
                 " c.safe_phone,"
                 " IF(c.account_id IS NULL, "
                     NOTICE_RULE("notice.quiet_from") ","
                     " c.quiet_from) AS quiet_from,"
                 " IF(c.account_id IS NULL, "
                     NOTICE_RULE("notice.quiet_to") ","
                     " c.quiet_to) AS quiet_to,"
                 " TIME_TO_SEC(TIME(UTC_TIMESTAMP() + INTERVAL 8 HOUR))"
                 " AS second,"
                 " UTC_TIMESTAMP(6) AS now,"
                 " " NOTICE_RULE("notice.tries") " AS tries_most,"
                 " " NOTICE_RULE("notice.pause") " AS pause,"
                 " " NOTICE_RULE("notice.pause_most") " AS pause_most"
           " FROM outbox o"
           " LEFT JOIN account a ON a.id = o.account_id"
           " LEFT JOIN contact_preference c ON c.account_id = o.account_id"
           " LEFT JOIN notice_template t"
               " ON t.id = (SELECT n.id"
                          " FROM notice_template n"
                          " WHERE n.name = o.template"
                          " ORDER BY n.locale = COALESCE(o.locale, a.locale,"
                                                       " 'zh-CN') DESC,"
                                   " n.locale = 'zh-CN' DESC,"
                                   " n.version DESC"
                          " LIMIT 1)"
           " WHERE o.claim = :new_id",
    .columns = claimed_columns
};


/* Settling */

const ln_param_t  notice_results[] = {
    { .name = "state", .type = LN_STRING, .in = LN_COMPUTED, .max = 12,
      .summary = "What becomes of it" },
    { .name = "reason", .type = LN_STRING, .in = LN_COMPUTED, .max = 24,
      .summary = "Why it was not sent" },
    { .name = "pause", .type = LN_INTEGER, .in = LN_COMPUTED,
      .summary = "Microseconds until it is due again" },
    { .name = "untried", .type = LN_INTEGER, .in = LN_COMPUTED,
      .summary = "1: this was no try" },
    { .name = "version_id", .type = LN_INTEGER, .in = LN_COMPUTED,
      .summary = "The text that was sent" },
    { .name = "wording", .type = LN_STRING, .in = LN_COMPUTED, .max = 8,
      .summary = "plain or neutral" },
    { .name = "gateway", .type = LN_STRING, .in = LN_COMPUTED, .max = 32,
      .summary = "Who took it" },
    { .name = "provider_id", .type = LN_STRING, .in = LN_COMPUTED, .max = 64,
      .summary = "What he calls it" },
    { .name = NULL }
};

const ln_step_t  notice_settle[] = {
    { .stmt = &(const ln_stmt_t) {
          .name = "notice_settle",
          .sql = "UPDATE outbox"
                 " SET state = :state,"
                     " reason = :reason,"
                     " tries = tries - COALESCE(:untried, 0),"
                     " due_at = IF(:state = 'waiting',"
                                 " UTC_TIMESTAMP(6)"
                                 " + INTERVAL COALESCE(:pause, 0)"
                                 " MICROSECOND,"
                                 " due_at),"
                     " params = IF(:state IN ('sent', 'withheld'),"
                                 " NULL,"
                                 " params),"
                     " template_id = :version_id,"
                     " wording = :wording,"
                     " gateway = :gateway,"
                     " provider_id = :provider_id,"
                     " sent_at = IF(:state = 'sent',"
                                  " UTC_TIMESTAMP(6),"
                                  " NULL),"
                     " claim = NULL,"
                     " claimed_until = NULL,"
                     " updated_at = UTC_TIMESTAMP(6)"
                 " WHERE id = :row.id"
                   " AND claim = :new_id" } },
    { .stmt = NULL }
};


static ngx_int_t
notice_settled(ln_item_t *item, const char *state, const char *reason)
{
    if (ln_item_set_string(item, "state", state, ngx_strlen(state)) != NGX_OK
        || (reason && ln_item_set_string(item, "reason", reason,
                                         ngx_strlen(reason))
                      != NGX_OK))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_int_t
notice_ended(ln_item_t *item, const ln_value_t *row, const char *state,
    const char *reason)
{
    ln_measure_count(&notice_feature, ngx_strcmp(state, "failed") == 0
                                      ? NOTICE_FAILED : NOTICE_WITHHELD, 1);

    if (ngx_strcmp(state, "failed") == 0) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "legalnet: a notice \"%V\" was not sent: %s",
                      &row[ROW_TEMPLATE].string, reason);
    }

    return notice_settled(item, state, reason);
}


ngx_int_t
notice_postponed(ln_item_t *item, const char *reason, int64_t ms)
{
    ln_measure_count(&notice_feature, NOTICE_POSTPONED, 1);

    if (ln_item_set_integer(item, "pause", ms * 1000) != NGX_OK
        || ln_item_set_integer(item, "untried", 1) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    return notice_settled(item, "waiting", reason);
}


ngx_int_t
notice_failed(ln_item_t *item, const ln_value_t *row, const char *reason)
{
    int64_t  ms;

    if (row[ROW_TRIES].integer >= row[ROW_TRIES_MOST].integer) {
        return notice_ended(item, row, "failed", reason);
    }

    ln_measure_count(&notice_feature, NOTICE_AGAIN, 1);

    ms = notice_pause(row[ROW_TRIES].integer, row[ROW_PAUSE].integer,
                      row[ROW_PAUSE_MOST].integer, (uint32_t) ngx_random());

    if (ln_item_set_integer(item, "pause", ms * 1000) != NGX_OK) {
        return NGX_DECLINED;
    }

    return notice_settled(item, "waiting", reason);
}


ngx_int_t
notice_sent(ln_item_t *item, notice_t *notice, const ngx_str_t *gateway,
    const char *provider_id)
{
    const ln_value_t  *row;

    row = notice->row;

    ln_measure_count(&notice_feature, NOTICE_SENT, 1);
    ln_measure_observe(&notice_feature, NOTICE_WAIT, row[ROW_WAITED].integer);

    if (ln_item_set_integer(item, "version_id", row[ROW_VERSION_ID].integer)
        != NGX_OK
        || ln_item_set_string(item, "wording", notice->wording,
                              ngx_strlen(notice->wording)) != NGX_OK
        || ln_item_set_string(item, "gateway", gateway->data, gateway->len)
           != NGX_OK
        || (provider_id
            && ln_item_set_string(item, "provider_id", provider_id,
                                  ngx_strlen(provider_id)) != NGX_OK))
    {
        return NGX_DECLINED;
    }

    return notice_settled(item, "sent", NULL);
}


/* A row that was claimed: may it go, and when? */

ngx_int_t
notice_handle(ln_item_t *item, const ln_value_t *row)
{
    int64_t  left;

    if (row[ROW_TRIES].integer > row[ROW_TRIES_MOST].integer) {
        /* whoever had it died each time */
        return notice_ended(item, row, "failed", "tries");
    }

    if (!row[ROW_VERSION_ID].set) {
        return notice_ended(item, row, "failed", "no_template");
    }

    if (!row[ROW_RECIPIENT].set && !row[ROW_PHONE].set
        && (row[ROW_URGENT].integer || !row[ROW_SAFE_PHONE].set))
    {
        return notice_ended(item, row, "withheld", "no_phone");
    }

    if (row[ROW_URGENT].integer) {
        return notice_begin(item, row);
    }

    if (row[ROW_DECIDED].integer && !row[ROW_MAY_TEXT].integer) {
        return notice_ended(item, row, "withheld", "no_texts");
    }

    left = notice_quiet(row[ROW_QUIET_FROM].set
                        ? row[ROW_QUIET_FROM].integer : -1,
                        row[ROW_QUIET_TO].set
                        ? row[ROW_QUIET_TO].integer : -1,
                        row[ROW_SECOND].integer);
    if (left) {
        return notice_postponed(item, "quiet_hours", left * 1000);
    }

    return notice_begin(item, row);
}


static ngx_int_t
notice_begin(ln_item_t *item, const ln_value_t *row)
{
    ngx_int_t       rc;
    notice_t       *notice;
    notice_conf_t  *conf;

    conf = notice_conf();

    if (conf->gateways == NULL && conf->file.len == 0) {
        return notice_postponed(item, "no_gateway", NOWHERE);
    }

    notice = ngx_pcalloc(ln_item_pool(item), sizeof(notice_t));
    if (notice == NULL) {
        return NGX_DECLINED;
    }

    notice->row = row;
    notice->conf = conf;

    if (notice_render(item, notice) != NGX_OK) {
        return notice_failed(item, row, notice->reason);
    }

    rc = conf->gateways ? notice_gateway_send(item, notice)
                        : notice_file_send(item, notice);

    return rc == NGX_DECLINED ? notice_postponed(item, "busy", LATER) : rc;
}


static ngx_int_t
notice_render(ln_item_t *item, notice_t *notice)
{
    u_char            *p;
    ngx_int_t          rc;
    ngx_str_t          to, params;
    const ln_value_t  *row;
    notice_message_t   message;

    row = notice->row;
    notice->reason = "unreadable";

    if (notice_to(item, row, &to) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ln_item_unseal(item, "outbox.params", &row[ROW_PARAMS], &params);
    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    ngx_memzero(&message, sizeof(notice_message_t));

    notice->wording = row[ROW_DECIDED].integer
                      ? row[ROW_MAY_NAME_US].integer ? "plain" : "neutral"
                      : row[ROW_URGENT].integer ? "plain" : "neutral";

    p = ln_uuid_print((u_char *) notice->id, row[ROW_ID].string.data);
    *p = '\0';

    message.id = notice->id;
    message.to = notice_text(item, &to);
    message.template = notice_text(item, &row[ROW_TEMPLATE].string);
    message.locale = notice_text(item, &row[ROW_LOCALE].string);
    message.version = row[ROW_VERSION].integer;
    message.wording = notice->wording;
    message.body = notice_text(item, &row[notice->wording[0] == 'n'
                                          ? ROW_NEUTRAL : ROW_BODY].string);
    message.params = rc == NGX_OK ? notice_text(item, &params) : NULL;
    message.at = notice->conf->gateways
                 ? NULL : notice_text(item, &row[ROW_NOW].string);

    notice->message = ngx_pnalloc(ln_item_pool(item), NOTICE_BODY + 1);

    if (notice->message == NULL || message.to == NULL
        || message.template == NULL || message.locale == NULL
        || message.body == NULL || (rc == NGX_OK && message.params == NULL))
    {
        return NGX_ERROR;
    }

    notice->reason = "bad_params";
    notice->length = notice_message(&message, notice->message);

    return notice->length ? NGX_OK : NGX_ERROR;
}


/* A feature that names nobody means the account's own number. */

static ngx_int_t
notice_to(ln_item_t *item, const ln_value_t *row, ngx_str_t *to)
{
    if (!row[ROW_URGENT].integer && row[ROW_SAFE_PHONE].set) {
        return ln_item_unseal(item, "contact_preference.safe_phone",
                              &row[ROW_SAFE_PHONE], to);
    }

    if (row[ROW_RECIPIENT].set) {
        return ln_item_unseal(item, "outbox.recipient", &row[ROW_RECIPIENT],
                              to);
    }

    return ln_item_unseal(item, "account.phone", &row[ROW_PHONE], to);
}


static const char *
notice_text(ln_item_t *item, const ngx_str_t *text)
{
    char  *copy;

    copy = ngx_pnalloc(ln_item_pool(item), text->len + 1);

    if (copy) {
        ngx_memcpy(copy, text->data, text->len);
        copy[text->len] = '\0';
    }

    return copy;
}
