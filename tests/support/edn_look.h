/*
 * edn_look.h — reads as much of EDN as a Jepsen history has: maps, vectors, keywords, integers,
 * strings, nil, and comments. Anything else is a mistake.
 */
#ifndef TEST_EDN_LOOK_H
#define TEST_EDN_LOOK_H

#include <glib.h>

typedef enum EdnKind { EDN_NIL, EDN_INT, EDN_TEXT, EDN_KEYWORD, EDN_VECTOR, EDN_MAP } EdnKind;

typedef struct EdnValue {
    EdnKind kind;
    gint64 number;
    char *text;       /* of a string or keyword (without its colon) */
    GPtrArray *items; /* of a vector; of a map key, value, key, value … */
} EdnValue;

/* All values of a text, as EdnValue; NULL and *error (a place) where it is not EDN. */
GPtrArray *edn_read(const char *text, char **error);
void edn_free(gpointer value);
/* Of a map, by the name of a keyword; NULL: it has none. */
const EdnValue *edn_get(const EdnValue *map, const char *key);
/* The name of a keyword, the text of a string; "" of anything else. */
const char *edn_text(const EdnValue *value);

#endif
