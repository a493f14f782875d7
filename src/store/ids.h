/* SPDX-License-Identifier: Apache-2.0 */
/* ids.h -- fresh ids in DingTalk's shapes, from the kernel's randomness. Any thread. */
#ifndef QUN_STORE_IDS_H
#define QUN_STORE_IDS_H

#include "base/arena.h"

/* "chat" and 32 hex digits */
struct str chatid_new(struct arena *a);
/* "cid" and the base64 of 16 bytes */
struct str open_conversation_id_new(struct arena *a);
/* 18 digits, the first no 0 */
struct str userid_new(struct arena *a);
/* 22 letters and "iEiE" */
struct str unionid_new(struct arena *a);
/* Of a department: 9 digits, the first no 0. Another one may have it. */
int64_t dept_id_new(void);

#endif
