/*
 * value.h — values of scripted writes as texts: `milk`, `[milk, flour]`, `[[a, b], c]`.
 *
 * A value is a short text or a list of values. Its canonical spelling separates items by ", " and
 * puts what is not plain (letters, digits, space, _ - .) in double quotes inside a list, with \"
 * and
 * \\; two texts mean the same value exactly where their canonical spellings are equal.
 */
#ifndef SIM_VALUE_H
#define SIM_VALUE_H

#include <glib.h>

/* The canonical spelling of what stands in `text`, or NULL where it begins a list or a quotation
 * and does not end it, or where lists are nested more than 8 deep: *problem_at is where. Free with
 * g_free(). */
char *sim_value_canonical(const char *text, gsize *problem_at);
gboolean sim_value_is_list(const char *canonical);
/* The items of a canonical list, each canonical by itself; of a text, the text alone. The array
 * owns them. */
GPtrArray *sim_value_items(const char *canonical);
/* The opposite: the canonical list of these values. Free with g_free(). */
char *sim_value_list(const GPtrArray *items);

#endif
