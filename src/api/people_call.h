/* SPDX-License-Identifier: Apache-2.0 */
/* people_call.h -- running the calls about people (group/people_call.h). */
#ifndef QUN_API_PEOPLE_CALL_H
#define QUN_API_PEOPLE_CALL_H

#include "api/answer.h"
#include "group/people_call.h"

/* True if the rules of the route that need the request only hold; else what refuses it is
 * answered. */
bool people_call_fits(struct request *r);

#endif
