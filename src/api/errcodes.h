/* SPDX-License-Identifier: Apache-2.0 */
/*
 * errcodes.h -- the legacy API's error numbers and their official texts.
 * Source: DingTalk's global error table (server-api-error-codes-1); for 40036 and 49026,
 * which it lacks, the pages set-private-chat and set-chat-admin.
 */
#ifndef QUN_API_ERRCODES_H
#define QUN_API_ERRCODES_H

/* The text of a number, or NULL if the table has none. */
const char *errcode_text(int errcode);

#endif
