/* sweep_points.c — see sweep_points.h. */
#include "cli/sweep_points.h"

static void input_free(gpointer input)
{
    cli_input_free(input);
}

/* The settings of the command line, then the point's own, which win. */
static CliStatus read_point(CliRunOptions *options, const char *file, const GArray *axes,
                            const CliPoint *point, GPtrArray *inputs)
{
    ScnOptions read = cli_scenario_read_options(&options->scenario);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree ScnSetting *settings = g_new0(ScnSetting, read.n_settings + axes->len);
    for (gsize i = 0; i < read.n_settings; i++)
        settings[i] = read.settings[i];
    for (guint a = 0; a < axes->len; a++) {
        const CliAxis *axis = &g_array_index(axes, CliAxis, a);
        char *text = g_strdup_printf("%s=%s", axis->key,
                                     (char *)g_ptr_array_index(axis->values, point->at[a]));
        g_ptr_array_add(texts, text);
        settings[read.n_settings++] = (ScnSetting){.option = "--vary", .text = text};
    }
    read.settings = settings;
    CliInput *input;
    CliStatus status = inputs->len == 0
                           ? cli_input_read(file, &read, &input)
                           : cli_input_again(g_ptr_array_index(inputs, 0), &read, &input);
    input->point = g_strdup(point->name);
    g_ptr_array_add(inputs, input);
    return status;
}

CliStatus cli_points_read(CliRunOptions *options, const char *file, const GArray *axes,
                          const GArray *points, gboolean warns, GPtrArray **result)
{
    GPtrArray *inputs = g_ptr_array_new_with_free_func(input_free);
    CliStatus status = CLI_OK;
    *result = inputs;
    for (guint i = 0; i < points->len && status == CLI_OK; i++)
        status = read_point(options, file, axes, &g_array_index(points, CliPoint, i), inputs);
    const CliInput *last = g_ptr_array_index(inputs, inputs->len - 1);
    if (status == CLI_USAGE || (warns && !options->common.quiet))
        cli_input_print_diags(status == CLI_OK ? g_ptr_array_index(inputs, 0) : last);
    return status;
}

CliRunsRequest cli_points_request(const CliRunOptions *options, const GPtrArray *inputs)
{
    return (CliRunsRequest){.inputs = (CliInput *const *)inputs->pdata,
                            .n_inputs = inputs->len,
                            .metrics = options->metrics,
                            .gate = options->gate,
                            .replication = options->alone,
                            .jobs = (guint)options->threads,
                            .event_budget = options->budget,
                            .reference = options->reference};
}
