/* json.c — strings by RFC 8259. */
#include "scenarios/format/json.h"

#include <string.h>

void scn_json_string(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_string_append_c(out, '"');
    for (const char *at = valid; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", c);
        else if (c == '\n')
            g_string_append(out, "\\n");
        else if (c < 0x20 || c == 0x7F)
            g_string_append_printf(out, "\\u%04x", c);
        else
            g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}
