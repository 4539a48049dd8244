/* report_inputs.c — what was compared: places and links, settings that differ, faults; see
 * report_page.h. */
#include "cli/report_page.h"

#include "analysis/format.h"
#include "analysis/report/labels.h"
#include "analysis/report/svg.h"
#include "cli/resolve.h"
#include "cli/words.h"

#include <math.h>
#include <string.h>

#define REGIONS_DRAWN 6u
#define FILES_SHOWN 4u
#define FAULTS_DRAWN 20u
#define NODES_DRAWN 24u
#define BOX_WIDTH 190.0
#define ROW 18.0
#define LABEL_OFF 9.0

/* ---- places ------------------------------------------------------------------------------- */

static guint nodes_in(const RepSetup *setup, gsize region)
{
    guint n = 0;
    for (gsize i = 0; i < setup->n_nodes; i++)
        n += setup->nodes[i].region == (int)region ? 1 : 0;
    return n;
}

/* Centres of boxes by how many there are, as shares of the picture, so that no line between two
 * passes behind a third. */
static const struct {
    double x, y;
} centres[REGIONS_DRAWN][REGIONS_DRAWN] = {
    {{0.5, 0.5}},
    {{0.2, 0.5}, {0.8, 0.5}},
    {{0.2, 0}, {0.8, 0}, {0.5, 1}},
    {{0.2, 0}, {0.8, 0}, {0.2, 1}, {0.8, 1}},
    {{0.5, 0}, {0.12, 0.45}, {0.88, 0.45}, {0.27, 1}, {0.73, 1}},
    {{0.27, 0}, {0.73, 0}, {0.12, 0.5}, {0.88, 0.5}, {0.27, 1}, {0.73, 1}}};

static void place_regions(const RepSetup *setup, AnaBox *boxes, AnaPicture *picture)
{
    guint n = (guint)setup->n_regions, tallest = 0;
    for (gsize r = 0; r < n; r++)
        tallest = MAX(tallest, nodes_in(setup, r));
    double height = 34 + ROW * tallest, spread = n <= 2   ? 0
                                                 : n <= 4 ? height + 110
                                                          : 2 * height + 130;
    picture->height = height + spread + 16;
    for (guint r = 0; r < n; r++)
        boxes[r] = (AnaBox){centres[n - 1][r].x * picture->width - BOX_WIDTH / 2,
                            8 + (n <= 2 ? 0 : centres[n - 1][r].y * spread), BOX_WIDTH, height};
}

static const SimDist *between(const RepSetup *setup, gsize from, gsize to)
{
    return rep_setup_delay(setup, (RepPlace){REP_PLACE_REGION, (int)from},
                           (RepPlace){REP_PLACE_REGION, (int)to});
}

/* "33 / 45 ms", or both ways where they differ. */
static char *link_words(const RepSetup *setup, gsize a, gsize b)
{
    const SimDist *there = between(setup, a, b), *back = between(setup, b, a);
    if (!there && !back)
        return NULL;
    g_autofree char *forth = cli_report_plain(cli_words_delay(there ? there : back));
    g_autofree char *reverse = cli_report_plain(cli_words_delay(back ? back : there));
    if (strcmp(forth, reverse) == 0)
        return g_steal_pointer(&forth);
    return g_strdup_printf("%s →, ← %s", forth, reverse);
}

static void draw_link(AnaPicture *picture, GArray *taken, const AnaBox *a, const AnaBox *b,
                      const char *words)
{
    double ax = a->x + a->width / 2, ay = a->y + a->height / 2;
    double bx = b->x + b->width / 2, by = b->y + b->height / 2;
    AnaBox frame = {0, 0, picture->width, picture->height};
    AnaBox size = {.width = ana_text_width(words, ANA_PICTURE_TEXT) + 4, .height = 18};
    ana_svg_printf(picture->body,
                   "<path d=\"M%@ %@L%@ %@\" class=\"axis\" stroke=\"#57606A\" "
                   "stroke-width=\"1.5\"/>",
                   ax, ay, bx, by);
    /* A third of the way, so that labels of lines that cross do not meet. */
    double share = ay == by ? 0.5 : 0.36;
    double x = ax + (bx - ax) * share, y = ay + (by - ay) * share;
    if (ay == by) { /* above the line, in the middle */
        x -= size.width / 2 + LABEL_OFF;
        y -= LABEL_OFF + 3;
    }
    AnaBox box = ana_label_place(taken, &frame, x, y, &size);
    ana_svg_printf(picture->body,
                   "<text x=\"%@\" y=\"%@\" class=\"ink halo\" fill=\"#1B1F24\" "
                   "stroke=\"#FFFFFF\" stroke-width=\"4\" paint-order=\"stroke\">%s</text>",
                   box.x + 2, box.y + 14, words);
}

