/*
 * quantity.c — reading numbers with units; each kind has a table of its units.
 *
 * The commonest slips have their own words: a missing unit ("42 what?"), a unit nobody knows, a
 * comma for the decimal point, more places than the smallest unit has.
 */
#include "scenarios/format/quantity.h"

#include "scenarios/format/decimal.h"
#include "scenarios/format/suggest.h"
#include "sim/time.h"

#include <stdarg.h>
#include <string.h>

typedef struct Unit {
    const char *name;
    gint64 factor;
    const char *meant; /* not a unit, but a spelling of this one; NULL: a unit */
} Unit;

#define DAY (24 * SIM_HOUR)

static const Unit time_units[] = {
    {"ns", 1, NULL},           {"us", SIM_US, NULL},     {"µs", SIM_US, NULL},
    {"μs", SIM_US, NULL},      {"ms", SIM_MS, NULL},     {"s", SIM_S, NULL},
    {"min", SIM_MIN, NULL},    {"m", SIM_MIN, NULL},     {"h", SIM_HOUR, NULL},
    {"d", DAY, NULL},          {"sec", 0, "s"},          {"secs", 0, "s"},
    {"second", 0, "s"},        {"seconds", 0, "s"},      {"mins", 0, "min"},
    {"minute", 0, "min"},      {"minutes", 0, "min"},    {"hour", 0, "h"},
    {"hours", 0, "h"},         {"hr", 0, "h"},           {"day", 0, "d"},
    {"days", 0, "d"},          {"msec", 0, "ms"},        {"millis", 0, "ms"},
    {"milliseconds", 0, "ms"}, {"usec", 0, "us"},        {"microseconds", 0, "us"},
    {"nsec", 0, "ns"},         {"nanoseconds", 0, "ns"}, {NULL, 0, NULL}};

static const Unit count_units[] = {{"k", 1000, NULL}, {"M", 1000000, NULL}, {"G", 1000000000, NULL},
                                   {"K", 0, "k"},     {"m", 0, "M"},        {NULL, 0, NULL}};

static const Unit size_units[] = {{"B", 1, NULL},
                                  {"kB", 1000, NULL},
                                  {"MB", 1000000, NULL},
                                  {"GB", 1000000000, NULL},
                                  {"TB", 1000000000000, NULL},
                                  {"KiB", 1 << 10, NULL},
                                  {"MiB", 1 << 20, NULL},
                                  {"GiB", 1 << 30, NULL},
                                  {"TiB", (gint64)1 << 40, NULL},
                                  {"KB", 0, "kB"},
                                  {"K", 0, "kB"},
                                  {"k", 0, "kB"},
                                  {"M", 0, "MB"},
                                  {"G", 0, "GB"},
                                  {"b", 0, "B"},
                                  {"bytes", 0, "B"},
                                  {NULL, 0, NULL}};

static const Unit bandwidth_units[] = {{"bit/s", 1, NULL},
                                       {"kbit/s", 1000, NULL},
                                       {"Mbit/s", 1000000, NULL},
                                       {"Gbit/s", 1000000000, NULL},
                                       {"B/s", 8, NULL},
                                       {"kB/s", 8000, NULL},
                                       {"MB/s", 8000000, NULL},
                                       {"GB/s", 8000000000, NULL},
                                       {"KiB/s", 8 << 10, NULL},
                                       {"MiB/s", 8 << 20, NULL},
                                       {"GiB/s", (gint64)8 << 30, NULL},
                                       {"bps", 0, "bit/s"},
                                       {"kbps", 0, "kbit/s"},
                                       {"Mbps", 0, "Mbit/s"},
                                       {"mbps", 0, "Mbit/s"},
                                       {"Gbps", 0, "Gbit/s"},
                                       {"gbps", 0, "Gbit/s"},
                                       {"Mbit", 0, "Mbit/s"},
                                       {"Gbit", 0, "Gbit/s"},
                                       {"kbit", 0, "kbit/s"},
                                       {NULL, 0, NULL}};

/* What one kind of quantity is called in messages. */
typedef struct Kind {
    const Unit *units;
    const char *noun;  /* "a duration" */
    const char *of;    /* "'x' is not a unit of …" */
    const char *shown; /* the units, for people */
    const char *example;
    const char *proposal; /* unit put behind a bare number */
    const char *finest;   /* what cannot be divided */
} Kind;

