/*
 * session_choices.c — what a session may be promised, and by which mechanism.
 *
 * Part of the table of single_leader_setup.c. Page references are to M. Kleppmann, "Designing
 * Data-Intensive Applications", 1st ed., chapter 5.
 */
#include "models/policies/single_leader/choices.h"

const RepChoice rep_session_choices[] = {{.name = NULL}};
