/*
 * fuzz_quantity.c — the first byte says which kind of quantity the rest is; what is accepted is
 * written so that it reads back to the same value, and mistakes lie inside the text.
 */
#include "scenarios/format/quantity.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct IntegerKind {
    gboolean (*parse)(const char *text, gint64 *result, ScnIssue *issue);
    char *(*format)(gint64 value);
} IntegerKind;

typedef struct RealKind {
    gboolean (*parse)(const char *text, double *result, ScnIssue *issue);
    char *(*format)(double value);
} RealKind;

static const IntegerKind integers[] = {{scn_parse_span, scn_format_span},
                                       {scn_parse_count, scn_format_count},
                                       {scn_parse_size, scn_format_size},
                                       {scn_parse_bandwidth, scn_format_bandwidth}};
static const RealKind reals[] = {{scn_parse_ratio, scn_format_ratio},
                                 {scn_parse_factor, scn_format_factor},
                                 {scn_parse_number, scn_format_number}};

static void check_issue(const ScnIssue *issue, const char *text)
{
    if (!issue->message || issue->start > issue->end || issue->end > strlen(text))
        abort();
}

static void try_integer(const IntegerKind *kind, const char *text)
{
    g_auto(ScnIssue) issue = {0};
    gint64 value, again;
    if (!kind->parse(text, &value, &issue)) {
        check_issue(&issue, text);
        return;
    }
    g_autofree char *written = kind->format(value);
    if (!kind->parse(written, &again, &issue) || again != value)
        abort();
}

static void try_real(const RealKind *kind, const char *text)
{
    g_auto(ScnIssue) issue = {0};
    double value, again;
    if (!kind->parse(text, &value, &issue)) {
        check_issue(&issue, text);
        return;
    }
    if (value < 0 || value > 1e300) /* ranges are the caller's; see there */
        return;
    g_autofree char *written = kind->format(value);
    if (!kind->parse(written, &again, &issue) || memcmp(&again, &value, sizeof value) != 0)
        abort();
}

static void try_rate(const char *text)
{
    g_auto(ScnIssue) issue = {0};
    RepRate rate, again;
    if (!scn_parse_rate(text, &rate, &issue)) {
        check_issue(&issue, text);
        return;
    }
    g_autofree char *written = scn_format_rate(rate);
    if (rate.events == 0 || rate.per == 0 || !scn_parse_rate(written, &again, &issue) ||
        again.events != rate.events || again.per != rate.per)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    guint kind = data[0] % 8;
    g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
    if (kind < G_N_ELEMENTS(integers))
        try_integer(&integers[kind], text);
    else if (kind < G_N_ELEMENTS(integers) + G_N_ELEMENTS(reals))
        try_real(&reals[kind - G_N_ELEMENTS(integers)], text);
    else
        try_rate(text);
    return 0;
}
