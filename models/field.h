/*
 * field.h — one description of everything a scenario can say.
 *
 * Each scenario object (node, link, client, fault, policy parameter) is described once, as a table
 * of RepField: key, type, where the value goes, default, range and one sentence. Checking,
 * defaults, "did you mean", the JSON Schema, `list`, reference pages and completion all read these
 * tables; nothing about a key is written twice.
 *
 * A field's value is stored at `offset` from the start of the struct that the table describes, in
 * the representation its type names below. Defaults are texts in the scenario's own syntax, read
 * by the same code as the user's. Setup structs are zeroed before they are filled.
 */
#ifndef REP_FIELD_H
#define REP_FIELD_H

#include "sim/arrivals.h"
#include "sim/dist.h"
#include "sim/keys.h"

#include <glib.h>

typedef enum RepFieldType {
    REP_FIELD_SPAN,           /* SimSpan; `5ms` */
    REP_FIELD_SPAN_OR_NEVER,  /* SimSpan; also `never` = SIM_NEVER */
    REP_FIELD_DIST,           /* SimDist *; `lognormal(…)`, or a span */
    REP_FIELD_DIST_OR_NEVER,  /* SimDist *; `never` = NULL */
    REP_FIELD_RATIO,          /* double 0 … 1; `95%` */
    REP_FIELD_COUNT,          /* gint64; `100k` */
    REP_FIELD_SIZE,           /* gint64 bytes; `4KiB` */
    REP_FIELD_RETENTION,      /* RepRetention; `100k` entries, `1GB`, `unlimited` */
    REP_FIELD_BANDWIDTH,      /* gint64 bits per second; `1Gbit/s` */
    REP_FIELD_FACTOR,         /* double >= 0; `x5` */
    REP_FIELD_LATENCY_CHANGE, /* RepLatencyChange; a factor or a distribution */
    REP_FIELD_BOOL,           /* gboolean; `true` `false` */
    REP_FIELD_TEXT,           /* char *; anything */
    REP_FIELD_VALUE,          /* char *; a short text or a list of them, in one spelling */
    REP_FIELD_NAME,           /* char *; letters, digits, . _ - */
    REP_FIELD_ARRIVALS,       /* RepArrivals */
    REP_FIELD_KEYS,           /* SimKeys * */
    REP_FIELD_NODE,           /* int; node number; -1 where absent */
    REP_FIELD_NODES,          /* RepIdList; a list of nodes */
    REP_FIELD_CLIENT,         /* int; client group number */
    REP_FIELD_PLACES,         /* RepPlaceList */
    REP_FIELD_TARGET,         /* RepTarget; places, or words such as `the leader` */
    REP_FIELD_TARGET_NODES,   /* RepTarget; the same with nodes only */
    REP_FIELD_LINK_OR_TARGET, /* RepAim; a link, or what TARGET takes */
    REP_FIELD_GROUPS,         /* RepGroups; list of lists of nodes or regions */
    REP_FIELD_LINK,           /* RepLinkName; `a <-> b` or `a -> b`, nodes or regions */
    REP_FIELD_LINKS,          /* RepLinks; a list of `a <-> b` and `a -> b`, nodes */
    REP_FIELD_CHOICE,         /* int (an enum value); one of `choices`, with its arguments */
    REP_FIELD_CHOICES,        /* guint bit set of (1 << value); `none` or a list of choices */
    REP_FIELD_SHARES,         /* RepShares; `equal`, or region: ratio … */
    REP_FIELD_NODE_MAP,       /* RepNodeMap; `leader`, or node: node … */
    REP_FIELD_KEY_HOMES,      /* RepKeyHomes; prefix: region … */
    REP_FIELD_READ_AFTER,     /* RepReadAfter; `10% after 100ms` */
    REP_FIELD_NUMBER,         /* double; `1.5` */
    REP_FIELD_RATE,           /* RepRate; `500/s` */
    REP_FIELD_MAPPING,        /* a struct at `offset`, its keys described by `fields` */
    REP_FIELD_READER /* not in a struct: the reader has code for it; `fields` describe what is
                        inside, where that is regular (see RepInside) */
} RepFieldType;

/* What a REP_FIELD_READER key holds, for schema and reference pages. */
typedef enum RepInside {
    REP_INSIDE_VALUE,    /* one scalar */
    REP_INSIDE_TEXTS,    /* a list of texts */
    REP_INSIDE_NAMES,    /* a list of names */
    REP_INSIDE_ENTRIES,  /* a mapping: name -> mapping described by `fields` */
    REP_INSIDE_DEFAULTS, /* a mapping described by `fields`: defaults for every node */
    REP_INSIDE_CLOCKS,   /* a mapping: `default` or node -> value described by the one row */
    REP_INSIDE_LINKS,    /* a mapping: link -> value described by the one row of `fields` */
    REP_INSIDE_POLICY,   /* a mapping: model, and the keys of that policy */
    REP_INSIDE_FAULTS,   /* a list of mappings: a verb, and the keys it takes */
    REP_INSIDE_SCRIPT,   /* a list of mappings described by `fields` */
    REP_INSIDE_VARIANTS, /* a mapping: name -> mapping of dotted paths to values */
    REP_INSIDE_EXPECT    /* a list of checks, or a mapping of such lists */
} RepInside;

typedef struct RepField RepField;

/* How an alternative is written. */
typedef enum RepForm {
    REP_FORM_CALL,    /* `name`, `name(arguments)`, or with one argument `name argument` */
    REP_FORM_MAPPING, /* a mapping of its arguments, without the name: `failover: {detect: 5s}` */
    REP_FORM_VALUE    /* its one argument alone, without the name: `read_repair: 10%` */
} RepForm;

