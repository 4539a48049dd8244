/*
 * random_weights.h — how often things come up in random scenarios: private to random_scenario.c.
 *
 * Where each of many things were as likely as the others, most scenarios would be about what only
 * changes when something happens. Those that decide what is kept and who leads come up more often.
 */
#ifndef SCN_RANDOM_WEIGHTS_H
#define SCN_RANDOM_WEIGHTS_H

#include <glib.h>

/* That a key is given, in per cent; `otherwise` where it is as good as any. */
guint scn_chance_of_key(const char *key, guint otherwise);
/* Of a fault's verb, one against the other. */
guint scn_weight_of_verb(const char *verb);
/* That it strikes again and again, in per cent. */
guint scn_chance_of_repeats(const char *verb);

#endif
