/*
 * json.h — writes JSON (RFC 8259) as it is told to, piece by piece, into a GString.
 *
 * Keys come in the order in which they are written. Integers are exact; doubles take the shortest
 * of %.15g, %.16g, %.17g that reads back equal; nothing depends on the locale. There is no NaN and
 * no infinity in JSON: writing one is a bug of the caller. Text is UTF-8; invalid bytes become
 * U+FFFD.
 *
 * Containers are written over several lines, one member a line, or INLINE on one line, with all
 * that is in them.
 */
#ifndef ANA_JSON_H
#define ANA_JSON_H

#include <glib.h>

typedef enum AnaJsonForm { ANA_JSON_LINES, ANA_JSON_INLINE } AnaJsonForm;

typedef struct AnaJson AnaJson;

/* `out` is borrowed; text is appended. */
AnaJson *ana_json_new(GString *out);
/* Everything opened must have been closed. */
void ana_json_free(AnaJson *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaJson, ana_json_free)

/* Within an object each value, container or not, follows its key. */
void ana_json_key(AnaJson *json, const char *key);
void ana_json_object(AnaJson *json, AnaJsonForm form);
void ana_json_array(AnaJson *json, AnaJsonForm form);
void ana_json_end(AnaJson *json); /* of the innermost object or array */

void ana_json_text(AnaJson *json, const char *text); /* NULL writes null */
void ana_json_int(AnaJson *json, gint64 value);
void ana_json_uint(AnaJson *json, guint64 value);
void ana_json_double(AnaJson *json, double value);
void ana_json_bool(AnaJson *json, gboolean value);
void ana_json_null(AnaJson *json);

#define ANA_DOUBLE_TEXT 32
/* The shortest text that reads back equal; of a whole number below 2^53, without exponent. */
const char *ana_double_text(double value, char out[ANA_DOUBLE_TEXT]);

#endif
