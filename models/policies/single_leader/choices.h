/* choices.h — the tables of choices that the keys of the single-leader policy take. */
#ifndef REP_SINGLE_LEADER_CHOICES_H
#define REP_SINGLE_LEADER_CHOICES_H

#include "models/policies/single_leader.h"

extern const RepChoice rep_ack_choices[];
extern const RepChoice rep_ack_point_choices[];
extern const RepChoice rep_leader_ack_choices[];
extern const RepChoice rep_ack_messages_choices[];
extern const RepChoice rep_follower_shows_choices[];
extern const RepChoice rep_partition_choices[];
extern const RepChoice rep_relay_choices[];
extern const RepChoice rep_batch_choices[];
extern const RepChoice rep_pull_choices[];
extern const RepChoice rep_read_choices[];
extern const RepChoice rep_session_choices[];

#endif
