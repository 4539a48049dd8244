/*
 * decimal.c — the product of digits and unit is brought to a whole number by cancelling twos and
 * fives on either side, so nothing is ever rounded on the way.
 */
#include "scenarios/format/decimal.h"

#include <string.h>

#define DIGITS_MAX 36
#define EXPONENT_MAX 9999

typedef unsigned __int128 U128;

static void push_digit(ScnDecimal *decimal, int *significant, char c)
{
    if (*significant == 0 && c == '0')
        return;
    if (*significant >= DIGITS_MAX)
        decimal->is_too_long = TRUE;
    else
        decimal->digits = decimal->digits * 10 + (unsigned)(c - '0');
    (*significant)++;
}

static gsize read_exponent(const char *text, int *exponent)
{
    gsize at = 1;
    gboolean is_negative = text[at] == '-';
    if (text[at] == '-' || text[at] == '+')
        at++;
    if (!g_ascii_isdigit(text[at]))
        return 0;
    int value = 0;
    for (; g_ascii_isdigit(text[at]); at++)
        value = MIN(value * 10 + (text[at] - '0'), EXPONENT_MAX);
    *exponent += is_negative ? -value : value;
    return at;
}

gsize scn_decimal_read(const char *text, ScnDecimal *result)
{
    ScnDecimal decimal = {0};
    gsize at = 0;
    int significant = 0;
    if (text[at] == '-') {
        decimal.is_negative = TRUE;
        at++;
    }
    if (!g_ascii_isdigit(text[at]))
        return 0;
    for (; g_ascii_isdigit(text[at]); at++)
        push_digit(&decimal, &significant, text[at]);
    if (text[at] == '.' && g_ascii_isdigit(text[at + 1]))
        for (at++; g_ascii_isdigit(text[at]); at++) {
            push_digit(&decimal, &significant, text[at]);
            decimal.exponent = MAX(decimal.exponent - 1, -EXPONENT_MAX);
        }
    if (text[at] == 'e' || text[at] == 'E')
        at += read_exponent(text + at, &decimal.exponent);
    while (decimal.digits != 0 && decimal.digits % 10 == 0) {
        decimal.digits /= 10;
        decimal.exponent++;
    }
    if (decimal.digits == 0)
        decimal.exponent = 0;
    *result = decimal;
    return at;
}

/* One factor `prime` less in either number; FALSE where neither has one. */
static gboolean cancel(U128 *digits, gint64 *unit, unsigned prime)
{
    if (*digits % prime == 0)
        *digits /= prime;
    else if (*unit % (gint64)prime == 0)
        *unit /= (gint64)prime;
    else
        return FALSE;
    return TRUE;
}

/* Half away from zero of digits * unit / 10^-exponent, which does not come out whole. */
static U128 rounded(U128 digits, gint64 unit, int exponent)
{
    U128 product;
    while (__builtin_mul_overflow(digits, (U128)unit, &product) && exponent < 0) {
        digits /= 10; /* far below the last place that counts: the product has 38 digits */
        exponent++;
    }
    for (; exponent < -1 && product != 0; exponent++)
        product /= 10;
    return exponent < 0 ? (product + 5) / 10 : product;
}

ScnWhole scn_decimal_times(ScnDecimal decimal, gint64 unit, gint64 *result)
{
    U128 digits = decimal.digits, value;
    int exponent = decimal.exponent;
    gint64 rest = unit;
    ScnWhole outcome = SCN_WHOLE;
    if (decimal.is_too_long)
        return SCN_WHOLE_OVERFLOW;
    for (; exponent > 0 && digits != 0; exponent--)
        if (__builtin_mul_overflow(digits, (U128)10, &digits))
            return SCN_WHOLE_OVERFLOW;
    while (exponent < 0 && cancel(&digits, &rest, 2) && cancel(&digits, &rest, 5))
        exponent++;
    if (exponent < 0) {
        outcome = SCN_WHOLE_INEXACT;
        value = rounded(decimal.digits, unit, decimal.exponent);
    } else if (__builtin_mul_overflow(digits, (U128)rest, &value)) {
        return SCN_WHOLE_OVERFLOW;
    }
    if (value > (U128)G_MAXINT64)
        return SCN_WHOLE_OVERFLOW;
    *result = decimal.is_negative ? -(gint64)value : (gint64)value;
    return outcome;
}

double scn_decimal_double(ScnDecimal decimal, int shift)
{
    char digits[DIGITS_MAX + 2], text[64];
    int n = 0;
    U128 rest = decimal.digits;
    do {
        digits[n++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    int at = 0;
    if (decimal.is_negative)
        text[at++] = '-';
    while (n > 0)
        text[at++] = digits[--n];
    g_snprintf(text + at, sizeof text - (gsize)at, "e%d", decimal.exponent + shift);
    double value = g_ascii_strtod(text, NULL);
    return value != 0 ? value : 0; /* there is no -0 in a scenario */
}

char *scn_decimal_text(const char *digits, int exponent)
{
    int n = (int)strlen(digits);
    GString *text = g_string_new(NULL);
    if (exponent >= 0) {
        g_string_append(text, digits);
        for (int i = 0; i < exponent; i++)
            g_string_append_c(text, '0');
    } else if (n + exponent > 0) {
        g_string_append_len(text, digits, n + exponent);
        g_string_append_c(text, '.');
        g_string_append(text, digits + n + exponent);
    } else {
        g_string_append(text, "0.");
        for (int i = n + exponent; i < 0; i++)
            g_string_append_c(text, '0');
        g_string_append(text, digits);
    }
    return g_string_free(text, FALSE);
}
