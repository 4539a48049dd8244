/* compare.c — pairs of variants, their differences, and the tables of them; see compare.h. */
#include "cli/compare.h"

#include "cli/compare_pairs.h"
#include "cli/report_page.h"
#include "cli/tables.h"

#include <string.h>

#define DIFFERENCES_SHOWN 12u

/* ---- what cannot be compared -------------------------------------------------------------- */

static char *names_of(const CliStoredRun *run)
{
    GString *out = g_string_new(NULL);
    for (guint v = 0; v < run->n_variants; v++)
        g_string_append_printf(out, "%s%s", v ? ", " : "", run->variants[v].name);
    return g_string_free(out, FALSE);
}

static gboolean check_lengths(const CliCompare *compare, const GArray *pairs)
{
    static const char *const paths[] = {"duration", "warmup"};
    gboolean good = TRUE;
    for (guint i = 0; i < pairs->len; i++)
        for (gsize p = 0; p < G_N_ELEMENTS(paths); p++) {
            const CliPair *pair = &g_array_index(pairs, CliPair, i);
            const char *a = cli_stored_run_setting(cli_pair_variant(compare, pair, 0), paths[p]);
            const char *b = cli_stored_run_setting(cli_pair_variant(compare, pair, 1), paths[p]);
            if (!a || !b || strcmp(a, b) == 0)
                continue;
            g_autofree char *name = cli_pair_name(compare, pair);
            cli_error("runs of different length cannot be compared: %s of %s is %s in one, %s in "
                      "the other",
                      paths[p], name, a, b);
            good = FALSE;
        }
    return good;
}

static gboolean check_units(const CliCompare *compare)
{
    gboolean good = TRUE;
    for (guint i = 0; i < compare->runs[0]->measures->len; i++) {
        const CliStoredMeasure *a = compare->runs[0]->measures->pdata[i];
        const CliStoredMeasure *b = cli_stored_run_measure(compare->runs[1], a);
        if (!b || strcmp(a->unit, b->unit) == 0)
            continue;
        cli_error("'%s%s%s' is in %s in one run, in %s in the other", a->metric,
                  *a->stat ? "." : "", a->stat, a->unit, b->unit);
        good = FALSE;
    }
    return good;
}

gboolean cli_compare_check(const CliCompare *compare)
{
    g_autoptr(GArray) pairs = cli_pairs_of(compare);
    if (pairs->len == 0) {
        g_autofree char *a = names_of(compare->runs[0]), *b = names_of(compare->runs[1]);
        cli_error("the runs have no variant of the same name: %s; %s", a, b);
        return FALSE;
    }
    gboolean lengths = check_lengths(compare, pairs), units = check_units(compare);
    return lengths && units;
}

/* ---- what differs ------------------------------------------------------------------------- */

/* "policy.failover.detect: 5s → 2s" */
static void append_difference(GString *out, guint number, const CliDifferentSetting *setting)
{
    g_string_append_printf(out, "%s%s: %s → %s", number ? "; " : "", setting->path,
                           setting->before ? setting->before : "(not there)",
                           setting->after ? setting->after : "(not there)");
}

/* "inputs differ: …", "inputs: the same", or that nobody knows. */
static char *inputs_text(const CliCompare *compare, const GArray *pairs)
{
    if (compare->runs[0]->variants[0].settings->len == 0 ||
        compare->runs[1]->variants[0].settings->len == 0)
        return g_strdup("inputs: of several files, not compared");
    g_autoptr(GArray) lines = cli_pairs_differences(compare, pairs);
    GString *out = g_string_new(lines->len ? "inputs differ: " : "inputs: the same");
    for (guint i = 0; i < MIN(lines->len, DIFFERENCES_SHOWN); i++)
        append_difference(out, i, &g_array_index(lines, CliDifferentSetting, i));
    if (lines->len > DIFFERENCES_SHOWN)
        g_string_append_printf(out, "; %u more", lines->len - DIFFERENCES_SHOWN);
    return g_string_free(out, FALSE);
}

/* Said first where it is so: then a difference may be the program's. NULL: the same. */
static char *binary_text(const CliCompare *compare)
{
    const CliStoredRun *a = compare->runs[0], *b = compare->runs[1];
    if (strcmp(a->binary, b->binary) == 0)
        return NULL;
    return g_strdup_printf("NOT THE SAME PROGRAM: replsim %s (%s) and %s (%s)", a->version,
                           a->build, b->version, b->build);
}

