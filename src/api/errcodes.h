/* SPDX-License-Identifier: Apache-2.0 */
/*
 * errcodes.h -- the legacy API's error numbers and their official texts.
 * Source: DingTalk's global error table (server-api-error-codes-1).
 */
#ifndef QUN_API_ERRCODES_H
#define QUN_API_ERRCODES_H

/* The text of a number, or NULL if the table has none. */
const char *errcode_text(int errcode);

#endif