static void draw_region(AnaPicture *picture, const RepSetup *setup, gsize region, const AnaBox *box)
{
    ana_svg_printf(
        picture->body,
        "<rect x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" rx=\"8\" class=\"tint axis\" "
        "fill=\"#EEF1F4\" stroke=\"#57606A\"/>",
        box->x, box->y, box->width, box->height);
    ana_picture_text(picture, box->x + 10, box->y + 19, "start", "soft", setup->regions[region]);
    double y = box->y + 21;
    for (gsize i = 0; i < setup->n_nodes; i++) {
        if (setup->nodes[i].region != (int)region)
            continue;
        g_autofree char *role = cli_report_plain(cli_words_role(setup, (int)i));
        g_autofree char *text = g_strconcat("● ", setup->nodes[i].name, role, NULL);
        ana_picture_text(picture, box->x + 10, y += ROW, "start", "ink", text);
    }
}

static void add_places(AnaDocument *document, const CliRuns *runs)
{
    const RepSetup *setup = runs->variants[MAX(runs->baseline, 0)].variant->setup;
    const char *const heads[] = {"link", "one-way delay, p50 / p99"};
    AnaTable *table = ana_table_new("Links", 2, heads);
    AnaPicture *picture = ana_picture_new(
        "Nodes and links",
        "boxes are regions; a line is labelled with the one-way delay, p50 / p99.", "");
    gboolean is_drawn = setup->n_regions <= REGIONS_DRAWN && setup->n_nodes <= NODES_DRAWN;
    g_autofree AnaBox *boxes = g_new0(AnaBox, setup->n_regions + 1);
    g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(AnaBox));
    if (is_drawn)
        place_regions(setup, boxes, picture);
    g_array_append_vals(taken, boxes, (guint)setup->n_regions);
    for (gsize a = 0; a < setup->n_regions; a++)
        for (gsize b = a + 1; b < setup->n_regions; b++) {
            g_autofree char *words = link_words(setup, a, b);
            if (!words)
                continue;
            g_autofree char *name =
                g_strdup_printf("%s ↔ %s", setup->regions[a], setup->regions[b]);
            ana_table_add(table, (const char *const[]){name, words});
            if (is_drawn)
                draw_link(picture, taken, &boxes[a], &boxes[b], words);
        }
    g_autofree char *within = cli_report_plain(cli_words_delay(setup->network.within));
    ana_table_add(table, (const char *const[]){"within a region", within});
    for (gsize r = 0; r < setup->n_regions && is_drawn; r++)
        draw_region(picture, setup, r, &boxes[r]);
    if (is_drawn) {
        ana_document_picture(document, "places", picture, table);
    } else {
        ana_picture_free(picture);
        ana_document_table(document, table);
    }
}

/* ---- settings ----------------------------------------------------------------------------- */

/* Only what differs between variants of one file; of several files their names say it. */
static void add_settings(AnaDocument *document, const CliRuns *runs)
{
    const CliInput *input = runs->variants[0].input;
    char **paths = input->scenario->differences;
    if (runs->n_variants < 2 || runs->variants[runs->n_variants - 1].input != input || !paths)
        return;
    g_autofree guint *order = cli_report_order(runs);
    g_autofree const char **heads = g_new0(const char *, runs->n_variants + 2);
    heads[0] = "setting";
    for (guint c = 0; c < runs->n_variants; c++)
        heads[c + 1] = runs->variants[order[c]].name;
    AnaTable *table = ana_table_new("Settings that differ", runs->n_variants + 1, heads);
    for (char **path = paths; *path; path++) {
        if (strcmp(*path, "expect") == 0)
            continue;
        AnaTableCell *cells = ana_table_row(table);
        cells[0].text = g_strdup(*path);
        for (guint c = 0; c < runs->n_variants; c++) {
            const ScnLine *line =
                scn_resolved_find(runs->variants[order[c]].variant->resolved, *path);
            cells[c + 1].text = g_strdup(line ? line->value : "–");
        }
    }
    if (table->n_rows == 0) {
        ana_table_free(table);
        ana_document_text(document, ANA_BLOCK_TEXT, "The variants do not differ in any setting.");
        return;
    }
    ana_document_table(document, cli_report_fit(table, runs));
}

/* ---- faults ------------------------------------------------------------------------------- */

