/*
 * metrics.h — the description table of measures, and the form of a question about one.
 *
 * The one header of analysis/ that scenarios/format may include: the reader checks `expect` and
 * `--metric` against this table, and hands on an AnaQuery. Definitions are those of semantics §9;
 * `doc` is the one sentence that `list metric`, the report and the lab print word for word.
 */
#ifndef ANA_METRICS_H
#define ANA_METRICS_H

#include "sim/time.h"

#include <glib.h>

typedef enum AnaUnit {
    ANA_UNIT_RATIO, /* 0 … 1 */
    ANA_UNIT_NS,
    ANA_UNIT_COUNT,
    ANA_UNIT_BYTES
} AnaUnit;

/* How a measure is gathered, and so which statistics it has. */
typedef enum AnaShape {
    ANA_SHAPE_DISTRIBUTION, /* one value per observation: mean p50 p90 p99 p999 max */
    ANA_SHAPE_TIME_AVERAGE, /* a quantity over simulated time: the same, weighted by time */
    ANA_SHAPE_RATIO,        /* hits of opportunities: no statistic, pooled */
    ANA_SHAPE_TOTAL,        /* a count or a time per replication: none; `.rate` where it has one */
    ANA_SHAPE_PER_OPERATION /* a sum divided by client operations: none */
} AnaShape;

typedef enum AnaStat {
    ANA_STAT_NONE, /* the measure itself: ratios, totals, per-operation costs */
    ANA_STAT_MEAN,
    ANA_STAT_P50,
    ANA_STAT_P90,
    ANA_STAT_P99,
    ANA_STAT_P999,
    ANA_STAT_MAX,
    ANA_STAT_RATE,
    ANA_STAT_QUANTILE /* any other .pNN, .pNNN…: AnaQuery.quantile */
} AnaStat;

typedef enum AnaGood { ANA_GOOD_NEITHER, ANA_GOOD_LOW, ANA_GOOD_HIGH } AnaGood;

typedef enum AnaFilterBit {
    ANA_FILTER_REGION = 1 << 0, /* region of the answering node */
    ANA_FILTER_CLIENT_REGION = 1 << 1,
    ANA_FILTER_CLIENT = 1 << 2, /* client group */
    ANA_FILTER_NODE = 1 << 3,
    ANA_FILTER_SESSION = 1 << 4,
    ANA_FILTER_KEY = 1 << 5,
    ANA_FILTER_AGE = 1 << 6, /* age>50ms: restricts the numerator of stale_rate */
    ANA_FILTER_PARTITION = 1 << 7
} AnaFilterBit;

typedef enum AnaArg {
    ANA_ARG_NONE,
    ANA_ARG_KIND,        /* (reads) or (writes) */
    ANA_ARG_SPAN,        /* (50ms); must be given */
    ANA_ARG_WORD,        /* one of AnaMetric.words; must be given */
    ANA_ARG_STEP,        /* (STEP) of a script; must be given, and `== VALUE` behind it */
    ANA_ARG_NODE_AND_KEY /* (NODE, KEY); the same */
} AnaArg;

/* One word that may stand in ( ). */
typedef struct AnaWord {
    const char *name;
    const char *label; /* in tables of results, behind that of the metric */
} AnaWord;

typedef struct AnaMetric {
    const char *name; /* "lag.received", "availability" */
    AnaUnit unit;
    AnaShape shape;
    AnaArg arg;
    const AnaWord *words; /* ANA_ARG_WORD; ended by a zero entry */
    guint filters;        /* AnaFilterBit that it accepts */
    guint required;       /* AnaFilterBit that must be given: node for lag and its kin */
    gboolean has_rate;    /* TOTAL: `.rate` pooled over operations or entries */
    const char *rate_of;  /* what `.rate` is per, in tables of results: "write" */
    gboolean rates_apart; /* `.rate` is no multiple of the count (AnaCell.rated) */
    gboolean is_claim;    /* as a check it stands alone, and holds or not */
    AnaGood good;
    const char *doc;    /* one sentence */
    const char *detail; /* what the sentence leaves open; may be NULL */
    const char *label;  /* in tables of results, e.g. "stale reads" */
} AnaMetric;

/* The table, ended by a zero entry; its order is the order of results. */
extern const AnaMetric ana_metrics[];

const AnaMetric *ana_metric_find(const char *name);
const char *ana_unit_name(AnaUnit unit); /* "ratio", "ns", "count", "bytes" */

typedef enum AnaWindowKind {
    ANA_WINDOW_ALL,    /* the measured part */
    ANA_WINDOW_DURING, /* union of a fault's occurrences */
    ANA_WINDOW_BEFORE, /* up to the first */
    ANA_WINDOW_AFTER,  /* from the end of the last */
    ANA_WINDOW_SPAN    /* from .. to */
} AnaWindowKind;

/* A question about one measure. Names are numbers as in observation.h; -1 means "any". */
typedef struct AnaQuery {
    const AnaMetric *metric;
    int writes;   /* ANA_ARG_KIND: 1 writes, 0 reads, -1 not given (both) */
    SimSpan span; /* ANA_ARG_SPAN */
    int word;     /* ANA_ARG_WORD: number in AnaMetric.words; -1: not given */
    int region, client_region, client, node;
    gint64 session, key, partition; /* -1: any */
    SimSpan age;                    /* age > this; -1: none */
    AnaWindowKind window;
    int fault;            /* during, before, after */
    SimTime from, to;     /* ANA_WINDOW_SPAN: [from, to) */
    int step;             /* ANA_ARG_STEP: number in the world's steps; -1: not given */
    const char *expected; /* STEP, NODE_AND_KEY: canonical (sim/value.h) and interned; else NULL */
    AnaStat stat;
    double quantile; /* for every percentile statistic, e.g. 0.99; else 0 */
} AnaQuery;

/* The measure over everything: no filter, the whole measured part, no statistic. Fill in the rest.
 */
AnaQuery ana_query_of(const AnaMetric *metric);
/* The unit of its value: a rate is a ratio, whatever the total counts. */
AnaUnit ana_query_unit(const AnaQuery *query);
/* The query with another statistic. */
AnaQuery ana_query_with(const AnaQuery *query, AnaStat stat);
/* The one form of queries that mean the same: .p50 and QUANTILE 0.5; fields that do not apply. */
AnaQuery ana_query_canonical(const AnaQuery *query);
gboolean ana_query_equal(const AnaQuery *a, const AnaQuery *b);
/* The same but for the statistic. */
gboolean ana_query_same_cell(const AnaQuery *a, const AnaQuery *b);

typedef enum AnaOp { ANA_LESS, ANA_LESS_EQUAL, ANA_GREATER, ANA_GREATER_EQUAL, ANA_EQUAL } AnaOp;

/* One line of `expect`. */
typedef struct AnaExpectation {
    char *text; /* as written, white space folded; owned */
    AnaQuery query;
    AnaOp op;
    double limit;      /* in the metric's unit; a factor where relative */
    gboolean relative; /* `2 x baseline` */
} AnaExpectation;

#endif