static const Kind span_kind = {time_units,     "a duration", "time",        "ns us ms s min h d",
                               "5ms or 2m30s", "ms",         "a nanosecond"};
static const Kind rate_kind = {
    time_units, "a rate", "time", "/s /min /h", "500/s or 2k/s", "/s", "one per 292 years"};
static const Kind count_kind = {count_units,   "a count", "a count", "k M G (powers of 1000)",
                                "500 or 100k", "",        "one"};
static const Kind size_kind = {size_units,     "a size", "size",  "B kB MB GB KiB MiB GiB",
                               "256B or 4KiB", "B",      "a byte"};
static const Kind bandwidth_kind = {
    bandwidth_units, "a bandwidth", "bandwidth",         "bit/s kbit/s Mbit/s Gbit/s MB/s",
    "100Mbit/s",     "Mbit/s",      "one bit per second"};

/* ---- issues ------------------------------------------------------------------------------- */

void scn_issue_clear(ScnIssue *issue)
{
    g_clear_pointer(&issue->message, g_free);
    g_clear_pointer(&issue->label, g_free);
    g_clear_pointer(&issue->help, g_free);
}

gboolean scn_issue_set(ScnIssue *issue, ScnCodeId code, gsize start, gsize end, const char *message)
{
    scn_issue_clear(issue);
    issue->code = code;
    issue->start = start;
    issue->end = end;
    issue->message = g_strdup(message);
    return FALSE;
}

static gboolean fail(ScnIssue *issue, ScnCodeId code, gsize start, gsize end, const char *format,
                     ...) G_GNUC_PRINTF(5, 6);

static gboolean fail(ScnIssue *issue, ScnCodeId code, gsize start, gsize end, const char *format,
                     ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return scn_issue_set(issue, code, start, end, message);
}

static const char *prefix_of(const ScnIssue *issue)
{
    return issue->prefix ? issue->prefix : "";
}

static gboolean fail_not_a(const Kind *kind, const char *text, ScnIssue *issue)
{
    fail(issue, SCN_NOT_A_QUANTITY, 0, strlen(text), "'%s' is not %s", text, kind->noun);
    issue->label =
        g_strdup_printf("expected %s, such as %s",
                        kind == &count_kind ? "a number" : "a number and a unit", kind->example);
    return FALSE;
}

/* The unit to suggest: that of the caller's example, or else the kind's usual one. */
static const char *proposed_unit(const Kind *kind, const ScnIssue *issue)
{
    ScnDecimal decimal;
    const char *example = issue->example ? issue->example : "";
    const char *unit = example + scn_decimal_read(example, &decimal);
    for (const Unit *known = kind->units; known->name; known++)
        if (!known->meant && strcmp(known->name, unit) == 0)
            return unit;
    return kind->proposal;
}

/* `number` bytes of the text are a number that nothing follows. */
static gboolean fail_no_unit(const Kind *kind, const char *text, gsize number, ScnIssue *issue)
{
    fail(issue, SCN_NEEDS_UNIT, 0, number, "%s needs a unit", kind->noun);
    issue->label = g_strdup_printf("%.*s what?", (int)number, text);
    issue->help = g_strdup_printf("'%s%.*s%s'?   units: %s", prefix_of(issue), (int)number, text,
                                  proposed_unit(kind, issue), kind->shown);
    return FALSE;
}

static gboolean fail_unit(const Kind *kind, const char *text, gsize start, gsize end,
                          ScnIssue *issue)
{
    g_autofree char *word = g_strndup(text + start, end - start);
    const char *names[32];
    gsize n = 0;
    const char *meant = NULL;
    for (const Unit *unit = kind->units; unit->name && n < 31; unit++) {
        if (unit->meant && strcmp(unit->name, word) == 0)
            meant = unit->meant;
        if (!unit->meant)
            names[n++] = unit->name;
    }
    names[n] = NULL;
    if (!meant)
        meant = scn_suggest(word, names);
    fail(issue, SCN_UNKNOWN_UNIT, start, end, "'%s' is not a unit of %s", word, kind->of);
    if (kind == &count_kind)
        scn_issue_set(issue, SCN_UNKNOWN_UNIT, start, end, "a count has no unit");
    issue->label = g_strdup_printf("units: %s", kind->shown);
    if (meant)
        issue->help = g_strdup_printf("did you mean '%.*s%s'?", (int)start, text, meant);
    return FALSE;
}