static void add_span(GArray *spans, GPtrArray *owned, double from, double to, char *label)
{
    AnaCellSpan span = {from, to, label};
    g_ptr_array_add(owned, label);
    g_array_append_val(spans, span);
}

/* An instant, and a length that is known; or to the end. */
static gboolean is_fixed(const RepFaultSetup *fault)
{
    return fault->at && sim_dist_is_constant(fault->at) && fault->chance >= 1 &&
           (!fault->duration || sim_dist_is_constant(fault->duration));
}

static gboolean is_over_at_once(const RepFaultSetup *fault)
{
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++)
        if (verb->kind == fault->kind)
            return verb->is_instant;
    return FALSE;
}

GArray *cli_report_spans(const CliRuns *runs, GPtrArray *owned, gboolean with_warmup)
{
    GArray *spans = g_array_new(FALSE, FALSE, sizeof(AnaCellSpan));
    const RepSetup *setup = runs->variants[MAX(runs->baseline, 0)].variant->setup;
    double end = (double)setup->duration;
    if (setup->warmup > 0 && with_warmup)
        add_span(spans, owned, 0, (double)setup->warmup, g_strdup("warm-up"));
    for (gsize i = 0; i < setup->n_faults; i++) {
        const RepFaultSetup *fault = &setup->faults[i];
        if (!is_fixed(fault))
            continue;
        double from = sim_dist_mean(fault->at, 0);
        double to = fault->duration          ? from + sim_dist_mean(fault->duration, 0)
                    : is_over_at_once(fault) ? from
                                             : end;
        add_span(spans, owned, from, MIN(to, end),
                 fault->name ? g_strdup(fault->name) : g_strdup_printf("fault %zu", i + 1));
    }
    return spans;
}

/* Those that every replication has at the same time, along simulated time. */
static void add_ruler(AnaDocument *document, const CliRuns *runs)
{
    const RepSetup *setup = runs->variants[MAX(runs->baseline, 0)].variant->setup;
    GPtrArray *owned = g_ptr_array_new_with_free_func(g_free);
    GArray *spans = cli_report_spans(runs, owned, FALSE);
    if (spans->len > 0 && spans->len <= FAULTS_DRAWN) {
        AnaPicture *picture = ana_picture_new(
            "When faults happen", "a bar spans the simulated time in which the fault holds.", "");
        ana_span_strips(picture, (const AnaCellSpan *)(gpointer)spans->data, spans->len, 0,
                        (double)setup->duration);
        ana_document_picture(document, "faults", picture, NULL);
    }
    g_array_free(spans, TRUE);
    g_ptr_array_free(owned, TRUE);
}

static void add_faults(AnaDocument *document, const CliRuns *runs)
{
    const RepSetup *setup = runs->variants[MAX(runs->baseline, 0)].variant->setup;
    if (setup->n_faults == 0) {
        ana_document_text(document, ANA_BLOCK_TEXT, "No faults are simulated.");
        return;
    }
    ana_document_text(document, ANA_BLOCK_TEXT, "Faults:");
    for (gsize i = 0; i < setup->n_faults; i++) {
        g_autofree char *words = cli_report_plain(cli_words_fault(setup, &setup->faults[i]));
        ana_document_text(document, ANA_BLOCK_ITEM, words);
    }
    add_ruler(document, runs);
}

static void add_resolved(AnaDocument *document, const CliRuns *runs)
{
    const CliInput *last = NULL;
    guint shown = 0;
    for (guint v = 0; v < runs->n_variants; v++) {
        const CliInput *input = runs->variants[v].input;
        if (input == last || (input->point && last))
            continue; /* the points of a sweep differ in what the page is about */
        last = input;
        if (++shown > FILES_SHOWN)
            return;
        g_autofree char *title =
            g_strdup_printf("Everything else: %s with every default", input->shown);
        g_autofree char *file = g_strdup_printf("%s-resolved.yaml", input->scenario->name);
        GString *resolved = g_string_new(NULL);
        cli_resolve_print(input->scenario, resolved);
        ana_document_fold(document, title);
        ana_document_code(document, file, resolved->str);
        ana_document_end_fold(document);
        g_string_free(resolved, TRUE);
    }
}

void cli_report_inputs(AnaDocument *document, const CliRuns *runs)
{
    ana_document_section(document, "compared",
                         runs->n_variants > 1 ? "What was compared" : "What was simulated");
    add_settings(document, runs);
    add_places(document, runs);
    add_faults(document, runs);
    add_resolved(document, runs);
}