/* One alternative of a CHOICE; arguments are fields of the same struct as the choice itself, given
 * by position or as key=value. */
typedef struct RepChoice {
    const char *name;
    int value;            /* stored in the field */
    const RepField *args; /* NULL or ended by a zero entry */
    RepForm form;
    const char *implies;    /* defaults of later keys of the table while this is chosen, as
                               "key=value"; NULL: none */
    const char *doc;        /* one sentence */
    const char *guarantees; /* for `list KIND NAME`; may be NULL */
    const char *does_not;   /* what it does not give; may be NULL */
    const char *book;       /* where the book treats it; may be NULL */
} RepChoice;

struct RepField {
    const char *key;
    RepFieldType type;
    gsize offset;
    gboolean required;
    const char *fallback;     /* default in scenario syntax; NULL: stays zero / absent. Besides:
                                 "@first" the first node by name, "@others" every node that no NODE
                                 field above names and no NODE_MAP above gives another */
    double min, max;          /* range of a number, in its unit as stored; both 0: not negative */
    const RepChoice *choices; /* CHOICE, CHOICES: ended by a zero entry */
    const RepField *fields;   /* MAPPING, READER: what is inside; NULL or ended by a zero entry */
    RepInside inside;         /* READER */
    gboolean may_repeat;      /* NODES: a node may stand in the list more than once */
    const char *noun;     /* for "'x' is not …", e.g. "an acknowledgement rule"; NULL: generic */
    const char *expected; /* for messages, e.g. "async, semi-sync(K), …"; NULL: from choices */
    const char *list;     /* kind of `replsim list` that explains the values; NULL: none */
    const char *alias;    /* another spelling of the key; NULL: none */
    gboolean is_later;    /* younger than stored results: while it has its `fallback`, spelt as
                             the reader prints it, the world hash is as if there were no such key */
    const char *doc;      /* one sentence, for a person */
    const char *example;  /* in scenario syntax; may be NULL */
};

/* ---- representations ---------------------------------------------------------------------- */

typedef enum RepPlaceKind { REP_PLACE_NONE, REP_PLACE_NODE, REP_PLACE_REGION } RepPlaceKind;

typedef struct RepPlace {
    RepPlaceKind kind;
    int id; /* node or region number */
} RepPlace;

typedef struct RepIdList {
    int *ids; /* owned */
    gsize n;
} RepIdList;

/* For each node another one, or -1. */
typedef struct RepNodeMap {
    int *to; /* owned; by node; NULL: -1 for all */
    gsize n;
} RepNodeMap;

typedef struct RepPlaceList {
    RepPlace *places; /* owned */
    gsize n;
} RepPlaceList;

typedef struct RepGroups {
    RepPlaceList *groups; /* owned */
    gsize n;
} RepGroups;

typedef struct RepLinkName {
    RepPlace from, to;
    gboolean both_ways;
} RepLinkName;

/* Where keys are at home whose number, as a text, begins with the prefix; the longest counts. */
typedef struct RepKeyHome {
    char *prefix; /* owned */
    RepPlace place;
} RepKeyHome;

typedef struct RepKeyHomes {
    RepKeyHome *homes; /* owned */
    gsize n;
} RepKeyHomes;

/* Links between nodes; no direction is in it twice. */
typedef struct RepLinks {
    RepLinkName *links; /* owned */
    gsize n;
} RepLinks;

/* Whom a fault hits. All but PLACES is decided when it strikes. */
typedef enum RepTargetKind {
    REP_TARGET_PLACES,       /* these */
    REP_TARGET_LEADER,       /* `the leader`: who leads the first partition then; nobody, if nobody
                                does */
    REP_TARGET_ANY_FOLLOWER, /* `any follower`, of the first partition: one that is up, each as
                                likely */
    REP_TARGET_MINORITY,     /* `a minority`: the largest, chosen at random among those who hold
                                the data */
    REP_TARGET_SOME,         /* `2 of [a, b, c]`: so many of these, at random */
    REP_TARGET_REPLICAS,     /* `2 of replicas(17)`: so many, at random, of those that keep the key
                                then; `replicas(17)`: all of them; `replicas(key)`: of a key drawn
                                as the first client group draws its own */
    REP_TARGET_EACH          /* `each`: one process for each of the fault's `each` */
} RepTargetKind;

typedef struct RepTarget {
    RepTargetKind kind;
    RepPlaceList places; /* PLACES, SOME */
    gint64 count;        /* SOME; REPLICAS: 0 for all */
    guint64 key;         /* REPLICAS */
    gboolean is_drawn;   /* REPLICAS: the key is */
} RepTarget;

typedef struct RepAim {
    RepLinkName link; /* to.kind is NONE where the target applies */
    RepTarget target;
} RepAim;

/* How much of a log is kept for followers that come back. */
typedef struct RepRetention {
    gboolean is_given;
    gint64 entries, bytes; /* one of them, or 0 and 0: everything */
} RepRetention;

typedef struct RepLatencyChange {
    double factor; /* 1 where a distribution replaces the delay; 0 where the key is absent */
    SimDist *dist; /* owned; NULL: factor applies */
} RepLatencyChange;

typedef struct RepArrivals {
    gboolean closed;
    SimArrivals open; /* where not closed */
    gint64 sessions;  /* closed */
    SimDist *think;   /* closed; owned */
} RepArrivals;

typedef struct RepRate {
    guint64 events, per; /* `events` per `per` ns, in lowest terms; both > 0, or both 0: absent */
} RepRate;

typedef struct RepShares {
    double *share; /* owned; one per region; sums to 1 */
    gsize n;
} RepShares;

typedef struct RepReadAfter {
    double share;    /* of writes; 0: none */
    SimDist **after; /* owned; each of the list is its own read */
    gsize n;
} RepReadAfter;

#endif