static gboolean fail_whole(const Kind *kind, const char *text, ScnWhole how, ScnIssue *issue)
{
    gsize length = strlen(text);
    if (how == SCN_WHOLE_OVERFLOW) {
        fail(issue, SCN_OVERFLOW, 0, length, "'%s' is more than fits", text);
        issue->label = g_strdup(kind == &span_kind ? "292 years are the most"
                                                   : "9.2e18 is the most, and 36 digits");
    } else if (kind == &count_kind || kind == &size_kind) {
        fail(issue, SCN_NOT_WHOLE, 0, length, "'%s' is not a whole number%s", text,
             kind == &size_kind ? " of bytes" : "");
    } else {
        fail(issue, SCN_TOO_FINE, 0, length, "'%s' is finer than %s", text, kind->finest);
        issue->label = g_strdup_printf("%s cannot be divided", kind->finest);
    }
    return FALSE;
}

/* ---- pieces ------------------------------------------------------------------------------- */

static gsize skip_space(const char *text, gsize at)
{
    while (text[at] == ' ' || text[at] == '\n')
        at++;
    return at;
}

/* A unit ends where a digit, a sign or space begins. */
static gsize unit_end(const char *text, gsize at)
{
    while (text[at] && text[at] != ' ' && text[at] != '\n' && text[at] != '-' &&
           !g_ascii_isdigit(text[at]))
        at++;
    return at;
}

static const Unit *find_unit(const Unit *units, const char *text, gsize start, gsize end)
{
    for (; units->name; units++)
        if (!units->meant && strlen(units->name) == end - start &&
            strncmp(units->name, text + start, end - start) == 0)
            return units;
    return NULL;
}

/* One number and one unit, and nothing else. Without `needs_unit` a bare number counts ones. */
static gboolean parse_simple(const Kind *kind, const char *text, gboolean needs_unit,
                             gint64 *result, ScnIssue *issue)
{
    ScnDecimal decimal;
    gsize number = scn_decimal_read(text, &decimal);
    if (number == 0)
        return fail_not_a(kind, text, issue);
    gsize start = skip_space(text, number), end = unit_end(text, start);
    gint64 factor = 1;
    if (start != end) {
        const Unit *unit = find_unit(kind->units, text, start, end);
        if (text[start] == '.' || text[start] == ',' || text[start] == ':')
            return fail_not_a(kind, text, issue);
        if (!unit)
            return fail_unit(kind, text, start, strlen(text), issue);
        factor = unit->factor;
    } else if (needs_unit && text[start] == '\0') {
        return fail_no_unit(kind, text, number, issue);
    }
    if (text[skip_space(text, end)] != '\0')
        return fail_not_a(kind, text, issue);
    gint64 value;
    ScnWhole how = scn_decimal_times(decimal, factor, &value);
    if (how != SCN_WHOLE)
        return fail_whole(kind, text, how, issue);
    *result = value;
    return TRUE;
}

/* ---- the kinds ---------------------------------------------------------------------------- */

/* Durations from here on are rounded to whole nanoseconds: what a program writes as 1/1660 s has
 * digits that mean nothing. Below, rounding would change a value by more than a thousandth. */
#define ROUNDED_FROM 1000

