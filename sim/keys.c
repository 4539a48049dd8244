/*
 * keys.c — drawing keys; see keys.h.
 *
 * Alias table: n columns of equal chance, each holding a threshold below which the draw stays with
 * the column's own key and above which it goes to its alias. Weights are first made integers that
 * sum to exactly n * 2^COLUMN_BITS, so that Vose's construction is exact: whatever is left over
 * fills the columns to the brim, and no key's chance depends on rounding while building.
 *
 * A large zipf has two tables: one of the hottest keys, small enough to stay in the cache, in which
 * all other keys count as one, and a second one for those. A zipf's tables are made for its first
 * draw, as they take milliseconds and much of what reads a scenario draws nothing. Threads that
 * come at once each make the same tables; the first to be done publishes its own, the others drop
 * theirs.
 *
 * Rejection-inversion: the hat is the integral of x^-s, inverted in closed form and rounded to the
 * nearest key; a draw is rejected where the hat over [k - 1/2, k + 1/2] exceeds k^-s. Acceptance is
 * above 0.7 for all n and s. Both limits at s = 1 go through (e^t - 1)/t and log(1 + t)/t.
 */
#include "sim/keys.h"

#include "sim/check.h"
#include "sim/detmath.h"

#include <math.h>

/* Zipf keys up to this number use an alias table (2 MiB; one draw, no arithmetic). */
#define ALIAS_MAX (1u << 17)
#define COLUMN_BITS 62
/* Columns of the first table (16 KiB); it serves two thirds of the draws of zipf(100k, s=1). */
#define HEAD 2048u

/* The draw's place in the column decides, first by its high half: 8 bytes a column stay in the
 * cache where 16 would not, and the low half is asked for once in 2^32 draws. */
typedef struct Column {
    uint32_t stay_high; /* of 2^64: how much of the column is its own key's */
    uint32_t alias;     /* the other key */
} Column;

typedef struct Table {
    Column *columns;    /* owned; NULL without a table */
    uint32_t *stay_low; /* owned */
    guint64 n;
} Table;

typedef struct Tables {
    Table table;
    Table head; /* the first HEAD - 1 keys, and one column for those of `table` */
} Tables;

struct SimKeys {
    SimKeysKind kind;
    guint64 n;
    Tables *tables; /* atomic, owned; NULL without tables, or before a zipf's first draw */
    double *shares; /* owned; weights only */
    /* zipf */
    double s;
    double total;             /* sum of k^-s, k = 1 … n */
    double hat_low, hat_high; /* integral of the hat at its two ends */
    double squeeze;           /* a key this close above the hat's inverse is accepted at once */
    /* hotset */
    guint64 hot;
    double share;
};

/* ---- Alias table -------------------------------------------------------------------------- */

/* Weights as integers that sum to n * 2^COLUMN_BITS; the rounding goes to the largest. */
static unsigned __int128 *integer_weights(const double *weights, guint64 n)
{
    double total = 0.0;
    guint64 largest = 0;
    for (guint64 i = 0; i < n; i++) {
        total += weights[i];
        if (weights[i] > weights[largest])
            largest = i;
    }
    unsigned __int128 *integers = g_new(unsigned __int128, n), sum = 0;
    for (guint64 i = 0; i < n; i++) {
        /* of n * 2^62: at most 2^89, of which a double holds the first 53 bits */
        integers[i] = (unsigned __int128)(weights[i] / total * (double)n * 0x1p62);
        sum += integers[i];
    }
    integers[largest] += ((unsigned __int128)n << COLUMN_BITS) - sum;
    return integers;
}

/* Vose 1991. Keys with less than a column each get one, topped up by a key with more. */
static void set_column(Table *table, guint64 column, uint64_t stay, guint32 alias)
{
    table->columns[column] = (Column){(uint32_t)(stay >> 32), alias};
    table->stay_low[column] = (uint32_t)stay;
}

