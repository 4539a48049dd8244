/*
 * keys.h — which key an operation touches: zipf, uniform, hot set, a file of weights, or a new one.
 *
 * Keys are numbered from 0; under zipf and hotset, 0 is the hottest. The law is exact in every
 * case: an alias table (Walker 1977, integer thresholds by Vose 1991) where the table fits, and
 * rejection-inversion (Hörmann, Derflinger 1996) for a large zipf; which of the two is chosen
 * depends only on the parameters. A SimKeys never changes what it draws and may be shared by
 * threads; tables are made when they are first needed, so that a law nobody draws from costs
 * little.
 */
#ifndef SIM_KEYS_H
#define SIM_KEYS_H

#include "sim/random.h"

#include <glib.h>
#include <stdbool.h>

typedef struct SimKeys SimKeys;

typedef enum SimKeysKind {
    SIM_KEYS_ZIPF,
    SIM_KEYS_UNIFORM,
    SIM_KEYS_HOTSET,
    SIM_KEYS_WEIGHTS,
    SIM_KEYS_UNIQUE
} SimKeysKind;

#define SIM_KEYS_MAX 100000000u /* semantics §11 */

SimKeys *sim_keys_zipf(guint64 n, double s); /* P(k) ~ 1/(k+1)^s; s >= 0 */
SimKeys *sim_keys_uniform(guint64 n);
/* A share `share` of the traffic goes to the first `hot` * n keys (rounded to at least one key,
 * at most n - 1), uniformly; the rest to the others, uniformly. */
SimKeys *sim_keys_hotset(guint64 n, double hot, double share);
SimKeys *sim_keys_weights(const double *weights, gsize n); /* >= 0, not all 0 */
SimKeys *sim_keys_unique(void); /* a write creates a new key; the model numbers them */
void sim_keys_free(SimKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimKeys, sim_keys_free)

SimKeysKind sim_keys_kind(const SimKeys *keys);
guint64 sim_keys_count(const SimKeys *keys); /* 0 for unique */
guint64 sim_keys_draw(const SimKeys *keys, SimDraw *draw);
/* Does now what the first draw would do once, for whoever takes the time of what follows. */
void sim_keys_prepare(const SimKeys *keys);
/* Says that sim_keys_draw() with this draw will come soon, where waiting for memory is its price.
 */
void sim_keys_prefetch(const SimKeys *keys, SimDraw draw);
/* Probability of key k, e.g. the traffic share of the hottest. */
double sim_keys_share(const SimKeys *keys, guint64 k);

#endif
