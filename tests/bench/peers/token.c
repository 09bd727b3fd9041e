/*
 * Checks one access token for some seconds, as a worker does:
 * token KEY_HEX TOKEN SECONDS.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth_token.h"


#define BATCH  256


static const unsigned char *
key_of(void *data, uint32_t *id)
{
    *id = 1;

    return data;
}


static double
now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;
}


int
main(int argc, char **argv)
{
    int                  i;
    double               began, took;
    unsigned             octet;
    unsigned long        checks;
    auth_token_t         token;
    unsigned char        key[AUTH_HASH];
    auth_token_rules_t   rules;

    if (argc != 4 || strlen(argv[1]) != 2 * AUTH_HASH) {
        return 2;
    }

    for (i = 0; i < AUTH_HASH; i++) {

        if (sscanf(argv[1] + 2 * i, "%2x", &octet) != 1) {
            return 2;
        }

        key[i] = (unsigned char) octet;
    }

    rules.issuer = "legalnet";
    rules.audience = "legalnet";
    rules.key = key_of;
    rules.data = key;

    checks = 0;
    began = now();

    do {
        for (i = 0; i < BATCH; i++) {

            if (auth_token_verify(&rules, argv[2], strlen(argv[2]), time(NULL),
                                  &token)
                != AUTH_TOKEN_OK)
            {
                return 1;
            }
        }

        checks += BATCH;
        took = now() - began;

    } while (took < atof(argv[3]));

    printf("%.0f\n", (double) checks / took);

    return 0;
}