static Table alias_table(const double *weights, guint64 n)
{
    const unsigned __int128 full = (unsigned __int128)1 << COLUMN_BITS;
    unsigned __int128 *left = integer_weights(weights, n);
    Table table = {.columns = g_new(Column, n), .stay_low = g_new(uint32_t, n), .n = n};
    guint32 *stack = g_new(guint32, n); /* poor keys from the bottom, rich ones from the top */
    guint64 n_poor = 0, n_rich = 0;
    for (guint64 i = 0; i < n; i++) {
        if (left[i] < full)
            stack[n_poor++] = (guint32)i;
        else
            stack[n - ++n_rich] = (guint32)i;
    }
    while (n_poor > 0) {
        guint32 poor = stack[--n_poor], rich = stack[n - n_rich];
        set_column(&table, poor, (uint64_t)left[poor] << (64 - COLUMN_BITS), rich);
        left[rich] -= full - left[poor];
        if (left[rich] < full) {
            n_rich--;
            stack[n_poor++] = rich;
        }
    }
    for (; n_rich > 0; n_rich--) /* exactly full */
        set_column(&table, stack[n - n_rich], UINT64_MAX, stack[n - n_rich]);
    g_free(stack);
    g_free(left);
    return table;
}

static inline guint64 draw_column(const Table *table, SimDraw *draw)
{
    unsigned __int128 place = (unsigned __int128)sim_draw_bits(draw) * table->n;
    guint64 column = (guint64)(place >> 64);
    uint32_t high = (uint32_t)((uint64_t)place >> 32);
    const Column *at = &table->columns[column];
    guint64 stays = high < at->stay_high;
    if (G_UNLIKELY(high == at->stay_high))
        stays = (uint32_t)(uint64_t)place < table->stay_low[column];
    return at->alias ^ ((at->alias ^ column) & -stays); /* a branch would be missed half the time */
}

static guint64 draw_alias(const Tables *tables, SimDraw *draw)
{
    if (!tables->head.columns)
        return draw_column(&tables->table, draw);
    guint64 key = draw_column(&tables->head, draw);
    return key < HEAD - 1 ? key : key + draw_column(&tables->table, draw);
}

static void free_tables(Tables *tables)
{
    if (!tables)
        return;
    g_free(tables->table.columns);
    g_free(tables->table.stay_low);
    g_free(tables->head.columns);
    g_free(tables->head.stay_low);
    g_free(tables);
}

/* ---- Zipf --------------------------------------------------------------------------------- */

/* (e^t - 1) / t and log(1 + t) / t */
static double expm1_over(double t)
{
    return t == 0.0 ? 1.0 : sim_expm1(t) / t;
}

static double log1p_over(double t)
{
    return t == 0.0 ? 1.0 : sim_log1p(t) / t;
}

/* Integral of x^-s from 1, and its inverse. */
static double hat_integral(double s, double x)
{
    double log = sim_log(x);
    return log * expm1_over((1.0 - s) * log);
}

static double hat_inverse(double s, double area)
{
    double t = sim_larger(area * (1.0 - s), -1.0); /* rounding may have passed the limit of s > 1 */
    return sim_exp(area * log1p_over(t));
}

static double hat(double s, double x)
{
    return sim_exp(-s * sim_log(x));
}

/* Sum of k^-s for k = 1 … n: term by term at first, then by the formula of Euler and Maclaurin
 * with three derivatives, whose error at k = 256 is below 1e-17 of the first term. */
static double harmonic(guint64 n, double s)
{
    const guint64 directly = 256;
    guint64 m = MIN(n, directly);
    double sum = 0.0, tail = 0.0;
    if (n > m) {
        double a = (double)m, b = (double)n, fa = hat(s, a), fb = hat(s, b);
        tail = hat_integral(s, b) - hat_integral(s, a) + 0.5 * (fb - fa);
        tail += s / 12.0 * (fa / a - fb / b);
        tail -= s * (s + 1.0) * (s + 2.0) / 720.0 * (fa / (a * a * a) - fb / (b * b * b));
    }
    for (guint64 k = m; k >= 1; k--)
        sum += hat(s, (double)k);
    return sum + tail;
}