gboolean scn_parse_span(const char *text, SimSpan *result, ScnIssue *issue)
{
    gint64 sum = 0, previous = G_MAXINT64;
    gsize at = 0;
    gboolean is_negative = text[0] == '-';
    do {
        ScnDecimal decimal;
        gsize number = scn_decimal_read(text + at, &decimal);
        if (number == 0 || (at > 0 && decimal.is_negative))
            return fail_not_a(&span_kind, text, issue);
        gsize start = skip_space(text, at + number), end = unit_end(text, start);
        if (start == end)
            return text[start] == '\0' ? fail_no_unit(&span_kind, text, start, issue)
                                       : fail_not_a(&span_kind, text, issue);
        if (text[start] == '.' || text[start] == ',' || text[start] == ':')
            return fail_not_a(&span_kind, text, issue);
        const Unit *unit = find_unit(time_units, text, start, end);
        if (!unit)
            return fail_unit(&span_kind, text, start, end, issue);
        if (unit->factor >= previous) {
            fail_not_a(&span_kind, text, issue);
            g_free(issue->label);
            issue->label = g_strdup("units go from large to small, each once");
            return FALSE;
        }
        gint64 part;
        decimal.is_negative = FALSE;
        ScnWhole how = scn_decimal_times(decimal, unit->factor, &part);
        if (how == SCN_WHOLE_INEXACT && part >= ROUNDED_FROM)
            how = SCN_WHOLE;
        if (how == SCN_WHOLE && __builtin_add_overflow(sum, part, &sum))
            how = SCN_WHOLE_OVERFLOW;
        if (how != SCN_WHOLE)
            return fail_whole(&span_kind, text, how, issue);
        previous = unit->factor;
        at = skip_space(text, end);
    } while (text[at]);
    *result = is_negative ? -sum : sum;
    return TRUE;
}

typedef unsigned __int128 U128;

