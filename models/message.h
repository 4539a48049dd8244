/*
 * message.h — kinds of messages as observers see them.
 *
 * Client traffic has the first two numbers; kind k of a policy's messages between nodes is
 * REP_MESSAGE_POLICY + k, named by RepPolicyOps.message_names; policies have fewer than 60.
 */
#ifndef REP_MESSAGE_H
#define REP_MESSAGE_H

typedef enum RepMessageKind {
    REP_MESSAGE_REQUEST, /* client to node */
    REP_MESSAGE_REPLY,   /* node to client */
    REP_MESSAGE_POLICY,
    REP_MESSAGE_BARE = REP_MESSAGE_POLICY + 60 /* of the transport (transport.h) */
} RepMessageKind;

#endif
