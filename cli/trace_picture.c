/* trace_picture.c — see trace_picture.h. */
#include "cli/trace_picture.h"

#include "analysis/trace/scene_text.h"
#include "cli/terminal.h"
#include "scenarios/format/quantity.h"

#include <math.h>
#include <string.h>

/* Windows that are suggested have room for what a small change of them brings in. */
#define SUGGESTED_SHARE 3 / 4

static RepPlace place_of(const RepSetup *setup, gint32 place)
{
    gint32 n_nodes = (gint32)setup->n_nodes;
    if (place < 0)
        return (RepPlace){REP_PLACE_REGION, -1 - place};
    return place < n_nodes ? (RepPlace){REP_PLACE_NODE, place}
                           : (RepPlace){REP_PLACE_REGION, place - n_nodes};
}

static double delay_share(void *data, gint32 from, gint32 to, SimSpan delay, SimTime sent)
{
    const RepSetup *setup = data;
    const SimDist *law = rep_setup_delay(setup, place_of(setup, from), place_of(setup, to));
    return law && !sim_dist_is_constant(law) ? sim_dist_cdf(law, (double)delay, sent) : (double)NAN;
}

static void suggest_windows(const AnaSceneAsk *ask, guint most)
{
    AnaSceneWindow windows[3];
    guint n = ana_scene_windows(ask, most * SUGGESTED_SHARE, windows);
    for (guint i = 0; i < n; i++) {
        g_autofree char *from = scn_format_span(windows[i].from);
        g_autofree char *to = scn_format_span(windows[i].to);
        cli_hint("try --window %s..%s   %u messages; %s", from, to, windows[i].messages,
                 windows[i].why);
        g_free(windows[i].why);
    }
    cli_hint("--key, --nodes and --around choose further; files other than diagrams have no limit");
}

CliStatus cli_trace_scene(const AnaSceneAsk *wanted, const RepSetup *setup, guint most,
                          AnaScene **scene)
{
    AnaSceneAsk ask = *wanted;
    ask.law = delay_share;
    ask.law_data = (void *)setup;
    guint messages = ana_scene_messages(&ask);
    if (messages > most) {
        cli_error("%u messages are too many for one diagram: %u are the most", messages, most);
        suggest_windows(&ask, most);
        return CLI_USAGE;
    }
    *scene = ana_scene_new(&ask);
    if ((*scene)->lanes->len > ANA_SCENE_LANES_MAX) {
        cli_error("%u participants are too many for one diagram: %u are the most",
                  (*scene)->lanes->len, ANA_SCENE_LANES_MAX);
        cli_hint("--nodes chooses some of them");
        return CLI_USAGE;
    }
    if ((*scene)->lanes->len == 0) {
        cli_error("there is nothing to draw: no message is sent in that window");
        return CLI_USAGE;
    }
    return CLI_OK;
}

gboolean cli_trace_svg(const AnaScene *scene, AnaTimeRuns runs, FILE *file)
{
    g_autoptr(AnaPicture) picture = ana_scene_picture(scene, runs);
    g_autoptr(GString) out = g_string_new(NULL);
    ana_picture_svg(picture, "trace", TRUE, out);
    return fwrite(out->str, 1, out->len, file) == out->len;
}

char *cli_trace_characters(const AnaScene *scene)
{
    return ana_scene_text(scene, cli_terminal()->width);
}

gboolean cli_trace_text(const AnaScene *scene, FILE *file)
{
    g_autofree char *text = ana_scene_text(scene, cli_terminal()->width);
    return fputs(text, file) >= 0;
}

CliStatus cli_trace_print(const AnaScene *scene)
{
    CliPage page = cli_page_new(cli_terminal());
    g_autofree char *text = ana_scene_text(scene, page.width);
    cli_page_add(&page, text);
    CliStatus status = cli_write_page(&page);
    cli_page_clear(&page);
    return status;
}