static guint64 draw_inverted(const SimKeys *keys, SimDraw *draw)
{
    for (;;) {
        double area = keys->hat_high + sim_draw_unit(draw) * (keys->hat_low - keys->hat_high);
        double x = hat_inverse(keys->s, area), k = floor(x + 0.5);
        k = sim_smaller(sim_larger(k, 1.0), (double)keys->n);
        if (k - x <= keys->squeeze || area >= hat_integral(keys->s, k + 0.5) - hat(keys->s, k))
            return (guint64)k - 1;
    }
}

/* Tables for weights in falling order. */
static Tables *make_tables(const double *weights, guint64 n)
{
    Tables *tables = g_new0(Tables, 1);
    if (n < 2 * HEAD) {
        tables->table = alias_table(weights, n);
        return tables;
    }
    double head[HEAD], rest = 0.0;
    for (guint64 k = n; k-- > HEAD - 1;)
        rest += weights[k];
    for (guint64 k = 0; k < HEAD - 1; k++)
        head[k] = weights[k];
    head[HEAD - 1] = rest;
    tables->head = alias_table(head, HEAD);
    tables->table = alias_table(weights + HEAD - 1, n - (HEAD - 1));
    return tables;
}

static const Tables *publish_zipf_tables(SimKeys *keys)
{
    double *weights = g_new(double, keys->n);
    for (guint64 k = 0; k < keys->n; k++)
        weights[k] = hat(keys->s, (double)(k + 1));
    Tables *tables = make_tables(weights, keys->n);
    g_free(weights);
    if (g_atomic_pointer_compare_and_exchange(&keys->tables, NULL, tables))
        return tables;
    free_tables(tables);
    return g_atomic_pointer_get(&keys->tables);
}

/* Those that somebody has made; NULL: none yet. (clang wants the pointer's own qualifier gone.) */
static inline const Tables *made_tables(const SimKeys *keys)
{
    return g_atomic_pointer_get(&((SimKeys *)(gpointer)keys)->tables);
}

/* NULL where the law draws without tables. */
static inline const Tables *zipf_tables(const SimKeys *keys)
{
    const Tables *tables = made_tables(keys);
    if (G_LIKELY(tables) || keys->s == 0.0 || keys->n > ALIAS_MAX)
        return tables;
    return publish_zipf_tables((SimKeys *)(gpointer)keys); /* the law itself does not change */
}

SimKeys *sim_keys_zipf(guint64 n, double s)
{
    SIM_CHECK(1 <= n && n <= SIM_KEYS_MAX && s >= 0 && isfinite(s), "zipf(%llu, s=%g)",
              (unsigned long long)n, s);
    SimKeys *keys = g_new0(SimKeys, 1);
    keys->kind = SIM_KEYS_ZIPF;
    keys->n = n;
    keys->s = s;
    keys->total = harmonic(n, s);
    keys->hat_low = hat_integral(s, 1.5) - 1.0;
    keys->hat_high = hat_integral(s, (double)n + 0.5);
    keys->squeeze = 2.0 - hat_inverse(s, hat_integral(s, 2.5) - hat(s, 2.0));
    return keys;
}

/* ---- The others --------------------------------------------------------------------------- */

SimKeys *sim_keys_uniform(guint64 n)
{
    SIM_CHECK(1 <= n && n <= SIM_KEYS_MAX, "%llu keys", (unsigned long long)n);
    SimKeys *keys = g_new0(SimKeys, 1);
    keys->kind = SIM_KEYS_UNIFORM;
    keys->n = n;
    return keys;
}

SimKeys *sim_keys_hotset(guint64 n, double hot, double share)
{
    SIM_CHECK(2 <= n && n <= SIM_KEYS_MAX && hot >= 0 && hot <= 1 && share >= 0 && share <= 1,
              "hotset(%llu, hot=%g, share=%g)", (unsigned long long)n, hot, share);
    SimKeys *keys = g_new0(SimKeys, 1);
    keys->kind = SIM_KEYS_HOTSET;
    keys->n = n;
    keys->hot = CLAMP((guint64)floor(hot * (double)n + 0.5), 1, n - 1);
    keys->share = share;
    return keys;
}

