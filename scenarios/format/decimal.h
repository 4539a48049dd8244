/*
 * decimal.h — decimal numbers as digits and a power of ten, without loss.
 */
#ifndef SCN_DECIMAL_H
#define SCN_DECIMAL_H

#include <glib.h>

typedef struct ScnDecimal {
    unsigned __int128 digits; /* without trailing zeros, below 10^36 */
    int exponent;
    gboolean is_negative;
    gboolean is_too_long; /* more digits than fit: digits and exponent mean nothing */
} ScnDecimal;

/* Read [-]digits[.digits][e[+|-]digits] at the start of `text`; the number of bytes read, 0 where
 * there is no number. An `e` that no digit follows is not part of it. */
gsize scn_decimal_read(const char *text, ScnDecimal *result);

typedef enum ScnWhole { SCN_WHOLE, SCN_WHOLE_INEXACT, SCN_WHOLE_OVERFLOW } ScnWhole;

/* The decimal times `unit` (> 0) as an integer. Inexact: *result is rounded half away from 0. */
ScnWhole scn_decimal_times(ScnDecimal decimal, gint64 unit, gint64 *result);
/* The double nearest to decimal * 10^shift. */
double scn_decimal_double(ScnDecimal decimal, int shift);

/* `digits` * 10^exponent in plain digits, e.g. (15, -1) "1.5"; caller frees. */
char *scn_decimal_text(const char *digits, int exponent);

#endif
