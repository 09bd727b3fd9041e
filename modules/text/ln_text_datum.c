
#include <math.h>

#include "ln_text_datum.h"


#define LN_GCJ_AXIS          6378245.0           /* Krasovsky 1940, metres */
#define LN_GCJ_ECCENTRICITY  0.00669342162296594323
#define LN_BD_TURN           (M_PI * 3000.0 / 180.0)

#define LN_DATUM_STEPS       10       /* three reach a millimetre */
#define LN_DATUM_CLOSE       1e-9     /* degrees: a tenth of a millimetre */


/* GCJ-02 is WGS-84 outside this box. */

static int
ln_gcj_applies(ln_point_t p)
{
    return p.longitude >= 72.004 && p.longitude <= 137.8347
           && p.latitude >= 0.8293 && p.latitude <= 55.8271;
}


static double
ln_gcj_waves(double v, double a, double b, double c)
{
    return (20.0 * sin(v * M_PI) + 40.0 * sin(v / 3.0 * M_PI)) * 2.0 / 3.0
           + (a * sin(v / 12.0 * M_PI) + b * sin(v * M_PI / 30.0)) * c / 3.0;
}


static ln_point_t
ln_gcj_shift(double x, double y)
{
    double      ripple;
    ln_point_t  d;

    ripple = (20.0 * sin(6.0 * x * M_PI) + 20.0 * sin(2.0 * x * M_PI))
             * 2.0 / 3.0;

    d.latitude = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y
                 + 0.2 * sqrt(fabs(x)) + ripple
                 + ln_gcj_waves(y, 160.0, 320.0, 2.0);

    d.longitude = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y
                  + 0.1 * sqrt(fabs(x)) + ripple
                  + ln_gcj_waves(x, 150.0, 300.0, 2.0);

    return d;
}


static ln_point_t
ln_gcj_from_wgs84(ln_point_t p)
{
    double      angle, magic, root;
    ln_point_t  d;

    if (!ln_gcj_applies(p)) {
        return p;
    }

    d = ln_gcj_shift(p.longitude - 105.0, p.latitude - 35.0);

    angle = p.latitude / 180.0 * M_PI;
    magic = 1.0 - LN_GCJ_ECCENTRICITY * sin(angle) * sin(angle);
    root = sqrt(magic);

    p.latitude += d.latitude * 180.0
                  / (LN_GCJ_AXIS * (1.0 - LN_GCJ_ECCENTRICITY)
                     / (magic * root) * M_PI);
    p.longitude += d.longitude * 180.0
                   / (LN_GCJ_AXIS / root * cos(angle) * M_PI);

    return p;
}


static ln_point_t
ln_bd_from_gcj(ln_point_t p)
{
    double  radius, angle;

    radius = hypot(p.longitude, p.latitude)
             + 0.00002 * sin(p.latitude * LN_BD_TURN);
    angle = atan2(p.latitude, p.longitude)
            + 0.000003 * cos(p.longitude * LN_BD_TURN);

    p.longitude = radius * cos(angle) + 0.0065;
    p.latitude = radius * sin(angle) + 0.006;

    return p;
}


ln_point_t
ln_datum_from_wgs84(ln_datum_e datum, ln_point_t point)
{
    switch (datum) {

    case LN_DATUM_GCJ02:
        return ln_gcj_from_wgs84(point);

    case LN_DATUM_BD09:
        return ln_bd_from_gcj(ln_gcj_from_wgs84(point));

    default:
        return point;
    }
}


/* The shifts change slowly: take the error of a guess off the guess. */

ln_point_t
ln_datum_to_wgs84(ln_datum_e datum, ln_point_t point)
{
    int         i;
    double      east, north;
    ln_point_t  guess, seen;

    if (datum == LN_DATUM_WGS84) {
        return point;
    }

    guess = point;

    for (i = 0; i < LN_DATUM_STEPS; i++) {
        seen = ln_datum_from_wgs84(datum, guess);
        east = seen.longitude - point.longitude;
        north = seen.latitude - point.latitude;

        guess.longitude -= east;
        guess.latitude -= north;

        if (fabs(east) < LN_DATUM_CLOSE && fabs(north) < LN_DATUM_CLOSE) {
            break;
        }
    }

    return guess;
}
