/* tables_offences.c — operations that no order explains; see tables.h. */
#include "cli/tables.h"

enum { COLUMNS = 5 };

typedef struct Row {
    char *cells[COLUMNS]; /* owned */
} Row;

static const char *const titles[COLUMNS] = {"from", "to", "session", "operation", "node"};

/* In seconds, to the microsecond. */
static char *instant_text(SimTime at)
{
    return g_strdup_printf("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT " s", at / SIM_S,
                           at % SIM_S / SIM_US);
}

/* Versions are places in the log; "write 3/1022" is entry 1022, of term 3. */
static char *operation_text(const AnaOffender *call)
{
    if (call->index == 0)
        return g_strdup(call->is_write ? "nothing written yet" : "read nothing");
    return g_strdup_printf("%s %u/%" G_GUINT64_FORMAT, call->is_write ? "write" : "read",
                           call->term, call->index);
}

static Row row_of(const RepSetup *setup, const AnaOffender *call)
{
    Row row = {.cells[3] = operation_text(call)};
    row.cells[0] = call->is_earlier ? g_strdup("before") : instant_text(call->began);
    row.cells[1] = call->is_earlier           ? g_strdup("the window")
                   : call->ended == SIM_NEVER ? g_strdup("never answered")
                                              : instant_text(call->ended);
    row.cells[2] = call->is_earlier
                       ? g_strdup("")
                       : g_strdup_printf("%s/%u", setup->clients[call->client].name, call->session);
    row.cells[4] = g_strdup(call->node >= 0 ? setup->nodes[call->node].name : "");
    return row;
}

static void print_cells(CliPage *page, const char *const *cells, const int *widths)
{
    GString *line = g_string_new(" ");
    for (int c = 0; c < COLUMNS; c++)
        g_string_append_printf(line, " %s%*s", cells[c],
                               c + 1 < COLUMNS ? widths[c] - cli_columns(cells[c]) + 1 : 0, "");
    g_strchomp(line->str); /* an empty last cell */
    cli_page_printf(page, "%s\n", line->str);
    g_string_free(line, TRUE);
}

static void print_offence(CliPage *page, const CliRunVariant *run, const AnaOffence *offence)
{
    const RepSetup *setup = run->variant->setup;
    int widths[COLUMNS];
    Row *rows = g_new0(Row, offence->n + 1);
    for (int c = 0; c < COLUMNS; c++)
        widths[c] = cli_columns(titles[c]);
    for (gsize i = 0; i < offence->n; i++) {
        rows[i] = row_of(setup, &offence->calls[i]);
        for (int c = 0; c < COLUMNS; c++)
            widths[c] = MAX(widths[c], cli_columns(rows[i].cells[c]));
    }
    print_cells(page, titles, widths);
    for (gsize i = 0; i < offence->n; i++) {
        print_cells(page, (const char *const *)rows[i].cells, widths);
        for (int c = 0; c < COLUMNS; c++)
            g_free(rows[i].cells[c]);
    }
    g_free(rows);
}

static void print_check(CliPage *page, const CliRunVariant *run, const AnaCheck *check,
                        const char *heading)
{
    const AnaOffence *offence = check->offence;
    cli_page_add(page, "\n");
    g_autofree char *title = g_strconcat(heading, "NOT LINEARIZABLE", NULL);
    cli_page_coloured(page, CLI_BOLD, title);
    cli_page_add(page, "\n  ");
    g_autofree char *text =
        g_strdup_printf("%s, replication %u (--replication %u), key %" G_GUINT64_FORMAT
                        ": no order of these operations lets every read return the write before it",
                        run->name, offence->replication, offence->replication, offence->key);
    cli_page_wrap(page, 2, text);
    print_offence(page, run, offence);
}

void cli_offences_table(CliPage *page, const CliRuns *runs, const char *heading)
{
    for (guint v = 0; v < runs->n_variants; v++)
        for (gsize e = 0; e < runs->variants[v].variant->n_expectations; e++) {
            const AnaCheck *check = ana_result_check(runs->result, v, e);
            if (check->offence)
                print_check(page, &runs->variants[v], check, heading);
        }
}
