/* load.c — see load.h. */
#include "tests/support/load.h"

#include "tests/support/check.h"

#include <stdlib.h>
#include <string.h>

#define SETTINGS_MAX 16

ScnScenario *test_load(const char *text, const char *const *settings, char **messages)
{
    ScnSetting all[SETTINGS_MAX];
    ScnOptions options = {.settings = all};
    ScnInput input = {.bytes = text,
                      .length = strlen(text),
                      .display = "test.yaml",
                      .folder = REPLSIM_SOURCE_DIR "/tests/errors"};
    ScnDiagStyle style = {0};
    g_autoptr(ScnDiags) diags = scn_diags_new();
    for (; settings && *settings && options.n_settings < SETTINGS_MAX; settings++)
        all[options.n_settings++] = (ScnSetting){"--set", *settings};
    ScnScenario *scenario = scn_load_bytes(&input, &options, diags);
    if (messages) {
        GString *out = g_string_new(NULL);
        scn_diags_print(diags, &style, out);
        *messages = g_string_free(out, FALSE);
    }
    return scenario;
}

ScnScenario *test_load_good(const char *text, const char *const *settings)
{
    g_autofree char *messages = NULL;
    ScnScenario *scenario = test_load(text, settings, &messages);
    if (!scenario) {
        CHECK_STR(messages, "");
        exit(1); /* nothing that follows would mean anything */
    }
    return scenario;
}
