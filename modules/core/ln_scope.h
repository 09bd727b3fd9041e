
/*
 * Part of ln.h: who may touch which row, as conditions that a statement's
 * text takes in.  :self and :permission are bound by core.
 */

#ifndef _LN_SCOPE_H_INCLUDED_
#define _LN_SCOPE_H_INCLUDED_


/*
 * Owner checks live in SQL: may :self do what the route needs in this region?
 * A grant that holds now, of a role with the permission, for the region or one
 * that contains it, or for everywhere.  A NULL region is everywhere: only a
 * grant for everywhere covers it.  No cached grants, so none is stale.
 */
#define LN_IN_SCOPE(region)                                                   \
    "EXISTS (SELECT 1"                                                        \
           " FROM access_grant sg"                                            \
           " JOIN role_permission sp ON sp.role_id = sg.role_id"              \
           " WHERE sg.account_id = :self"                                     \
             " AND sp.permission = :permission"                               \
             " AND sg.organization_id IS NULL"                                \
             " AND sg.revoked_at IS NULL"                                     \
             " AND sg.valid_from <= UTC_TIMESTAMP(6)"                         \
             " AND (sg.valid_to IS NULL"                                      \
                  " OR sg.valid_to > UTC_TIMESTAMP(6))"                       \
             " AND (sg.region_id IS NULL"                                     \
                  " OR EXISTS (SELECT 1"                                      \
                             " FROM region_closure sc"                        \
                             " WHERE sc.ancestor_id = sg.region_id"           \
                               " AND sc.descendant_id = " region ")))"

/*
 * The same of a thing that belongs to an organization: a grant for that very
 * organization is as good as one for the region.
 */
#define LN_IN_SCOPE_OF(region, organization)                                  \
    "EXISTS (SELECT 1"                                                        \
           " FROM access_grant sg"                                            \
           " JOIN role_permission sp ON sp.role_id = sg.role_id"              \
           " WHERE sg.account_id = :self"                                     \
             " AND sp.permission = :permission"                               \
             " AND sg.revoked_at IS NULL"                                     \
             " AND sg.valid_from <= UTC_TIMESTAMP(6)"                         \
             " AND (sg.valid_to IS NULL"                                      \
                  " OR sg.valid_to > UTC_TIMESTAMP(6))"                       \
             " AND (sg.organization_id = " organization                       \
                  " OR (sg.organization_id IS NULL"                           \
                      " AND (sg.region_id IS NULL"                            \
                           " OR EXISTS (SELECT 1"                             \
                                      " FROM region_closure sc"               \
                                      " WHERE sc.ancestor_id = sg.region_id"  \
                                        " AND sc.descendant_id = " region     \
                                      ")))))"


/*
 * Acting for another.  A route that one may also use for a ward, a relative or
 * a client takes LN_ACTING_FOR, and says LN_ACTING_PERSON where it means the
 * person whom it concerns: that one, when an authority for this line of
 * business holds now, else NULL; without the parameter one's own record.  Let
 * .subject.detail name "acting_for", so that the audit event tells it.
 */
#define LN_ACTING_FOR                                                         \
    { .name = "acting_for", .type = LN_UUID,                                  \
      .summary = "The person acted for; left out: oneself" }

#define LN_ACTING_PERSON(line)                                                \
    "(SELECT COALESCE(:acting_for, la.person_id)"                             \
     " FROM account la"                                                       \
     " WHERE la.id = :self"                                                   \
       " AND (:acting_for IS NULL"                                            \
            " OR la.person_id = :acting_for"                                  \
            " OR EXISTS (SELECT 1"                                            \
                       " FROM person_proxy lp"                                \
                       " WHERE lp.person_id = :acting_for"                    \
                         " AND lp.proxy_id = la.person_id"                    \
                         " AND (lp.scope = '*' OR lp.scope = " line ")"       \
                         " AND lp.confirmed_at IS NOT NULL"                   \
                         " AND lp.ended_at IS NULL"                           \
                         " AND lp.valid_from <= UTC_TIMESTAMP(6)"             \
                         " AND lp.valid_to > UTC_TIMESTAMP(6))))"


#endif /* _LN_SCOPE_H_INCLUDED_ */
