/*
 * setup_fields.c — ownership of what the fields of a table hold: clearing and copying.
 *
 * One switch over the representations of field.h for each. Arguments of the alternatives of a
 * choice are fields of the same struct and several alternatives may share a place, so clearing
 * always leaves zero behind.
 */
#include "models/setup.h"

#include "sim/check.h"

#include <string.h>

static void clear_dist(SimDist **dist)
{
    g_clear_pointer(dist, sim_dist_free);
}

static void clear_places(RepPlaceList *list)
{
    g_clear_pointer(&list->places, g_free);
    list->n = 0;
}

static void clear_groups(RepGroups *groups)
{
    for (gsize i = 0; i < groups->n; i++)
        clear_places(&groups->groups[i]);
    g_clear_pointer(&groups->groups, g_free);
    groups->n = 0;
}

static void clear_read_after(RepReadAfter *reads)
{
    for (gsize i = 0; i < reads->n; i++)
        sim_dist_free(reads->after[i]);
    g_clear_pointer(&reads->after, g_free);
    reads->n = 0;
}

static void clear_choices(const RepField *field, void *base)
{
    for (const RepChoice *choice = field->choices; choice && choice->name; choice++)
        rep_fields_clear(choice->args, base);
}

static void clear_field(const RepField *field, void *base)
{
    void *at = (char *)base + field->offset;
    switch (field->type) {
    case REP_FIELD_DIST:
    case REP_FIELD_DIST_OR_NEVER:
        clear_dist(at);
        break;
    case REP_FIELD_TEXT:
    case REP_FIELD_NAME:
        g_clear_pointer((char **)at, g_free);
        break;
    case REP_FIELD_LATENCY_CHANGE:
        clear_dist(&((RepLatencyChange *)at)->dist);
        break;
    case REP_FIELD_ARRIVALS:
        clear_dist(&((RepArrivals *)at)->think);
        break;
    case REP_FIELD_KEYS:
        g_clear_pointer((SimKeys **)at, sim_keys_free);
        break;
    case REP_FIELD_NODES:
        g_clear_pointer(&((RepIdList *)at)->ids, g_free);
        ((RepIdList *)at)->n = 0;
        break;
    case REP_FIELD_PLACES:
        clear_places(at);
        break;
    case REP_FIELD_GROUPS:
        clear_groups(at);
        break;
    case REP_FIELD_SHARES:
        g_clear_pointer(&((RepShares *)at)->share, g_free);
        ((RepShares *)at)->n = 0;
        break;
    case REP_FIELD_READ_AFTER:
        clear_read_after(at);
        break;
    case REP_FIELD_CHOICE:
    case REP_FIELD_CHOICES:
        clear_choices(field, base);
        break;
    case REP_FIELD_MAPPING:
        rep_fields_clear(field->fields, at);
        break;
    case REP_FIELD_SPAN:
    case REP_FIELD_SPAN_OR_NEVER:
    case REP_FIELD_RATIO:
    case REP_FIELD_COUNT:
    case REP_FIELD_SIZE:
    case REP_FIELD_BANDWIDTH:
    case REP_FIELD_FACTOR:
    case REP_FIELD_BOOL:
    case REP_FIELD_NODE:
    case REP_FIELD_CLIENT:
    case REP_FIELD_PLACE:
    case REP_FIELD_PLACE_NODE:
    case REP_FIELD_LINK:
    case REP_FIELD_LINK_OR_PLACE:
    case REP_FIELD_NUMBER:
    case REP_FIELD_RATE:
    case REP_FIELD_READER:
        break;
    }
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
