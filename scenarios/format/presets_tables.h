/* presets_tables.h — the presets, one file a family; private to presets.c and those files. */
#ifndef SCN_PRESETS_TABLES_H
#define SCN_PRESETS_TABLES_H

#include "scenarios/format/presets.h"

/* Where an argument is read to. */
#define SCN_PRESET_AT(member) .offset = G_STRUCT_OFFSET(ScnPresetArgs, member)

extern const ScnPreset scn_preset_postgresql, scn_preset_patroni; /* presets_postgresql.c */
extern const ScnPreset scn_preset_mysql;                          /* presets_mysql.c */
extern const ScnPreset scn_preset_mongodb;                        /* presets_mongodb.c */
extern const ScnPreset scn_preset_kafka;                          /* presets_kafka.c */
extern const ScnPreset scn_preset_redis, scn_preset_sentinel;     /* presets_redis.c */
extern const ScnPreset scn_preset_cassandra, scn_preset_riak, scn_preset_couchdb; /* _dynamo.c */
extern const ScnPreset scn_preset_raft;   /* presets_raft.c */
extern const ScnPreset scn_preset_galera; /* presets_galera.c */

#endif
