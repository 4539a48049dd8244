/* items_units.c — how quantities are written. Their reader is scenarios/format/quantity.c; the
 * command-line tests hold every example against it. */
#include "cli/items.h"

static const struct {
    const char *name, *units, *examples, *remark;
} units[] = {
    {"duration", "ns us ms s min h d, m for minutes", "5ms 1.5s 2m30s 3h",
     "also an instant: time since the start"},
    {"rate", "per s min h, suffixes k M G", "500/s 2k/s 90/min", NULL},
    {"count", "k M G, powers of 1000", "100k 1M", NULL},
    {"size", "B kB MB GB TB, KiB MiB GiB TiB", "4KiB 1MB", NULL},
    {"bandwidth", "bit/s kbit/s Mbit/s Gbit/s, or a size per s", "1Gbit/s 10MB/s", NULL},
    {"ratio", "%, ppm, or a number from 0 to 1", "95% 0.01% 1e-4", NULL},
    {"factor", "x before the number", "x20 x0.5", "multiplies what is there"},
};

void cli_collect_units(GPtrArray *items)
{
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        CliItem *item = cli_item_new(units[i].name, NULL, units[i].units);
        cli_item_fact(item, "examples", units[i].examples);
        cli_item_fact(item, "remark", units[i].remark);
        cli_item_fact(item, "rule", "a bare number where a unit is needed is an error");
        g_ptr_array_add(items, item);
    }
}
