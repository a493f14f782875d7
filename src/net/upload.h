/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upload.h -- a multipart body on its way to disk.
 * Each file part goes to a new file with a name of ours (0600, never through a link), each
 * other part to a list in memory. The first thing that goes wrong is kept in the exchange;
 * the rest of the body is then read and thrown away, so that the client gets its answer.
 * Writes go to the page cache, on the loop's thread; who needs them durable syncs the file.
 */
#ifndef QUN_NET_UPLOAD_H
#define QUN_NET_UPLOAD_H

#include "net/http.h"

struct upload;

/* Begins if x->upload is set and the type is multipart/form-data, else returns NULL. Lives
 * in the exchange's arena until upload_end. */
struct upload *upload_begin(struct http_exchange *x);
void upload_feed(struct upload *u, struct str piece);
/* The body is complete. */
void upload_finish(struct upload *u);
/* Removes the files that nobody took. NULL is fine. */
void upload_end(struct upload *u);

#endif