SimKeys *sim_keys_weights(const double *weights, gsize n)
{
    double total = 0.0;
    SIM_CHECK(1 <= n && n <= SIM_KEYS_MAX, "%zu keys", n);
    for (gsize i = 0; i < n; i++) {
        SIM_CHECK(weights[i] >= 0 && isfinite(weights[i]), "weight %g of key %zu", weights[i], i);
        total += weights[i];
    }
    SIM_CHECK(total > 0 && isfinite(total), "weights sum to %g", total);
    SimKeys *keys = g_new0(SimKeys, 1);
    keys->kind = SIM_KEYS_WEIGHTS;
    keys->n = n;
    keys->tables = g_new0(Tables, 1);
    keys->tables->table = alias_table(weights, n);
    keys->shares = g_new(double, n);
    for (gsize i = 0; i < n; i++)
        keys->shares[i] = weights[i] / total;
    return keys;
}

SimKeys *sim_keys_unique(void)
{
    SimKeys *keys = g_new0(SimKeys, 1);
    keys->kind = SIM_KEYS_UNIQUE;
    return keys;
}

void sim_keys_free(SimKeys *keys)
{
    if (!keys)
        return;
    free_tables(keys->tables);
    g_free(keys->shares);
    g_free(keys);
}

SimKeysKind sim_keys_kind(const SimKeys *keys)
{
    return keys->kind;
}

guint64 sim_keys_count(const SimKeys *keys)
{
    return keys->n;
}

guint64 sim_keys_draw(const SimKeys *keys, SimDraw *draw)
{
    const Tables *tables;
    switch (keys->kind) {
    case SIM_KEYS_ZIPF:
        tables = zipf_tables(keys);
        if (tables)
            return draw_alias(tables, draw);
        return keys->s > 0.0 ? draw_inverted(keys, draw) : sim_draw_below(draw, keys->n);
    case SIM_KEYS_WEIGHTS:
        return draw_alias(keys->tables, draw);
    case SIM_KEYS_UNIFORM:
        return sim_draw_below(draw, keys->n);
    case SIM_KEYS_HOTSET:
        if (sim_draw_chance(draw, keys->share))
            return sim_draw_below(draw, keys->hot);
        return keys->hot + sim_draw_below(draw, keys->n - keys->hot);
    case SIM_KEYS_UNIQUE:
        break;
    }
    SIM_UNREACHABLE(); /* the model numbers unique keys */
}

void sim_keys_prepare(const SimKeys *keys)
{
    if (keys->kind == SIM_KEYS_ZIPF)
        zipf_tables(keys);
}

void sim_keys_prefetch(const SimKeys *keys, SimDraw draw)
{
    const Tables *tables = made_tables(keys);
    if (!tables || !tables->head.columns)
        return;
    sim_draw_bits(&draw); /* the first table is small enough to be in the cache */
    __builtin_prefetch(&tables->table.columns[sim_draw_below(&draw, tables->table.n)]);
}

double sim_keys_share(const SimKeys *keys, guint64 k)
{
    if (k >= keys->n)
        return 0.0;
    switch (keys->kind) {
    case SIM_KEYS_ZIPF:
        return hat(keys->s, (double)(k + 1)) / keys->total;
    case SIM_KEYS_WEIGHTS:
        return keys->shares[k];
    case SIM_KEYS_UNIFORM:
        return 1.0 / (double)keys->n;
    case SIM_KEYS_HOTSET:
        if (k < keys->hot)
            return keys->share / (double)keys->hot;
        return (1.0 - keys->share) / (double)(keys->n - keys->hot);
    case SIM_KEYS_UNIQUE:
        break;
    }
    SIM_UNREACHABLE();
}
