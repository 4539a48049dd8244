/*
 * setup_fields.c — ownership of what the fields of a table hold: clearing and copying.
 *
 * Arguments of the alternatives of a choice are fields of the same struct and several alternatives
 * may share a place, so clearing always leaves zero behind.
 */
#include "models/setup.h"

#include "sim/check.h"

#include <string.h>

/* ---- one kind of representation ----------------------------------------------------------- */

static void clear_dist(void *at)
{
    g_clear_pointer((SimDist **)at, sim_dist_free);
}

static void clear_text(void *at)
{
    g_clear_pointer((char **)at, g_free);
}

static void clear_latency_change(void *at)
{
    clear_dist(&((RepLatencyChange *)at)->dist);
}

static void clear_arrivals(void *at)
{
    clear_dist(&((RepArrivals *)at)->think);
}

static void clear_keys(void *at)
{
    g_clear_pointer((SimKeys **)at, sim_keys_free);
}

static void clear_ids(void *at)
{
    RepIdList *list = at;
    g_clear_pointer(&list->ids, g_free);
    list->n = 0;
}

static void clear_places(void *at)
{
    RepPlaceList *list = at;
    g_clear_pointer(&list->places, g_free);
    list->n = 0;
}

static void clear_groups(void *at)
{
    RepGroups *groups = at;
    for (gsize i = 0; i < groups->n; i++)
        clear_places(&groups->groups[i]);
    g_clear_pointer(&groups->groups, g_free);
    groups->n = 0;
}

static void clear_key_homes(void *at)
{
    RepKeyHomes *homes = at;
    for (gsize i = 0; i < homes->n; i++)
        g_free(homes->homes[i].prefix);
    g_clear_pointer(&homes->homes, g_free);
    homes->n = 0;
}

static void clear_links(void *at)
{
    RepLinks *links = at;
    g_clear_pointer(&links->links, g_free);
    links->n = 0;
}

static void clear_target(void *at)
{
    clear_places(&((RepTarget *)at)->places);
}

static void clear_aim(void *at)
{
    clear_target(&((RepAim *)at)->target);
}

static void clear_shares(void *at)
{
    RepShares *shares = at;
    g_clear_pointer(&shares->share, g_free);
    shares->n = 0;
}

static void clear_node_map(void *at)
{
    RepNodeMap *map = at;
    g_clear_pointer(&map->to, g_free);
    map->n = 0;
}

static void clear_read_after(void *at)
{
    RepReadAfter *reads = at;
    for (gsize i = 0; i < reads->n; i++)
        sim_dist_free(reads->after[i]);
    g_clear_pointer(&reads->after, g_free);
    reads->n = 0;
}

/* ---- tables ------------------------------------------------------------------------------- */

typedef void (*Clear)(void *at);

/* Types that are not here own nothing, or have fields of their own. */
static const Clear clears[] = {[REP_FIELD_DIST] = clear_dist,
                               [REP_FIELD_DIST_OR_NEVER] = clear_dist,
                               [REP_FIELD_TEXT] = clear_text,
                               [REP_FIELD_NAME] = clear_text,
                               [REP_FIELD_VALUE] = clear_text,
                               [REP_FIELD_LATENCY_CHANGE] = clear_latency_change,
                               [REP_FIELD_ARRIVALS] = clear_arrivals,
                               [REP_FIELD_KEYS] = clear_keys,
                               [REP_FIELD_NODES] = clear_ids,
                               [REP_FIELD_PLACES] = clear_places,
                               [REP_FIELD_GROUPS] = clear_groups,
                               [REP_FIELD_LINKS] = clear_links,
                               [REP_FIELD_TARGET] = clear_target,
                               [REP_FIELD_TARGET_NODES] = clear_target,
                               [REP_FIELD_LINK_OR_TARGET] = clear_aim,
                               [REP_FIELD_SHARES] = clear_shares,
                               [REP_FIELD_NODE_MAP] = clear_node_map,
                               [REP_FIELD_KEY_HOMES] = clear_key_homes,
                               [REP_FIELD_READ_AFTER] = clear_read_after};

static void clear_field(const RepField *field, void *base)
{
    void *at = (char *)base + field->offset;
    if (field->type < G_N_ELEMENTS(clears) && clears[field->type])
        clears[field->type](at);
    if (field->type == REP_FIELD_MAPPING)
        rep_fields_clear(field->fields, at);
    if (field->type == REP_FIELD_CHOICE || field->type == REP_FIELD_CHOICES)
        for (const RepChoice *choice = field->choices; choice && choice->name; choice++)
            rep_fields_clear(choice->args, base);
}

void rep_fields_clear(const RepField *fields, void *base)
{
    for (const RepField *field = fields; field && field->key; field++)
        clear_field(field, base);
}

static void copy_field(const RepField *field, void *to, const void *from)
{
    char *target = (char *)to + field->offset;
    const char *source = (const char *)from + field->offset;
    if (field->type == REP_FIELD_DIST || field->type == REP_FIELD_DIST_OR_NEVER) {
        const SimDist *dist = *(SimDist *const *)(const void *)source;
        *(SimDist **)(void *)target = dist ? sim_dist_copy(dist) : NULL;
    } else if (field->type == REP_FIELD_COUNT || field->type == REP_FIELD_SIZE ||
               field->type == REP_FIELD_SPAN || field->type == REP_FIELD_BANDWIDTH) {
        memcpy(target, source, sizeof(gint64));
    } else if (field->type == REP_FIELD_RATIO || field->type == REP_FIELD_NUMBER ||
               field->type == REP_FIELD_FACTOR) {
        memcpy(target, source, sizeof(double));
    } else if (field->type == REP_FIELD_RETENTION) {
        memcpy(target, source, sizeof(RepRetention));
    } else if (field->type == REP_FIELD_BOOL) {
        memcpy(target, source, sizeof(gboolean));
    } else {
        SIM_CHECK(FALSE, "no copy for the type of '%s'", field->key);
    }
}

void rep_fields_copy(const RepField *fields, void *to, const void *from)
{
    for (const RepField *field = fields; field->key; field++)
        copy_field(field, to, from);
}
