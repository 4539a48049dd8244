/* session.c — what a client session remembers: its ordered streams, and whom it avoids. */
#include "models/client.h"

RepSessionLink *rep_session_find_link(RepSession *session, int node)
{
    if (session->first.node < 0) {
        session->first.node = node;
        return &session->first;
    }
    for (guint i = 0; i < session->n_links; i++)
        if (session->links[i].node == node)
            return &session->links[i];
    session->links = g_renew(RepSessionLink, session->links, session->n_links + 1);
    RepSessionLink *link = &session->links[session->n_links++];
    *link = (RepSessionLink){.node = node};
    return link;
}

gboolean rep_session_avoids(const RepSession *session, int node, SimTime now)
{
    for (guint i = 0; i < session->n_avoided; i++)
        if (session->avoided[i].node == node)
            return now < session->avoided[i].until;
    return FALSE;
}

void rep_session_avoid(RepSession *session, int node, SimTime now)
{
    guint i = 0;
    while (i < session->n_avoided && session->avoided[i].node != node)
        i++;
    if (i == session->n_avoided)
        session->avoided = g_renew(RepAvoided, session->avoided, ++session->n_avoided);
    session->avoided[i] = (RepAvoided){.node = node, .until = now + REP_AVOID_SPAN};
}