static U128 common_divisor(U128 a, U128 b)
{
    while (b != 0) {
        U128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The decimal times `factor` per `unit` as a fraction in lowest terms; FALSE where it does not
 * fit. The decimal is more than 0. */
static gboolean make_rate(ScnDecimal decimal, gint64 factor, gint64 unit, RepRate *result)
{
    U128 events, per = (U128)unit;
    if (__builtin_mul_overflow(decimal.digits, (U128)factor, &events))
        return FALSE;
    for (int i = 0; i < ABS(decimal.exponent); i++)
        if (__builtin_mul_overflow(decimal.exponent < 0 ? per : events, (U128)10,
                                   decimal.exponent < 0 ? &per : &events))
            return FALSE;
    U128 divisor = common_divisor(events, per);
    if (events / divisor > G_MAXINT64 || per / divisor > G_MAXINT64)
        return FALSE;
    *result = (RepRate){(guint64)(events / divisor), (guint64)(per / divisor)};
    return TRUE;
}

/* Behind the slash: a unit, or a duration such as 10min. */
static gboolean parse_per(const char *text, gsize start, gint64 *per, ScnIssue *issue)
{
    gsize length = strlen(text);
    if (g_ascii_isdigit(text[start])) {
        if (scn_parse_span(text + start, per, issue) && *per > 0)
            return TRUE;
        return fail_not_a(&rate_kind, text, issue);
    }
    const Unit *unit = find_unit(time_units, text, start, length);
    if (!unit)
        return fail_unit(&rate_kind, text, start, length, issue);
    *per = unit->factor;
    return TRUE;
}

gboolean scn_parse_rate(const char *text, RepRate *result, ScnIssue *issue)
{
    ScnDecimal decimal;
    gsize number = scn_decimal_read(text, &decimal), length = strlen(text);
    if (number == 0)
        return fail_not_a(&rate_kind, text, issue);
    const char *slash = strchr(text, '/');
    gsize start = skip_space(text, number);
    gsize end = slash ? (gsize)(slash - text) : length;
    while (end > start && text[end - 1] == ' ')
        end--;
    gint64 factor = 1;
    if (end > start) {
        const Unit *suffix = find_unit(count_units, text, start, end);
        if (!suffix)
            return slash ? fail_unit(&count_kind, text, start, end, issue)
                         : fail_not_a(&rate_kind, text, issue);
        factor = suffix->factor;
    }
    if (!slash)
        return fail_no_unit(&rate_kind, text, end, issue);
    gsize unit_start = skip_space(text, (gsize)(slash - text) + 1);
    gint64 per;
    if (!parse_per(text, unit_start, &per, issue))
        return FALSE;
    if (decimal.is_negative || decimal.digits == 0) {
        fail(issue, SCN_OUT_OF_RANGE, 0, length, "a rate must be more than 0");
        return FALSE;
    }
    if (decimal.is_too_long || !make_rate(decimal, factor, per, result))
        return fail_whole(&rate_kind, text, SCN_WHOLE_OVERFLOW, issue);
    return TRUE;
}

gboolean scn_parse_count(const char *text, gint64 *result, ScnIssue *issue)
{
    return parse_simple(&count_kind, text, FALSE, result, issue);
}

gboolean scn_parse_size(const char *text, gint64 *bytes, ScnIssue *issue)
{
    return parse_simple(&size_kind, text, TRUE, bytes, issue);
}

gboolean scn_parse_bandwidth(const char *text, gint64 *bits_per_s, ScnIssue *issue)
{
    return parse_simple(&bandwidth_kind, text, TRUE, bits_per_s, issue);
}

/* ---- doubles ------------------------------------------------------------------------------ */

static gboolean fail_plain(const char *text, const char *noun, const char *example, ScnIssue *issue)
{
    fail(issue, SCN_NOT_A_QUANTITY, 0, strlen(text), "'%s' is not %s", text, noun);
    issue->label = g_strdup_printf("expected a number, such as %s", example);
    return FALSE;
}

static gboolean fail_digits(const char *text, ScnIssue *issue)
{
    fail(issue, SCN_OVERFLOW, 0, strlen(text), "'%s' has more digits than are read", text);
    issue->label = g_strdup("36 digits are the most");
    return FALSE;
}

/* The double is the result, unless it is beyond all doubles. */
static gboolean finish_real(const char *text, double value, double *result, ScnIssue *issue)
{
    if (value - value != 0) /* infinite */
        return fail_whole(&count_kind, text, SCN_WHOLE_OVERFLOW, issue);
    *result = value;
    return TRUE;
}

gboolean scn_parse_ratio(const char *text, double *result, ScnIssue *issue)
{
    ScnDecimal decimal;
    gsize number = scn_decimal_read(text, &decimal);
    gsize start = skip_space(text, number);
    const char *unit = text + start;
    int shift = strcmp(unit, "%") == 0 ? -2 : strcmp(unit, "ppm") == 0 ? -6 : 0;
    if (number == 0 || (*unit && shift == 0))
        return fail_plain(text, "a share", "95% or 0.01", issue);
    if (decimal.is_too_long)
        return fail_digits(text, issue);
    double value = scn_decimal_double(decimal, shift);
    if (shift == 0 && value > 1) {
        fail(issue, SCN_NEEDS_UNIT, 0, number, "a share above 1 needs a '%%'");
        issue->label = g_strdup_printf("%.*s what?", (int)number, text);
        issue->help = g_strdup_printf("'%s%.*s%%'?", prefix_of(issue), (int)number, text);
        return FALSE;
    }
    return finish_real(text, value, result, issue);
}

gboolean scn_parse_factor(const char *text, double *result, ScnIssue *issue)
{
    ScnDecimal decimal;
    gsize sign = text[0] == 'x' ? 1 : 0;
    gsize start = skip_space(text, sign);
    gsize number = scn_decimal_read(text + start, &decimal);
    const char *rest = text + start + number;
    if (number && sign == 0 && (*rest == '\0' || strcmp(rest, "x") == 0)) {
        fail(issue, SCN_NEEDS_UNIT, 0, number, "a factor is written with an 'x' in front");
        issue->label = g_strdup_printf("%.*s what?", (int)number, text);
        issue->help = g_strdup_printf("'%sx%.*s'?", prefix_of(issue), (int)number, text);
        return FALSE;
    }
    if (number == 0 || sign == 0 || *rest)
        return fail_plain(text, "a factor", "x5 or x0.5", issue);
    if (decimal.is_too_long)
        return fail_digits(text, issue);
    return finish_real(text, scn_decimal_double(decimal, 0), result, issue);
}

gboolean scn_parse_number(const char *text, double *result, ScnIssue *issue)
{
    ScnDecimal decimal;
    gsize number = scn_decimal_read(text, &decimal);
    if (number == 0 || text[number])
        return fail_plain(text, "a number", "1.5", issue);
    if (decimal.is_too_long)
        return fail_digits(text, issue);
    return finish_real(text, scn_decimal_double(decimal, 0), result, issue);
}

gboolean scn_parse_measured(const char *text, SimSpan unit, SimSpan *result)
{
    ScnDecimal decimal;
    gsize number = scn_decimal_read(text, &decimal);
    if (number == 0 || text[number])
        return FALSE;
    return scn_decimal_times(decimal, unit, result) != SCN_WHOLE_OVERFLOW;
}

SimSpan scn_time_unit(const char *name)
{
    const Unit *unit = find_unit(time_units, name, 0, strlen(name));
    return unit ? unit->factor : 0;
}