/* Of the pair that is worst: "world: the same", … */
static const char *world_text(const CliCompare *compare, const GArray *pairs)
{
    gboolean paired = TRUE, same = TRUE;
    for (guint i = 0; i < pairs->len; i++) {
        paired &= cli_pair_is_paired(compare, &g_array_index(pairs, CliPair, i));
        same &= cli_pair_is_same_world(compare, &g_array_index(pairs, CliPair, i));
    }
    return same     ? "world: the same"
           : paired ? "world: NOT THE SAME, replications are still compared pair by pair"
                    : "world: not the same; UNPAIRED, because seeds or replications differ, so the "
                      "intervals are wider";
}

/* ---- tables ------------------------------------------------------------------------------- */

static CliGrid grid_of(const CliCompare *compare, const CliPair *pair, const CliPage *page)
{
    CliGrid grid = cli_grid_new(2);
    CliComparison comparison = cli_pair_comparison(compare, pair);
    grid.subtitle = "[95 % interval]";
    for (guint side = 0; side < 2; side++)
        grid.names[side] = g_strdup(compare->runs[side]->where.name);
    grid.subnames[0] = g_strdup("before");
    grid.subnames[1] = g_strdup(comparison.is_paired ? "and change" : "and change, unpaired");
    cli_compare_rows(&comparison, page, &grid);
    return grid;
}

void cli_compare_text(const CliCompare *compare, CliPage *page)
{
    g_autoptr(GArray) pairs = cli_pairs_of(compare);
    g_autofree char *binary = binary_text(compare), *inputs = inputs_text(compare, pairs);
    if (binary)
        cli_page_wrap(page, 2, binary);
    cli_page_printf(page, "comparing %u variant%s of two runs\n", pairs->len,
                    pairs->len == 1 ? "" : "s");
    cli_page_wrap(page, 2, inputs);
    g_autofree char *facts = g_strdup_printf("program: %s · %s", binary ? "another" : "the same",
                                             world_text(compare, pairs));
    cli_page_wrap(page, 2, facts);
    for (guint i = 0; i < pairs->len; i++) {
        const CliPair *pair = &g_array_index(pairs, CliPair, i);
        g_autofree char *name = cli_pair_name(compare, pair);
        CliGrid grid = grid_of(compare, pair, page);
        grid.title = name;
        cli_page_add(page, "\n");
        cli_grid_print(&grid, page);
        cli_grid_clear(&grid);
    }
    cli_page_add(page, "  ~ no difference detected; the interval says how large it may be\n");
}

AnaDocument *cli_compare_document(const CliCompare *compare)
{
    g_autoptr(GArray) pairs = cli_pairs_of(compare);
    g_autofree char *binary = binary_text(compare), *inputs = inputs_text(compare, pairs);
    g_autofree char *title = g_strdup_printf("%s against %s", compare->runs[1]->where.name,
                                             compare->runs[0]->where.name);
    CliPage plain = {.text = g_string_new(NULL), .width = CLI_WIDTH_MAX};
    AnaDocument *document = ana_document_new(title, world_text(compare, pairs), title);
    if (binary)
        ana_document_text(document, ANA_BLOCK_BAND, binary);
    ana_document_section(document, "compared", "What was compared");
    ana_document_text(document, ANA_BLOCK_TEXT, inputs);
    ana_document_section(document, "results", "Results");
    for (guint i = 0; i < pairs->len; i++) {
        const CliPair *pair = &g_array_index(pairs, CliPair, i);
        g_autofree char *name = cli_pair_name(compare, pair);
        CliGrid grid = grid_of(compare, pair, &plain);
        CliNotes notes = cli_notes_new();
        ana_document_table(document, cli_report_table(&grid, &notes, name, "measure"));
        cli_notes_clear(&notes);
        cli_grid_clear(&grid);
    }
    ana_document_text(document, ANA_BLOCK_TEXT,
                      "~ no difference detected: the interval says how large it may be. pp: "
                      "percentage points.");
    cli_page_clear(&plain);
    return document;
}
