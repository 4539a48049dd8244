/* json.h — the one thing needed to write JSON text by hand: strings. */
#ifndef SCN_JSON_H
#define SCN_JSON_H

#include <glib.h>

/* `text` in quotes; control characters escaped, bytes that are not UTF-8 replaced by U+FFFD. */
void scn_json_string(GString *out, const char *text);

#endif
