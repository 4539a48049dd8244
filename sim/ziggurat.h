/*
 * ziggurat.h — exponential and normal draws, hot path inline.
 *
 * A ziggurat (Marsaglia, Tsang 2000) covers the density by 256 layers of equal area. One 64-bit
 * draw gives the layer (8 bits), the sign (1 bit) and a place in the layer (53 bits, disjoint from
 * the others: Doornik 2005). In 97.8 % (exponential) and 98.5 % (normal) of the draws the place
 * lies inside the layer's core and one multiplication finishes; the rest goes to ziggurat.c. Tables
 * come from MPFR (ziggurat_tables.c), and the rest path uses detmath, so a draw has the same bits
 * on every machine.
 */
#ifndef SIM_ZIGGURAT_H
#define SIM_ZIGGURAT_H

#include "sim/random.h"

#define SIM_ZIGGURAT_LAYERS 256

typedef struct SimZigguratLayer {
    uint64_t core; /* places below it are under the density in the whole layer */
    double width;  /* of the layer, times 2^-53 */
} SimZigguratLayer;

extern const SimZigguratLayer sim_ziggurat_exponential[SIM_ZIGGURAT_LAYERS];
extern const SimZigguratLayer sim_ziggurat_normal[SIM_ZIGGURAT_LAYERS];
/* Density at the lower edge of each layer; [0] is 0 and the last is 1. */
extern const double sim_ziggurat_exponential_heights[SIM_ZIGGURAT_LAYERS + 1];
extern const double sim_ziggurat_normal_heights[SIM_ZIGGURAT_LAYERS + 1];
/* Where the tail begins. */
extern const double sim_ziggurat_exponential_r;
extern const double sim_ziggurat_normal_r;

/* Private: the rest path, given the draw that missed the core. */
double sim_ziggurat_exponential_rest(SimDraw *draw, uint64_t bits);
double sim_ziggurat_normal_rest(SimDraw *draw, uint64_t bits);

/* Exponential of mean 1. */
static inline double sim_draw_exponential(SimDraw *draw)
{
    uint64_t bits = sim_draw_bits(draw), place = bits >> 11;
    const SimZigguratLayer *layer = &sim_ziggurat_exponential[bits & 0xff];
    if (__builtin_expect(place < layer->core, 1))
        return (double)place * layer->width;
    return sim_ziggurat_exponential_rest(draw, bits);
}

/* Standard normal. */
static inline double sim_draw_normal(SimDraw *draw)
{
    uint64_t bits = sim_draw_bits(draw), place = bits >> 11;
    const SimZigguratLayer *layer = &sim_ziggurat_normal[bits & 0xff];
    double sign = 1.0 - (double)((bits >> 7) & 2); /* bit 8 */
    if (__builtin_expect(place < layer->core, 1))
        return sign * (double)place * layer->width;
    return sim_ziggurat_normal_rest(draw, bits);
}

#endif
