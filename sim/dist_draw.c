/* dist_draw.c — drawing from distributions; see dist.h and dist_private.h. */
#include "sim/dist_private.h"

#include "sim/check.h"
#include "sim/detmath.h"
#include "sim/ziggurat.h"

#include <math.h>

#define SPAN_MAX (INT64_C(1) << 62)

/* Where truncation keeps less than about this, the sampler changes: rejection would need too many
 * sub-draws. */
#define LOG_2 0x1.62e42fefa39efp-1
#define NEAR_TAIL 0.5 /* standard deviations; P(Z > 0.5) = 0.31 */

gsize sim_dist_row_at(const SimTime *starts, gsize n, SimTime at)
{
    gsize low = 0, high = n; /* starts[low] <= at < starts[high], as far as there are such */
    while (high - low > 1) {
        gsize middle = low + (high - low) / 2;
        if (starts[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static double draw_pareto(const SimDist *dist, SimDraw *draw)
{
    double limit = dist->of.pareto.limit, e;
    if (limit > LOG_2) {
        do
            e = sim_draw_exponential(draw);
        while (e > limit);
    } else {
        e = -sim_log1p(-sim_draw_unit(draw) * dist->of.pareto.kept);
    }
    return sim_smaller(dist->of.pareto.min * sim_exp_close(e * dist->of.pareto.inverse_alpha),
                       dist->of.pareto.max);
}

static double draw_normal(const SimDist *dist, SimDraw *draw)
{
    double standard = dist->of.normal.standard, sd = dist->of.normal.sd;
    if (standard <= NEAR_TAIL) {
        double z;
        do
            z = sim_draw_normal(draw);
        while (z < standard);
        return sim_larger(dist->of.normal.mean + sd * z, dist->of.normal.min);
    }
    /* Robert 1995, proposition 2.3: a shifted exponential of the best rate, accepted with
     * probability exp(-(z - rate)^2 / 2). */
    double rate = 0.5 * (standard + sqrt(standard * standard + 4.0)), beyond, miss;
    do {
        beyond = sim_draw_exponential(draw) / rate;
        miss = beyond - (rate - standard);
    } while (2.0 * sim_draw_exponential(draw) < miss * miss);
    return dist->of.normal.min + sd * beyond;
}

static double draw_mix(const SimDist *dist, SimDraw *draw, SimTime at)
{
    double u = sim_draw_unit(draw);
    gsize i = 0;
    while (u >= dist->of.mix.cumulative[i])
        i++;
    return sim_dist_value(dist->of.mix.parts[i], draw, at);
}

double sim_dist_value(const SimDist *dist, SimDraw *draw, SimTime at)
{
    gsize row;
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return dist->of.constant;
    case SIM_DIST_UNIFORM:
        return dist->of.uniform.low +
               sim_draw_unit(draw) * (dist->of.uniform.high - dist->of.uniform.low);
    case SIM_DIST_EXPONENTIAL:
        return dist->of.mean * sim_draw_exponential(draw);
    case SIM_DIST_LOGNORMAL:
        return dist->of.lognormal.min +
               sim_exp_close(dist->of.lognormal.mu +
                             dist->of.lognormal.sigma * sim_draw_normal(draw));
    case SIM_DIST_PARETO:
        return draw_pareto(dist, draw);
    case SIM_DIST_NORMAL:
        return draw_normal(dist, draw);
    case SIM_DIST_EMPIRICAL:
        return (double)dist->of.empirical.rows[sim_draw_below(draw, dist->of.empirical.n)];
    case SIM_DIST_MIX:
        return draw_mix(dist, draw, at);
    case SIM_DIST_STEPS:
        row = sim_dist_row_at(dist->of.steps.starts, dist->of.steps.n, at);
        return sim_dist_value(dist->of.steps.parts[row], draw, at);
    case SIM_DIST_REPLAY:
        row = sim_dist_row_at(dist->of.replay.times, dist->of.replay.n, at);
        return (double)dist->of.replay.values[row];
    case SIM_DIST_SCALED:
        return dist->of.scaled.factor * sim_dist_value(dist->of.scaled.part, draw, at);
    }
    SIM_UNREACHABLE();
}

SimSpan sim_dist_span(const SimDist *dist, SimDraw *draw, SimTime at)
{
    double value = sim_dist_value(dist, draw, at);
    if (!(value > 0.0))
        return 0;
    if (value >= (double)SPAN_MAX)
        return SPAN_MAX;
    SimSpan whole = (SimSpan)value;
    return whole + (value - (double)whole >= 0.5); /* exact, where value + 0.5 would round */
}
