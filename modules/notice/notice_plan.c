
#include "notice_plan.h"


#define NOTICE_DOUBLINGS  20     /* a pause is far over any `most` by then */


notice_verdict_e
notice_verdict(unsigned status, int has_id)
{
    if (status >= 200 && status < 300) {
        return has_id ? NOTICE_TAKEN : NOTICE_DOWN;
    }

    if (status == 422) {
        return NOTICE_REFUSED;
    }

    if (status < 400 || status >= 500 || status == 401 || status == 403
        || status == 404 || status == 408 || status == 425 || status == 429)
    {
        return NOTICE_DOWN;
    }

    return NOTICE_ELSEWHERE;
}


int64_t
notice_pause(int64_t tries, int64_t pause, int64_t most, uint32_t random)
{
    int64_t  ms;

    if (pause < 1) {
        pause = 1;
    }

    if (most < pause) {
        most = pause;
    }

    ms = pause * 1000;

    for (int i = 1; i < tries && i < NOTICE_DOUBLINGS && ms < most * 1000;
         i++)
    {
        ms *= 2;
    }

    if (ms > most * 1000) {
        ms = most * 1000;
    }

    return ms - ms / 4 + (int64_t) (random % (uint64_t) (ms / 4 + 1));
}


int64_t
notice_quiet(int64_t from, int64_t to, int64_t second)
{
    int64_t  begin, end;

    if (from < 0 || to < 0 || from == to) {
        return 0;
    }

    begin = from * 60;
    end = to * 60;

    if (begin < end) {
        return second >= begin && second < end ? end - second : 0;
    }

    if (second >= begin) {
        return NOTICE_DAY - second + end;
    }

    return second < end ? end - second : 0;
}


bool
notice_mobile(const char *text, size_t n, char mobile[NOTICE_MOBILE])
{
    size_t  used;

    used = 0;

    if (n > 3 && text[0] == '+' && text[1] == '8' && text[2] == '6') {
        text += 3;
        n -= 3;
    }

    for (size_t i = 0; i < n; i++) {

        if (text[i] == ' ' || text[i] == '-') {
            continue;
        }

        if (text[i] < '0' || text[i] > '9' || used == NOTICE_MOBILE) {
            return false;
        }

        mobile[used++] = text[i];
    }

    return used == NOTICE_MOBILE && mobile[0] == '1' && mobile[1] >= '3';
}
