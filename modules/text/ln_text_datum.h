
/*
 * Coordinates as maps sold in China give them, turned into WGS-84.  GCJ-02
 * shifts by up to 700 m, BD-09 shifts that again.  Degrees, east and north
 * positive.
 */

#ifndef _LN_TEXT_DATUM_H_INCLUDED_
#define _LN_TEXT_DATUM_H_INCLUDED_


typedef enum {
    LN_DATUM_WGS84 = 0,
    LN_DATUM_GCJ02,
    LN_DATUM_BD09
} ln_datum_e;


typedef struct {
    double  longitude;
    double  latitude;
} ln_point_t;


/* To WGS-84, by iteration: within a millimetre of the inverse. */
ln_point_t ln_datum_to_wgs84(ln_datum_e datum, ln_point_t point);

/* From WGS-84: what a map of that datum shows. */
ln_point_t ln_datum_from_wgs84(ln_datum_e datum, ln_point_t point);


#endif /* _LN_TEXT_DATUM_H_INCLUDED_ */
