/*
 * plugin.h — policies from outside the tree: shared objects named by --plugin.
 *
 * Each brings one policy (models/policies/policy.h), which is then like those compiled in. It is
 * code of the user's, and does what it likes; checked is only that it is meant for this program. It
 * stays loaded to the end.
 */
#ifndef CLI_PLUGIN_H
#define CLI_PLUGIN_H

#include "cli/status.h"

/* Loads them, in this order; NULL: none. CLI_OK, or the status of what was said to be wrong. */
CliStatus cli_plugins_load(const char *const *files);

#endif
